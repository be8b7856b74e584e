"""Approving: exactly the current version, checked, as exactly these bytes; a later change voids it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Role
from outreach.letters import register
from outreach.letters.cases import Case
from outreach.letters.checking import Checks, check
from outreach.letters.findings import Confirmed, Finding, must_be_confirmed
from outreach.letters.freezing import Frozen, freeze
from outreach.letters.models import Approval, Letter, LetterState
from outreach.letters.paging import Limit, of_page
from outreach.letters.papers import EVIDENCE, paper


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


class HasErrors(Refused):
    """A letter has what nobody may sign; the sentence names the first."""


def approve(
    session: Session,
    numbers: Sequence[int],
    checks: Checks,
    archive: Archive,
    *,
    confirmed: Confirmed = 0,
    by: Actor,
    at: datetime,
    authority: Authority = OWN_WORD,
    step: Callable[[], None] = lambda: None,
) -> list[Approval]:
    """Approve the current version of each of these drafts; all of them or none.

    They are checked here, as they stand in this transaction. `confirmed` is the exact number of their warnings, in all or of
    each kind. Raises HasErrors, NotConfirmed, and Refused unless each is a draft, `by` may approve and, under the two-person
    rule, wrote none of them. One journal entry covers the batch.
    """
    by.must_be(Role.APPROVER, "approve letters")
    passed = _passed(session, numbers, checks, (by.name, authority.on_behalf_of))
    must_be_confirmed(passed.warnings, confirmed)
    approvals, limit = [], cache(checks.page_limit)
    for letter, frozen in freeze(register.in_chunks(session, numbers), checks.press, archive):
        _must_fit(letter, frozen, limit)
        approvals.append(authority.stamp(_approved(letter, frozen, passed, by, at)))
        step()
    session.flush()
    if approvals:
        _record(session, approvals, by, at, authority, passed.warnings)
    return approvals


@dataclass(frozen=True)
class _Passed:
    """Letters that may be approved: the digest of each one's checked version, and their warnings by kind."""

    digests: dict[int, str] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)


def _passed(session: Session, numbers: Sequence[int], checks: Checks, approvers: tuple[str, ...]) -> _Passed:
    passed, failed = _Passed(), []
    for checked in check(session, numbers, checks):
        case = checked.case
        if case.state != LetterState.DRAFT:
            raise Refused(f"{case.reference} is {case.state}; only a draft can be approved.")
        if checks.settings.office.two_person_rule:
            _must_be_two(case, approvers)
        passed.digests[case.letter_id] = case.digest
        passed.warnings.update(finding.kind for finding in checked.warnings)
        failed += [(case.reference, checked.errors[0])] if checked.errors else []
    if failed:
        raise _has_errors(failed)
    return passed


def _must_be_two(case: Case, approvers: tuple[str, ...]) -> None:
    author = case.made_by.casefold()
    if author in map(str.casefold, approvers):
        raise Refused(
            f"{case.made_by} wrote the present version of {case.reference} and may not approve it as well"
            " (two_person_rule in outreach.toml); ask another approver."
        )


def _has_errors(failed: Sequence[tuple[str, Finding]]) -> HasErrors:
    reference, first = failed[0]
    more = f" {len(failed) - 1} more {'has' if len(failed) == 2 else 'have'} errors as well." if len(failed) > 1 else ""
    return HasErrors(f"{reference} cannot be approved: {first.says}{more} Mend this and approve again; nothing was approved.")


def _must_fit(letter: Letter, frozen: Frozen, limit: Limit) -> None:
    finding = of_page(frozen.page, limit(letter.version_now.template))
    if finding:
        raise _has_errors([(letter.reference, finding)])


def _approved(letter: Letter, frozen: Frozen, passed: _Passed, by: Actor, at: datetime) -> Approval:
    digests = {"message_sha256": frozen.message_sha256, "pdf_sha256": frozen.pdf_sha256}
    return letter.approve(by, at, checked=passed.digests[letter.id], **digests)


def _record(
    session: Session, approvals: list[Approval], by: Actor, at: datetime, authority: Authority, warnings: Mapping[str, int]
) -> None:
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
        warnings_confirmed=warnings,
        on_behalf_of=authority.on_behalf_of,
        evidence=authority.evidence,
        evidence_file=authority.file_sha256,
    )
