"""Freezing a version: the PDF and the message that will leave, made once, kept under their digests."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from outreach.archive import Archive
from outreach.config import MailSettings
from outreach.errors import Invalid
from outreach.letters.enclosing import Fetch, parts
from outreach.letters.layout import letter_pdf
from outreach.letters.models import Letter, LetterVersion
from outreach.letters.sheet import Sheet
from outreach.letters.sheets import message_of, sheet_of

# The typesetter works outside the interpreter's lock, so two pages are set at once; each thread keeps its own.
THREADS = 2


@dataclass(frozen=True)
class Frozen:
    """The digests of a version's message and PDF, both in the archive, and the page itself."""

    message_sha256: str
    pdf_sha256: str
    page: bytes = field(repr=False)


class Press:
    """Makes the files of letters: what a version would leave as, with the office's letterhead."""

    def __init__(self, mail: MailSettings, letterhead: Path | None = None) -> None:
        self.mail = mail
        self.letterhead = letterhead

    def pdf(self, sheet: Sheet) -> bytes:
        """The page, tagged and archivable; raises Invalid, naming the letter, when it cannot be set."""
        try:
            return letter_pdf(sheet, self.letterhead)
        except Invalid as error:
            own = f" (its letterhead is the office's own, in {self.letterhead})" if self.letterhead else ""
            raise Invalid(f"{sheet.reference}{own}: {error}") from error

    def message(self, version: LetterVersion, sheet: Sheet, pdf: bytes, fetch: Fetch) -> bytes:
        """The message with the page and the version's enclosures attached; `fetch` gives a file by its digest."""
        return message_of(version, sheet, pdf, parts(version, fetch), self.mail)


def freeze(letters: Iterable[Letter], press: Press, archive: Archive) -> Iterator[tuple[Letter, Frozen]]:
    """Make and keep the files of each letter's current version, in the order given; memory stays flat."""
    # The same few files go with all letters of a campaign.
    fetch = lru_cache(maxsize=4)(archive.fetch)
    with ThreadPoolExecutor(THREADS) as pool:
        for chunk in _chunks(letters, 50):
            # Read in this thread: rows belong to one session, and a session to one thread.
            sheets = [sheet_of(letter.version_now, letter.reference) for letter in chunk]
            # Taken as they come, so that messages are built and files reach the disk while the next pages are set.
            for letter, sheet, page in zip(chunk, sheets, pool.map(press.pdf, sheets), strict=True):
                message = press.message(letter.version_now, sheet, page, fetch)
                yield letter, Frozen(archive.keep(message), archive.keep(page), page)


def _chunks(letters: Iterable[Letter], size: int) -> Iterator[list[Letter]]:
    chunk: list[Letter] = []
    for letter in letters:
        chunk.append(letter)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def frozen_message(version: LetterVersion, archive: Archive) -> bytes:
    """The message that was approved, byte for byte; raises Invalid when the version was never frozen."""
    return archive.fetch(_kept(version, version.message_sha256))


def frozen_size(version: LetterVersion, archive: Archive) -> int:
    """How many bytes the message that was approved has; its content is not read."""
    return archive.size(_kept(version, version.message_sha256))


def frozen_pdf(version: LetterVersion, archive: Archive) -> bytes:
    """The page that was approved, byte for byte."""
    return archive.fetch(_kept(version, version.pdf_sha256))


def _kept(version: LetterVersion, digest: str | None) -> str:
    if digest is None:
        raise Invalid(f"Version {version.number} of this letter was never approved, so it has no frozen files.")
    return digest


Step = Callable[[], None]
