"""Address labels on sheets: each address in its own language and direction, as large as its label allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from outreach.errors import Invalid, NotFound
from outreach.typesetting.data import language_data, line_direction, lines_data
from outreach.typesetting.pdf import Layout, compile_pdf
from outreach.typesetting.tree import printable

_A4, _LETTER = (210.0, 297.0), (215.9, 279.4)
_FOLDER = Path(str(resources.files(__package__)))


@dataclass(frozen=True, kw_only=True)
class SheetOfLabels:
    """Where the labels lie on a sheet, in millimetres: `pitch` from one to the next, `inset` is left blank within each."""

    words: str
    paper: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch: tuple[float, float]
    inset: tuple[float, float] = (5.0, 2.5)

    @property
    def per_page(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows


# The measures that makers print on the packets; numbers such as 3474 are those of the common kinds.
SHEETS: Mapping[str, SheetOfLabels] = {
    "3x8": SheetOfLabels(
        words="A4, 24 labels of 70 x 37 mm (such as 3474)",
        paper=_A4,
        columns=3,
        rows=8,
        width=70,
        height=37,
        left=0,
        top=0.5,
        pitch=(70, 37),
        # These go to the edges of the sheet, where no printer prints.
        inset=(7, 5),
    ),
    "3x7": SheetOfLabels(
        words="A4, 21 labels of 63.5 x 38.1 mm (such as L7160)",
        paper=_A4,
        columns=3,
        rows=7,
        width=63.5,
        height=38.1,
        left=7.25,
        top=15.15,
        pitch=(66, 38.1),
    ),
    "2x7": SheetOfLabels(
        words="A4, 14 labels of 99.1 x 38.1 mm (such as L7163)",
        paper=_A4,
        columns=2,
        rows=7,
        width=99.1,
        height=38.1,
        left=4.65,
        top=15.15,
        pitch=(101.6, 38.1),
    ),
    "letter-3x10": SheetOfLabels(
        words="US Letter, 30 labels of 2 5/8 x 1 inch (such as 5160)",
        paper=_LETTER,
        columns=3,
        rows=10,
        width=66.675,
        height=25.4,
        left=4.7625,
        top=12.7,
        pitch=(69.85, 25.4),
        inset=(4, 1.5),
    ),
    "letter-2x5": SheetOfLabels(
        words="US Letter, 10 labels of 4 x 2 inches (such as 5163)",
        paper=_LETTER,
        columns=2,
        rows=5,
        width=101.6,
        height=50.8,
        left=3.96875,
        top=12.7,
        pitch=(106.3625, 50.8),
    ),
    "window": SheetOfLabels(
        words="A4, one address a sheet, where envelopes with a window show it",
        paper=_A4,
        columns=1,
        rows=1,
        # DIN 5008: the field of the address begins 45 mm from the top, 20 mm from the left.
        width=85,
        height=45,
        left=20,
        top=45,
        pitch=(85, 45),
    ),
}


@dataclass(frozen=True)
class Label:
    """An address in one language; `mark` stands small in a corner, to find its letter by.

    `last` is a line below in a language of its own, as the country is: (language, line).
    """

    lines: tuple[str, ...]
    language: str
    mark: str
    last: tuple[str, str] | None = None


def sheet_named(name: str) -> SheetOfLabels:
    """The sheet of that name; raises NotFound with those there are."""
    try:
        return SHEETS[name]
    except KeyError:
        known = "; ".join(f"{key} ({sheet.words})" for key, sheet in SHEETS.items())
        raise NotFound(f"There are no sheets of labels called {name!r}. There are: {known}.") from None


def labels_pdf(
    labels: Sequence[Label], sheet: SheetOfLabels, *, title: str, language: str, made: datetime, first: int = 1
) -> bytes:
    """The labels in their order, beginning at place `first` of a sheet that was begun; the same labels give the same bytes.

    Raises Invalid when there is no such place, or an address does not fit even small.
    """
    if not 1 <= first <= sheet.per_page:
        raise Invalid(f"A sheet of these labels has the places 1 to {sheet.per_page}, not {first}.")
    data = {
        "language": language_data(language),
        "title": printable(title),
        "sheet": {name: getattr(sheet, name) for name in _MEASURES},
        "first": first - 1,
        "labels": [_label_data(label) for label in labels],
    }
    return compile_pdf(Layout(_FOLDER, "labels.typ"), data, made)


_MEASURES = ("paper", "columns", "rows", "width", "height", "left", "top", "pitch", "inset")


def _label_data(label: Label) -> dict[str, Any]:
    lines = lines_data(label.lines, label.language)
    if label.last:
        language, line = label.last
        lines.append([line_direction(line, language), printable(line)])
    return {"lines": lines, "language": language_data(label.language), "mark": printable(label.mark)}
