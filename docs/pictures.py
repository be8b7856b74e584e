"""Make the README's pictures from what the demonstration made: `make pictures`, after `make demo`."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium

IMAGES = Path(__file__).parent / "img"
# The letter to this State, of the campaign that writes to all of them.
CAMPAIGN, STATE = "member-state", "Kenya"
DOTS_PER_INCH = 92
GREYS = 16  # shades: enough for letters and the watermark, and files stay small


def letter_to(office: Path, state: str) -> Path:
    """The PDF of the letter to `state`, asked of the office itself, since its number changes with the directory."""
    command = [sys.executable, "-m", "outreach", "--office", str(office), "letters", "list", "--campaign", CAMPAIGN, "--json"]
    letters = json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)
    reference = next(letter["reference"] for letter in letters if letter["organisation"] == state)
    return office / "out" / "letters" / CAMPAIGN / f"{reference.replace('/', '-')}.pdf"


def first_page(_text: str) -> bool:
    """Any page will do, so the first is taken."""
    return True


def with_tables(text: str) -> bool:
    """The page on which the figures by stakeholder group stand."""
    return "Table 2." in text and "Total" in text


def draw(pdf: Path, wanted: Callable[[str], bool], name: str) -> None:
    """Draw the first page of `pdf` whose text is `wanted` as a small picture."""
    with pdfium.PdfDocument(pdf) as document:
        page = next(page for page in document if wanted(page.get_textpage().get_text_bounded()))
        picture = page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil().quantize(GREYS)
    picture.save(IMAGES / name, optimize=True)


def main() -> None:
    """Draw all pictures of the demonstration office named."""
    office = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-office")
    communique = office / "out" / "communique" / "communique.pdf"
    IMAGES.mkdir(exist_ok=True)
    draw(letter_to(office, STATE), first_page, "letter.png")
    draw(communique, first_page, "communique.png")
    draw(communique, with_tables, "annex.png")


if __name__ == "__main__":
    main()
