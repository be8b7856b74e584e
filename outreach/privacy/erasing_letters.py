"""Letters to a person who is erased: the words stay without the name, the files as they left go."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from outreach.delivery.models import Attempt
from outreach.letters.models import Letter, LetterVersion, SignedCopy
from outreach.privacy import scope
from outreach.privacy.names import ERASED
from outreach.privacy.work import Work


def erase(work: Work) -> None:
    """Take the person out of the letters to them; of a letter to several, the files stay."""
    for letter in scope.letters(work.session, work.scope):
        for version in letter.versions:
            _reword(work, version)
        files = list(_files(work, letter))
        if len(letter.addressees) > 1:
            what = "its message and page as they left" if files else "its words"
            work.stays.append(f"letter {letter.reference}: {what}, since it is addressed to others too")
        else:
            work.references.append(letter.reference)
            for digest, called in files:
                work.files[digest].append(called)
    _outcomes(work)
    if work.scope.letters:
        many = len(work.scope.letters)
        work.goes.append(
            f"the name and own addresses in {many} letter{'s' * (many > 1)}, and what became of {'them' if many > 1 else 'it'}"
        )


def _reword(work: Work, version: LetterVersion) -> None:
    names = work.names
    version.address_block = [names.taken_out(line, greeting=True) for line in version.address_block]
    version.salutation = names.taken_out(version.salutation, greeting=True)
    for name in ("subject", "body", "close"):
        setattr(version, name, names.taken_out(getattr(version, name)))
    version.layout = names.taken_out_of(version.layout)
    version.warnings = names.taken_out_of(list(version.warnings))
    for recipient in version.recipients:
        if recipient.address.lower() in work.scope.emails:
            recipient.address, recipient.name = ERASED, ""


def _files(work: Work, letter: Letter) -> Iterator[tuple[str, str]]:
    for version in letter.versions:
        called = f"letter {letter.reference}, version {version.number}"
        if version.message_sha256:
            yield version.message_sha256, f"{called}: the message as it left"
        if version.pdf_sha256:
            yield version.pdf_sha256, f"{called}: the page as it left"
    signed = select(SignedCopy).where(SignedCopy.letter_version_id.in_([version.id for version in letter.versions]))
    for copy in work.session.scalars(signed):
        copy.filename = work.names.taken_out(copy.filename, greeting=True)
        yield copy.sha256, f"letter {letter.reference}: a scan of it as signed"


def _outcomes(work: Work) -> None:
    attempts = select(Attempt).where(Attempt.letter_id.in_(work.scope.letters)).options(selectinload(Attempt.outcomes))
    for attempt in work.session.scalars(attempts):
        attempt.detail = work.names.taken_out(attempt.detail)
        for outcome in attempt.outcomes:
            outcome.reply = work.names.taken_out(outcome.reply)
            # What was printed has the address block for its recipient.
            known = outcome.recipient.lower() in work.scope.emails
            outcome.recipient = ERASED if known else work.names.taken_out(outcome.recipient, greeting=True)
