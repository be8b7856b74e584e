"""Scans of letters as they were signed on paper, kept beside the version that was signed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive, digest_of
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterState, LetterVersion, SignedCopy
from outreach.letters.papers import SCANS, paper, suffix_of
from outreach.letters.register import file_stem

_CHUNK = 500


def attach(
    session: Session, letter: Letter, content: bytes, filename: str, archive: Archive, *, by: Actor, at: datetime
) -> SignedCopy | None:
    """Keep a scan of the signed page (PDF, PNG or JPEG, at most 20 MB) with the letter's current version.

    `filename` is a label. Gives None when the version has the same bytes already. Raises Refused for a letter that is still a
    draft or was cancelled, Invalid for a file of another kind.
    """
    by.must_be(Role.DRAFTER, "attach signed copies")
    if letter.state in (LetterState.DRAFT, LetterState.CANCELLED):
        raise Refused(f"{letter.reference} is {letter.state}; a signed copy belongs to a letter that was approved.")
    scan = paper(content, filename, SCANS)
    # Two who attach the same scan at once: the second waits here, and then finds it.
    session.execute(select(Letter.id).filter_by(id=letter.id).with_for_update())
    version, digest = letter.version_now, digest_of(content)
    if any(copy.sha256 == digest for copy in copies(session, version)):
        return None
    copy = SignedCopy(
        version=version,
        filename=scan.label,
        content_type=scan.content_type,
        size=len(content),
        sha256=archive.keep(content),
        added_by=by.name,
        added_at=at,
    )
    session.add(copy)
    session.flush()
    journal.record(
        session, by, "signed copy attached", f"letter {letter.reference}", at=at, version=version.number, sha256=digest
    )
    return copy


def copies(session: Session, version: LetterVersion) -> list[SignedCopy]:
    """The signed copies of a version, in the order they were attached."""
    query = select(SignedCopy).filter_by(letter_version_id=version.id).order_by(SignedCopy.id)
    return list(session.scalars(query))


def export(session: Session, versions: Sequence[tuple[str, int]], into: Path, archive: Archive) -> Iterator[Path]:
    """Write the signed copies of these versions (reference, id of the version) as `into/<reference>-signed-1.pdf`."""
    references = {version_id: reference for reference, version_id in versions}
    number = dict.fromkeys(references, 0)
    for copy in _of_versions(session, list(references)):
        number[copy.letter_version_id] += 1
        stem = file_stem(references[copy.letter_version_id])
        path = into / f"{stem}-signed-{number[copy.letter_version_id]}.{suffix_of(copy.content_type)}"
        path.write_bytes(archive.fetch(copy.sha256))
        yield path


def _of_versions(session: Session, ids: Sequence[int]) -> Iterable[SignedCopy]:
    for start in range(0, len(ids), _CHUNK):
        chosen = SignedCopy.letter_version_id.in_(ids[start : start + _CHUNK])
        yield from session.scalars(select(SignedCopy).where(chosen).order_by(SignedCopy.id))
