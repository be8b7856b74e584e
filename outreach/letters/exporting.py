"""Letters as files: what was approved byte for byte, drafts as they would look, marked as drafts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from outreach.archive import Archive
from outreach.letters import reply_form_files
from outreach.letters.freezing import Press, frozen_message, frozen_pdf
from outreach.letters.layout import letter_docx
from outreach.letters.models import Enclosure, Letter, LetterState
from outreach.letters.register import file_stem
from outreach.letters.sheets import draft_of, sheet_of
from outreach.letters.translating import name_of
from outreach.mail.building import as_unsent

FORMATS = ("pdf", "docx", "eml")


def export(
    letters: Iterable[Letter],
    formats: Sequence[str],
    into: Path,
    press: Press,
    archive: Archive,
    *,
    step: Callable[[], None] = lambda: None,
) -> Iterator[Path]:
    """Write each letter in each of `formats` as `into/<reference with - for />.<format>`; gives the paths.

    The PDF and message of an approved letter are those that were approved. The `.eml` opens in a mail program as a draft. A
    reply form and a courtesy translation are written beside their letter; files that all letters of a campaign enclose are not
    written again for each.
    """
    into.mkdir(parents=True, exist_ok=True)
    for letter in letters:
        for kind, content in _files(letter, formats, press, archive):
            path = into / f"{file_stem(letter.reference)}.{kind}"
            path.write_bytes(content)
            yield path
        for file in (*reply_form_files.of_version(letter.version_now), *_translations(letter)):
            path = into / file.filename
            path.write_bytes(archive.fetch(file.sha256))
            yield path
        step()


def _translations(letter: Letter) -> list[Enclosure]:
    into = letter.version_now.layout.get("translation", "")
    return [one for one in letter.version_now.enclosures if into and one.filename == name_of(letter.reference, into)]


def file_of(letter: Letter, kind: str, press: Press, archive: Archive) -> bytes:
    """One letter as one of `FORMATS`, as `export` would write it."""
    return next(content for name, content in _files(letter, (kind,), press, archive) if name == kind)


def _files(letter: Letter, formats: Sequence[str], press: Press, archive: Archive) -> Iterator[tuple[str, bytes]]:
    version = letter.version_now
    approved = version.message_sha256 is not None and letter.state is not LetterState.DRAFT
    sheet = sheet_of(version, letter.reference) if approved else draft_of(version, letter.reference)
    page = b""
    if "pdf" in formats or "eml" in formats:
        page = frozen_pdf(version, archive) if approved else press.pdf(sheet)
    if "pdf" in formats:
        yield "pdf", page
    if "docx" in formats:
        marks = {"outreach-letter": letter.reference, "outreach-version": str(version.number)}
        yield "docx", letter_docx(sheet, properties=marks)
    if "eml" in formats:
        message = frozen_message(version, archive) if approved else press.message(version, sheet, page, archive.fetch)
        yield "eml", as_unsent(message)
