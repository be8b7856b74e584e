"""What world.py leaves for the peers, in files: addressees with the words of each letter, and the template.

Nothing of outreach is imported here, so that no peer's memory holds it.
"""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

ADDRESSEES = "addressees.csv"
TEMPLATE = "template.md"
PAGES = "pages.json"
LAYOUT = "letter.typ"
TYPST_INPUTS = "typst.json"
AT = datetime(2025, 1, 27, 12, 0, tzinfo=UTC)


def addressees(world: Path) -> list[dict[str, str]]:
    """The addressees, one a letter, with the values that the template shows."""
    with (world / ADDRESSEES).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wording(world: Path) -> tuple[str, str]:
    """The template's subject and its body, in Jinja2 and Markdown."""
    subject, _, body = (world / TEMPLATE).read_text("utf-8").removeprefix("# ").partition("\n")
    return subject, body


def pages(world: Path) -> list[dict[str, Any]]:
    """The letters as they stand on the page: lines, and the body both as HTML and as lines of plain text."""
    read: list[dict[str, Any]] = json.loads((world / PAGES).read_text("utf-8"))
    return read


def typst_inputs(world: Path) -> list[str]:
    """The data of each letter for its layout, as the JSON text that Typst is given."""
    read: list[str] = json.loads((world / TYPST_INPUTS).read_text("utf-8"))
    return read


def page_html(page: dict[str, Any]) -> str:
    """A letter as an HTML page of the same words, measures and type sizes."""
    parts = [
        _paragraph(page["masthead"], "masthead"),
        _paragraph([page["reference"], page["date"]]),
        _paragraph(page["address"]),
        _paragraph([page["subject"]], "subject"),
        _paragraph([page["salutation"]]),
        page["html"],
        _paragraph([page["close"]]),
        _paragraph(page["signature"], "signature"),
        f"<footer>{'<br>'.join(map(escape, page['footer']))}</footer>",
    ]
    return f'<!DOCTYPE html><html lang="en"><title>Letter</title><style>{_STYLE}</style>{"".join(parts)}</html>'


def _paragraph(lines: Sequence[str], kind: str = "") -> str:
    return f'<p class="{kind}">{"<br>".join(map(escape, lines))}</p>'


_STYLE = """
@page { size: A4; margin: 2.6cm 2.7cm 2.9cm }
body { font: 11pt/1.35 "Liberation Serif", "DejaVu Serif", serif; text-align: justify }
.masthead { text-align: center; font-size: 13pt; border-bottom: 0.6pt solid #404040; padding-bottom: 8pt }
.subject { font-weight: bold } .signature { margin-top: 54pt }
footer { position: fixed; bottom: -1.5cm; width: 100%; text-align: center; font-size: 8pt; color: #505050 }
"""
