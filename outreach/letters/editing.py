"""Changing a letter that has not left: a new version, and any approval is void."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Role
from outreach.letters.enclosing import Enclosed
from outreach.letters.models import Enclosure, Letter, LetterHolder, LetterRecipient, LetterState, LetterVersion, RecipientKind
from outreach.letters.values import is_one_line
from outreach.typesetting.markdown import from_markdown

Recipient = tuple[RecipientKind, str, str]
COPIED = (
    "dated",
    "language",
    "template",
    "subject",
    "address_block",
    "salutation",
    "body",
    "close",
    "layout",
    "warnings",
    "wording",
    "asked",
    "reply_to",
)


def edit(
    session: Session, letter: Letter, changes: Mapping[str, str], *, by: Actor, at: datetime, file_sha256: str | None = None
) -> LetterVersion:
    """Write a new version with `changes` to subject or body (Markdown); an approval is voided and the letter a draft again.

    `file_sha256` is the digest of the file that the words were read from, for the journal. Raises Refused once the letter has
    left, Invalid for a blank text or when nothing would change.
    """
    by.must_be(Role.DRAFTER, "edit letters")
    letter.must_be_at_home("edited")
    changed = {name: value for name, value in changes.items() if value != getattr(letter.version_now, name)}
    if not changed:
        raise Invalid(f"{letter.reference} says that already; nothing was changed.")
    check(changed)
    return _write(session, letter, changed, "the text was changed after it was approved", by, at, file_sha256)


def date_anew(session: Session, letter: Letter, dated: date, *, by: Actor, at: datetime) -> LetterVersion:
    """Write a new version that differs in its date alone, for a letter whose words were written by hand.

    An approval is voided. Raises Refused once the letter has left.
    """
    by.must_be(Role.DRAFTER, "edit letters")
    letter.must_be_at_home("given another date")
    return _write(session, letter, {"dated": dated}, "the letter was given another date", by, at)


def _write(
    session: Session,
    letter: Letter,
    changed: Mapping[str, Any],
    because: str,
    by: Actor,
    at: datetime,
    file_sha256: str | None = None,
) -> LetterVersion:
    new = successor(letter.version_now, letter, changed, by=by, at=at)
    was_approved = supersede(session, letter, new, at, because)
    journal.record(
        session,
        by,
        "edited",
        f"letter {letter.reference}",
        at=at,
        version=new.number,
        changed=sorted(changed),
        digest=new.digest,
        approval_voided=was_approved,
        **({"file": file_sha256} if file_sha256 else {}),
    )
    return new


def check(changed: Mapping[str, str]) -> None:
    """Raise Invalid for a subject or body that leaves nothing to read, or cannot be read."""
    subject = changed.get("subject")
    if subject is not None and not is_one_line(subject):
        raise Invalid("The subject must be one line of text.")
    body = changed.get("body")
    if body is not None:
        if not body.strip():
            raise Invalid("The body is blank; write the letter's text.")
        if any(ord(c) < 32 and c not in "\n\t" for c in body):
            raise Invalid("The body holds control characters; take them out.")
        from_markdown(body)


def successor(
    old: LetterVersion,
    letter: Letter,
    changed: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    recipients: Sequence[Recipient] | None = None,
    holders: Sequence[tuple[int, int | None]] | None = None,
    files: Sequence[Enclosed] | None = None,
) -> LetterVersion:
    """The version after `old` with what changed in it; recipients, whom it addresses and files stay unless given."""
    values: dict[str, Any] = {**{name: getattr(old, name) for name in COPIED}, **changed}
    to = [(one.kind, one.address, one.name) for one in old.recipients] if recipients is None else recipients
    whom = [(one.post_id, one.holder_id) for one in old.holders] if holders is None else holders
    if files is None:
        files = [Enclosed(one.title, one.filename, one.content_type, one.sha256) for one in old.enclosures]
    enclosed = {"enclosures": [(one.title, one.sha256) for one in files]} if files else {}
    domain = old.message_id.rpartition("@")[2].rstrip(">")
    return LetterVersion(
        letter=letter,
        number=max(version.number for version in letter.versions) + 1,
        made_at=at,
        made_by=by.name,
        message_id=f"<{secrets.token_hex(16)}@{domain}>",
        # Blank: these are no longer the template's words, so drafting again leaves them alone.
        template_sha256="",
        digest=_digest({**values, **enclosed, "recipients": to, "reference": letter.reference}),
        recipients=[LetterRecipient(position=i, kind=k, address=a, name=n) for i, (k, a, n) in enumerate(to)],
        holders=[LetterHolder(post_id=post_id, holder_id=holder_id) for post_id, holder_id in whom],
        enclosures=[Enclosure(position=place, **file._asdict()) for place, file in enumerate(files)],
        **values,
    )


def supersede(session: Session, letter: Letter, new: LetterVersion, at: datetime, because: str) -> bool:
    """Make `new` the version that counts; gives whether that voided an approval, which then says `because`."""
    session.add(new)
    was_approved = letter.state is LetterState.APPROVED
    if was_approved:
        letter.void_approval(at, because)
    letter.current = new.number
    session.flush()
    return was_approved


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def cancel(session: Session, letter: Letter, reason: str, *, by: Actor, at: datetime) -> None:
    """Cancel a letter that has not left; its reference stays used, its addressee can be drafted anew."""
    by.must_be(Role.DRAFTER, "cancel letters")
    if letter.state is LetterState.APPROVED:
        by.must_be(Role.APPROVER, "cancel an approved letter")
    letter.cancel(reason)
    session.flush()
    journal.record(session, by, "cancelled", f"letter {letter.reference}", at=at, reason=reason)


def recall(session: Session, letter: Letter, reason: str, *, by: Actor, at: datetime) -> None:
    """Take an approval back; the letter is a draft again."""
    by.must_be(Role.APPROVER, "recall letters")
    _must_be_approved(letter)
    letter.void_approval(at, reason)
    session.flush()
    journal.record(session, by, "recalled", f"letter {letter.reference}", at=at, reason=reason)


def recall_all(session: Session, letters: Sequence[Letter], reason: str, *, by: Actor, at: datetime) -> None:
    """Take these approvals back, all or none; one journal entry names the letters. Raises Invalid without a reason."""
    by.must_be(Role.APPROVER, "recall letters")
    if not reason.strip():
        raise Invalid("Say why the approval is taken back; the reason stands in the record.")
    if len(letters) == 1:
        recall(session, letters[0], reason, by=by, at=at)
        return
    for letter in letters:
        _must_be_approved(letter)
        letter.void_approval(at, reason)
    session.flush()
    subject = f"letters {letters[0].reference} to {letters[-1].reference}"
    journal.record(session, by, "recalled", subject, at=at, references=[one.reference for one in letters], reason=reason)


def _must_be_approved(letter: Letter) -> None:
    if letter.state is not LetterState.APPROVED:
        raise Refused(f"{letter.reference} is {letter.state}; only an approved letter that has not left can be recalled.")
