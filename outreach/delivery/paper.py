"""What a letter is on paper: its frozen page and those of its enclosures that have pages, all as they lie in the archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from outreach.archive import Archive
from outreach.letters.freezing import frozen_pdf
from outreach.letters.models import Enclosure, LetterVersion, day_in_files
from outreach.typesetting.binding import CannotBind, Part, as_printed
from outreach.typesetting.pdf import CannotTypeset, page_count
from outreach.typesetting.pictures import picture_page

_PDF = "application/pdf"
_PICTURES: dict[str, Literal["png", "jpg"]] = {"image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class _Pages:
    """An enclosure ready to be printed, and how many pages that takes."""

    pdf: bytes
    count: int


class Paper:
    """Takes letters out of the archive, digests checked, and makes pages of what they enclose where it can.

    What goes with all letters of a campaign is looked at once.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._of = lru_cache(maxsize=16)(self._pages)

    def pages(self, version: LetterVersion) -> int:
        """How many pages are printed for this version: its own, and those of its enclosures."""
        return page_count(frozen_pdf(version, self.archive)) + sum(pages.count for _one, pages in self._printed(version))

    def parts(self, version: LetterVersion, reference: str) -> tuple[Part, ...]:
        """The letter and what it encloses, in the order of its page."""
        letter = Part(reference, frozen_pdf(version, self.archive))
        return (letter, *(Part(one.title, pages.pdf) for one, pages in self._printed(version)))

    def apart(self, version: LetterVersion) -> list[Enclosure]:
        """The enclosures that cannot be printed from here (a document, a text, a broken file): a person prints them."""
        printed = {one.position for one, _pages in self._printed(version)}
        return [one for one in version.enclosures if one.position not in printed]

    def _printed(self, version: LetterVersion) -> Sequence[tuple[Enclosure, _Pages]]:
        made = day_in_files(version.dated)
        found = [(one, self._of(one.sha256, one.content_type, one.title, version.language, made)) for one in version.enclosures]
        return [(one, pages) for one, pages in found if pages is not None]

    def _pages(self, digest: str, content_type: str, title: str, language: str, made: datetime) -> _Pages | None:
        kind = _PICTURES.get(content_type)
        if content_type != _PDF and kind is None:
            return None
        content = self.archive.fetch(digest)
        try:
            if kind:
                content = picture_page(content, kind, title=title, language=language, made=made)
            return _Pages(*as_printed(Part(title, content)))
        except (CannotBind, CannotTypeset):
            # Named on the list among what is printed apart.
            return None
