"""Approving: exactly the current version, as exactly these bytes; a later change voids it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Role
from outreach.letters.freezing import Press, freeze
from outreach.letters.models import Approval, Letter, LetterState
from outreach.letters.papers import EVIDENCE, paper
from outreach.letters.vouching import Signed, must_be_vouched_for, nobody


@dataclass(frozen=True)
class Authority:
    """By whose word, when it was given elsewhere (mail, telephone, paper); `file_sha256` is the evidence in the archive."""

    on_behalf_of: str = ""
    evidence: str = ""
    filename: str = ""
    file_sha256: str | None = None

    def stamp(self, approval: Approval) -> Approval:
        """Note the authority on an approval."""
        approval.on_behalf_of, approval.evidence = self.on_behalf_of, self.evidence
        approval.evidence_filename, approval.evidence_sha256 = self.filename, self.file_sha256
        return approval


OWN_WORD = Authority()
_LONGEST_NAME = 200  # characters


def given_elsewhere(
    archive: Archive, *, on_behalf_of: str = "", evidence: str = "", file: tuple[str, bytes] | None = None, by: Actor
) -> Authority:
    """The word of somebody who does not approve here, as `by` records it: who, how it was given, and the file that shows it.

    `file` is a label and its content (PDF, mail, picture, text or DOCX of at most 20 MB); it is kept in the archive. Raises
    Refused unless `by` may approve: a file proves nothing by itself, so a drafter records no approval, whatever he holds.
    Raises Invalid when neither words nor a file say how the approval was given, or the file is of another kind.
    """
    by.must_be(Role.APPROVER, "record approvals")
    name, said = on_behalf_of.strip(), evidence.strip()
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise Invalid(f"Name in one line, of {_LONGEST_NAME} characters at most, on whose behalf the letter is approved.")
    if name and not (said or file):
        raise Invalid(f"Say how {name} approved (by mail of 27 January, by telephone ...), or give the file that shows it.")
    if file is None:
        return Authority(name, said)
    label, content = file
    kept = paper(content, label, EVIDENCE)
    return Authority(name, said, kept.label, archive.keep(kept.content))


def approve(
    session: Session,
    letters: Iterable[Letter],
    press: Press,
    archive: Archive,
    *,
    by: Actor,
    at: datetime,
    authority: Authority = OWN_WORD,
    signed: Signed = nobody,
    step: Callable[[], None] = lambda: None,
) -> list[Approval]:
    """Approve the current version of each of these drafts; all of them or none.

    `signed` gives what readers of a language have signed off. Raises Refused unless each is a draft, its wording awaits no
    reader, and `by` may approve. One journal entry covers the batch.
    """
    by.must_be(Role.APPROVER, "approve letters")
    approvals = []
    for letter, frozen in freeze((_draft(letter, signed) for letter in letters), press, archive):
        approvals.append(
            authority.stamp(letter.approve(by, at, message_sha256=frozen.message_sha256, pdf_sha256=frozen.pdf_sha256))
        )
        step()
    session.flush()
    if approvals:
        _record(session, approvals, by, at, authority)
    return approvals


def _draft(letter: Letter, signed: Signed) -> Letter:
    if letter.state is not LetterState.DRAFT:
        raise Refused(f"{letter.reference} is {letter.state}; only a draft can be approved.")
    must_be_vouched_for(letter.version_now, letter.reference, signed)
    return letter


def _record(session: Session, approvals: list[Approval], by: Actor, at: datetime, authority: Authority) -> None:
    rows = [
        {"reference": one.letter.reference, "version": one.version.number, "message": one.digest, "pdf": one.version.pdf_sha256}
        for one in approvals
    ]
    first, last = rows[0]["reference"], rows[-1]["reference"]
    subject = f"letter {first}" if len(rows) == 1 else f"letters {first} to {last}"
    journal.record(
        session,
        by,
        "approved",
        subject,
        at=at,
        count=len(rows),
        digest=journal.digest_of_rows(rows),
        on_behalf_of=authority.on_behalf_of,
        evidence=authority.evidence,
        evidence_file=authority.file_sha256,
    )
