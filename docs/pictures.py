"""Make the README's pictures from what the demonstration made: `make pictures`, after `make demo`."""

import sys
from pathlib import Path

import pypdfium2 as pdfium

HERE = Path(__file__).parent
# What is shown: a file of the demonstration, which of its pages, and the picture's name.
PICTURES = (
    ("out/letters/member-state/IGF-LP-2025-0201.pdf", 0, "letter.png"),
    ("out/communique/communique.pdf", 0, "communique.png"),
    ("out/communique/communique.pdf", -1, "annex.png"),
)
DOTS_PER_INCH = 80


def draw(pdf: Path, page: int, into: Path) -> None:
    """Draw one page of `pdf` (from 0, or from the end) as a small PNG."""
    document = pdfium.PdfDocument(pdf)
    picture = document[page % len(document)].render(scale=DOTS_PER_INCH / 72).to_pil().convert("P", colors=64)
    into.parent.mkdir(exist_ok=True)
    picture.save(into, optimize=True)


def main() -> None:
    """Draw all pictures of the demonstration office named."""
    office = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-office")
    for source, page, name in PICTURES:
        draw(office / source, page, HERE / "img" / name)


if __name__ == "__main__":
    main()
