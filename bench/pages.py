"""Pages: letters as PDF and as DOCX, beside the bare typesetter, WeasyPrint, and docxtpl with LibreOffice.

What each contestant needs is imported when it gets ready, so that nobody's memory holds another's libraries.
"""

from collections.abc import Callable, Sequence
from ctypes import CDLL
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.harness import Contestant, Figure, Work

if TYPE_CHECKING:
    from outreach.letters.sheet import Sheet


def _world(folder: Path, size: int) -> None:
    from bench.world import office_with_letters_and_pages

    office_with_letters_and_pages(folder, size)


def outreach_pdf(world: Path, _own: Path, _size: int) -> Work:
    """`letter_pdf` from stored versions, in one thread."""
    from outreach.letters.layout import letter_pdf

    return _from_versions(world, letter_pdf)


def outreach_docx(world: Path, _own: Path, _size: int) -> Work:
    """`letter_docx` from stored versions."""
    from outreach.letters.layout import letter_docx

    return _from_versions(world, letter_docx)


def _from_versions(world: Path, make: Callable[["Sheet"], bytes]) -> Work:
    from bench.world import letters_of
    from outreach.letters.sheets import sheet_of

    letters = letters_of(world)

    def page(place: int) -> bytes:
        return make(sheet_of(letters[place].version_now, letters[place].reference))

    page(0)
    return lambda: sum(len(page(place)) > 0 for place in range(len(letters)))


def outreach_frozen(world: Path, own: Path, _size: int) -> Work:
    """`freeze` as approving does it: two threads, the message around each page, and both files durably in the archive."""
    from bench.world import letters_of, opened
    from outreach.archive import Archive
    from outreach.letters.freezing import freeze

    letters, press = letters_of(world), opened(world / "office").press
    list(freeze(letters[:1], press, Archive(own / "first")))
    return lambda: sum(1 for _ in freeze(letters, press, Archive(own / "files")))


def typst_alone(world: Path, _own: Path, _size: int) -> Work:
    """The compiler in one thread, with the same layout and the data of each letter ready as JSON."""
    inputs, page = _typst(world)
    return lambda: sum(len(page(data)) > 0 for data in inputs)


def typst_alone_in_two_threads(world: Path, _own: Path, _size: int) -> Work:
    """The same in two threads, each with a compiler of its own."""
    from concurrent.futures import ThreadPoolExecutor

    inputs, page = _typst(world)

    def work() -> int:
        with ThreadPoolExecutor(2) as pool:
            return sum(len(pdf) > 0 for pdf in pool.map(page, inputs))

    return work


def _typst(world: Path) -> tuple[list[str], Callable[[str], bytes]]:
    import threading

    import typst

    from bench.given import AT, LAYOUT, typst_inputs

    source, inputs = (world / LAYOUT).read_bytes(), typst_inputs(world)
    fonts = typst.Fonts(include_system_fonts=False)
    own = threading.local()

    def page(data: str) -> bytes:
        if not hasattr(own, "compiler"):
            own.compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
        pdf: bytes = own.compiler.compile(
            input=source, format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1", "a-2a"], timestamp=AT
        )
        return pdf

    page(inputs[0])
    return inputs, page


def weasyprint(world: Path, _own: Path, _size: int) -> Work:
    """WeasyPrint: a ready HTML page with the same words; the fonts' configuration is shared; no tags, no PDF/A."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    from bench.given import page_html, pages

    ready, fonts = [page_html(page) for page in pages(world)], FontConfiguration()

    def pdf(html: str) -> bytes:
        made: bytes = HTML(string=html).write_pdf(font_config=fonts)
        return made

    pdf(ready[0])
    return lambda: sum(len(pdf(html)) > 0 for html in ready)


def docxtpl(world: Path, own: Path, _size: int) -> Work:
    """docxtpl: a DOCX with the same words from a template, opened for each letter as its manual asks."""
    from bench.given import pages

    letters, write = pages(world), _docxtpl(own)
    return lambda: len([write(letter, number) for number, letter in enumerate(letters)])


def docxtpl_and_libreoffice(world: Path, own: Path, _size: int) -> Work:
    """docxtpl, then LibreOffice for all files in one call."""
    from bench.given import pages

    letters, write = pages(world), _docxtpl(own)
    _convert(own, [write(letters[0], 0)], "first")  # makes LibreOffice's profile
    return lambda: _convert(own, [write(letter, number) for number, letter in enumerate(letters)], "pdf")


def _docxtpl(own: Path) -> Callable[[dict[str, Any], int], Path]:
    from docxtpl import DocxTemplate

    template = own / "template.docx"
    _write_docx_template(template)

    def write(letter: dict[str, Any], number: int) -> Path:
        document, path = DocxTemplate(template), own / f"{number}.docx"
        document.render(letter, autoescape=True)
        document.save(path)
        return path

    return write


def _write_docx_template(path: Path) -> None:
    from docx import Document

    document = Document()
    document.sections[0].footer.paragraphs[0].text = "{{ footer | join(', ') }}"
    for many in ("masthead", "address"):
        _loop(document, many)
    for one in ("reference", "date", "subject", "salutation"):
        document.add_paragraph(f"{{{{ {one} }}}}")
    _loop(document, "lines")
    document.add_paragraph("{{ close }}")
    _loop(document, "signature")
    document.save(str(path))


def _loop(document: Any, many: str) -> None:
    for text in (f"{{%p for line in {many} %}}", "{{ line }}", "{%p endfor %}"):
        document.add_paragraph(text)


def _convert(own: Path, files: Sequence[Path], name: str) -> int:
    import subprocess

    profile = f"-env:UserInstallation={(own / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(own / name), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True)
    return len(list((own / name).glob("*.pdf")))


def _weasyprint_name() -> str:
    """Without HarfBuzz's subsetter WeasyPrint cuts its fonts in Python, which takes most of its time."""
    try:
        CDLL("libharfbuzz-subset.so.0")
    except OSError:
        return "WeasyPrint, without libharfbuzz-subset"
    return "WeasyPrint"


FIGURES = (
    Figure(
        "Letters as PDF, one thread",
        "letters",
        _world,
        [
            Contestant("outreach, letter_pdf", "ours", outreach_pdf, 1_000, 10),
            Contestant("Typst alone", "limit", typst_alone, 1_000, 10, aim=1 / 1.3, needs=("typst",)),
            Contestant(_weasyprint_name(), "peer", weasyprint, 1_000, 3, needs=("weasyprint",)),
            Contestant(
                "docxtpl + LibreOffice",
                "peer",
                docxtpl_and_libreoffice,
                1_000,
                10,
                needs=("docxtpl",),
                programs=("soffice",),
            ),
        ],
    ),
    Figure(
        "Letters frozen for approval: PDF and message, kept; two threads",
        "letters",
        _world,
        [
            Contestant("outreach, freeze", "ours", outreach_frozen, 1_000, 10),
            Contestant("Typst alone, PDF only", "limit", typst_alone_in_two_threads, 1_000, 10, aim=1 / 1.3, needs=("typst",)),
        ],
    ),
    Figure(
        "Letters as DOCX",
        "letters",
        _world,
        [
            Contestant("outreach, letter_docx", "ours", outreach_docx, 1_000, 10),
            Contestant("docxtpl", "peer", docxtpl, 1_000, 10, needs=("docxtpl",)),
        ],
    ),
)
