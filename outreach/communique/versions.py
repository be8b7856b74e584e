"""Versions as states of the whole text: a new one from an old one, and how far one is."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import digest_of
from outreach.communique import awaiting
from outreach.communique.models import CommuniqueVersion, VersionState, Wording, WordingSource
from outreach.errors import Refused
from outreach.journal import Actor, Role

# Who may turn a version from one state into another; an adopted text stays what was adopted.
TURNS = {
    (VersionState.DRAFT, VersionState.IN_REVIEW): Role.DRAFTER,
    (VersionState.IN_REVIEW, VersionState.DRAFT): Role.DRAFTER,
    (VersionState.IN_REVIEW, VersionState.ADOPTED): Role.APPROVER,
}


def copy(session: Session, version: CommuniqueVersion, *, by: Actor, at: datetime) -> CommuniqueVersion:
    """A new draft version with the words, order and sources of `version`; each paragraph keeps its lasting number.

    What its words count stays as it was counted; passages marked since may be used in it, and its annexes are as of now.
    """
    by.must_be(Role.DRAFTER, "make a version of a communiqué")
    number = max(other.number for other in version.communique.versions) + 1
    new = CommuniqueVersion(
        communique=version.communique,
        number=number,
        language=version.language,
        title=version.title,
        made_by=by.name,
        made_at=at,
    )
    session.add(new)
    session.flush()
    _copy_wordings(session, version, new)
    journal.record(session, by, "copied", subject(new), at=at, of=version.number)
    return new


def _copy_wordings(session: Session, version: CommuniqueVersion, new: CommuniqueVersion) -> None:
    fields = ("paragraph_id", "position", "text", "basis")
    rows = [{"version_id": new.id, **{name: getattr(row, name) for name in fields}} for row in version.wordings]
    session.execute(insert(Wording), rows)
    numbers = session.execute(select(Wording.paragraph_id, Wording.id).filter_by(version_id=new.id)).all()
    copies = {row.paragraph_id: row.id for row in numbers}
    sources = [
        {"wording_id": copies[row.paragraph_id], "passage_id": source.passage_id, "position": source.position}
        for row in version.wordings
        for source in row.sources
    ]
    if sources:
        session.execute(insert(WordingSource), sources)
    session.expire(new, ["wordings"])


def turn(session: Session, version: CommuniqueVersion, state: VersionState, *, by: Actor, at: datetime) -> None:
    """Put a draft into review, take it back, or adopt what was in review, by the name of whoever does; the register keeps the
    digest of what was adopted. Raises Refused for any other turn, and while reviewers or proposals are waited for.
    """
    role = TURNS.get((version.state, state))
    if role is None:
        raise Refused(
            f"{subject(version).capitalize()} is {version.state} and cannot become {state}; make a new version from it."
        )
    by.must_be(role, f"turn a communiqué from {version.state} to {state}")
    more: dict[str, Any] = {}
    if state is VersionState.ADOPTED:
        awaiting.must_be_over(session, version, at)
        version.signed_off_by, version.adopted_at, version.digest = by.name, at, digest(version)
        more = {"signed_off_by": by.name, "digest": version.digest}
    before, version.state = version.state, state
    session.flush()
    journal.record(session, by, "turned", subject(version), at=at, before=before, after=state, **more)


def mark(
    session: Session,
    version: CommuniqueVersion,
    *,
    embargo_until: datetime | None,
    against_delivery: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Say what copies of a version bear: an embargo (None: none), and that what is spoken counts; also of an adopted one."""
    by.must_be(Role.DRAFTER, "mark a communiqué")
    version.embargo_until, version.against_delivery = embargo_until, against_delivery
    session.flush()
    journal.record(
        session, by, "marked", subject(version), at=at, embargo_until=embargo_until, against_delivery=against_delivery
    )


def digest(version: CommuniqueVersion) -> str:
    """The digest of all that a version says: its title, and each paragraph in its place with its sources."""
    rows = [
        [row.paragraph_id, row.paragraph.kind, row.text, row.basis, [source.passage_id for source in row.sources]]
        for row in version.wordings
    ]
    return digest_of(json.dumps([version.title, version.language, rows], ensure_ascii=False).encode())


def subject(version: CommuniqueVersion) -> str:
    """What the register calls a version."""
    return f"communiqué {version.communique.slug} version {version.number} ({version.language})"
