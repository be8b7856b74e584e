"""Many PDFs bound into one, page by page as they are: nothing is set again.

What readers' software needs stays: the tags of the pages, which tools for merging PDFs throw away, and bookmarks by section.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree, OutlineItem, Pdf
from pikepdf.models.metadata import encode_pdf_date

from outreach.errors import Invalid


class CannotBind(Invalid):
    """A file that is no PDF whose pages can be taken."""


@dataclass(frozen=True)
class Part:
    """A PDF under the title it is found by: made here, or as `as_printed` gives it."""

    title: str
    pdf: bytes


@dataclass(frozen=True)
class Section:
    """What belongs together: bookmarked under `title`, further parts under their own titles below it."""

    title: str
    parts: tuple[Part, ...]


def as_printed(part: Part) -> tuple[bytes, int]:
    """Somebody else's PDF as a printer would print it, and its number of pages; raises CannotBind when that cannot be done.

    Filled fields and stamps become ink; links, scripts and all else that is not on paper stay behind.
    """
    source, content = _opened(part), BytesIO()
    try:
        source.generate_appearance_streams()
        source.flatten_annotations("print")
        flat = pikepdf.new()
        for page in source.pages:
            for key in (Name.Annots, Name.AA, Name.StructParents):
                if key in page.obj:
                    del page.obj[key]
            flat.pages.append(page)
        flat.save(content, deterministic_id=True)
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, RuntimeError) as error:
        raise CannotBind(f"The pages of {part.title} cannot be taken; print it to a new PDF first.") from error
    return content.getvalue(), len(flat.pages)


def bind(sections: Iterable[Section], *, title: str, language: str, made: datetime, both_sides: bool = False) -> bytes:
    """All parts in one PDF; the same parts always give the same bytes.

    With `both_sides` each part begins on the front of a sheet: a blank page follows one with an odd number of pages. `made`
    (aware) stands in the file. Raises CannotBind, naming the part, for a file whose pages cannot be taken.
    """
    book = _Book(both_sides)
    for section in sections:
        book.add(section)
    return book.bytes(title, language, made)


class _Book:
    def __init__(self, both_sides: bool) -> None:
        self.pdf = pikepdf.new()
        self.both_sides = both_sides
        self.bookmarks: list[OutlineItem] = []
        self.tags = _Tags(self.pdf)

    def add(self, section: Section) -> None:
        bookmark: OutlineItem | None = None
        for part in section.parts:
            found = OutlineItem(section.title if bookmark is None else part.title, len(self.pdf.pages))
            self._take(part)
            if bookmark is None:
                bookmark = found
                self.bookmarks.append(found)
            else:
                bookmark.children.append(found)

    def _take(self, part: Part) -> None:
        source = _opened(part)
        is_tagged = Name.StructTreeRoot in source.Root
        if is_tagged:
            self.tags.renumber(source)
        self.pdf.pages.extend(source.pages)
        if is_tagged:
            self.tags.take(source)
        if self.both_sides and len(source.pages) % 2:
            left, bottom, right, top = (float(edge) for edge in source.pages[-1].mediabox)
            self.pdf.add_blank_page(page_size=(right - left, top - bottom))

    def bytes(self, title: str, language: str, made: datetime) -> bytes:
        root = self.pdf.Root
        root.Lang = pikepdf.String(language)
        root.PageMode = Name.UseOutlines
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        if self.both_sides:
            root.ViewerPreferences.Duplex = Name.DuplexFlipLongEdge
        self.tags.finish()
        with self.pdf.open_outline() as outline:
            outline.root.extend(self.bookmarks)
        self.pdf.docinfo[Name.Title] = title
        self.pdf.docinfo[Name.CreationDate] = encode_pdf_date(made)
        content = BytesIO()
        self.pdf.save(content, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.7")
        return content.getvalue()


class _Tags:
    """The tags of the parts, one tree below the other (ISO 32000-1, 14.7: each page and link names its place in a table)."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root))
        self.children, self.places = Array(), Array()
        self.roles = Dictionary()
        self.next = 0

    def renumber(self, source: Pdf) -> None:
        """Give the pages of `source` places after all that are taken, before they are copied."""
        for page in source.pages:
            page.obj.StructParents = int(page.obj.StructParents) + self.next
            for note in page.obj.get(Name.Annots, []):
                if Name.StructParent in note:
                    note.StructParent = int(note.StructParent) + self.next

    def take(self, source: Pdf) -> None:
        """Copy the tags of `source`, whose pages are copied already."""
        tree = source.Root.StructTreeRoot
        for element in tree.K if isinstance(tree.K, Array) else [tree.K]:
            copied = self.pdf.copy_foreign(element)
            copied.P = self.document
            self.children.append(copied)
        for place, elements in NumberTree(tree.ParentTree).items():
            self.places.append(place + self.next)
            self.places.append(self.pdf.copy_foreign(source.make_indirect(elements)))
        for name, role in tree.get(Name.RoleMap, Dictionary()).items():
            self.roles[name] = role
        self.next += int(tree.ParentTreeNextKey)

    def finish(self) -> None:
        """Hang the tree on the PDF."""
        if not self.children:
            return
        self.document.K = self.children
        self.root.K = self.document
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=self.places))
        self.root.ParentTreeNextKey = self.next
        self.root.RoleMap = self.roles
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)


def _opened(part: Part) -> Pdf:
    try:
        opened = pikepdf.open(BytesIO(part.pdf))
    except pikepdf.PasswordError as error:
        raise CannotBind(f"{part.title} is locked with a password; give one that is not.") from error
    except pikepdf.PdfError as error:
        raise CannotBind(f"{part.title} is no PDF that can be read; save it anew.") from error
    if not opened.pages:
        raise CannotBind(f"{part.title} has no pages.")
    return opened
