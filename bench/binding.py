"""Binding: the pages of a print run put into one PDF, bookmarked, beside what else does that."""

from io import BytesIO
from pathlib import Path

from bench.harness import Contestant, Figure, Work

PAGES = "pages"


def _world(folder: Path, size: int) -> None:
    from bench.world import CAMPAIGN, draft, letters_of, office_with_posts, opened
    from outreach.letters.layout import letter_pdf
    from outreach.letters.sheets import sheet_of

    office_with_posts(folder, size)
    office = opened(folder / "office")
    draft(office, CAMPAIGN)
    office.close()
    (folder / PAGES).mkdir()
    for place, letter in enumerate(letters_of(folder)):
        (folder / PAGES / f"{place:06}.pdf").write_bytes(letter_pdf(sheet_of(letter.version_now, letter.reference)))


def _files(world: Path) -> list[Path]:
    return sorted((world / PAGES).iterdir())


def outreach(world: Path, own: Path, _size: int) -> Work:
    """`outreach.typesetting.binding.bind`: bookmarks and tags, the same bytes each time."""
    from bench.given import AT
    from outreach.typesetting.binding import Part, Section, bind

    files = _files(world)

    def work() -> int:
        sections = (Section(file.stem, (Part(file.stem, file.read_bytes()),)) for file in files)
        (own / "run.pdf").write_bytes(bind(sections, title="Print run", language="en", made=AT))
        return len(files)

    return work


def pypdf(world: Path, own: Path, _size: int) -> Work:
    """pypdf's writer, with bookmarks; tags are lost."""
    from pypdf import PdfWriter

    files = _files(world)

    def work() -> int:
        writer = PdfWriter()
        for file in files:
            writer.append(BytesIO(file.read_bytes()), outline_item=file.stem, import_outline=False)
        writer.write(own / "run.pdf")
        return len(files)

    return work


def pdfium(world: Path, own: Path, _size: int) -> Work:
    """PDFium's import of pages: neither bookmarks nor tags."""
    from pypdfium2 import PdfDocument

    files = _files(world)

    def work() -> int:
        whole = PdfDocument.new()
        for file in files:
            whole.import_pages(PdfDocument(file.read_bytes()))
        whole.save(own / "run.pdf")
        return len(files)

    return work


FIGURES = (
    Figure(
        "Letters of two pages bound into one print run",
        "letters",
        _world,
        [
            Contestant("outreach, bookmarks and tags", "ours", outreach, 1_000, 20),
            Contestant("pypdf, bookmarks", "peer", pypdf, 1_000, 20, needs=("pypdf",)),
            Contestant("PDFium, pages only", "limit", pdfium, 1_000, 20, needs=("pypdfium2",)),
        ],
    ),
)
