"""The rows of a list on their way in: as they stand in the file, and as what its columns make of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One row of the file: its number as a spreadsheet shows it (the headings are row 1), and its cells; or one card, counted.

    `notes`, `left_out` and `fault` are what the reader of cards says of one, as in `cards.Card`.
    """

    number: int
    cells: list[str]
    notes: Sequence[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """A list as read: its headings, and its rows without blank ones; the rows can be taken once. `are_cards` tells vCards."""

    heads: list[str]
    lines: Iterator[Line]
    are_cards: bool = False


@dataclass(frozen=True)
class Said:
    """What a row says under the directory's field names, as typed; `faults` are why it cannot be used, whatever it says.

    `notes` say what the reader should know, `left_out` what the directory does not take (label -> text).
    """

    texts: Mapping[str, str]
    faults: Sequence[str] = ()
    notes: Sequence[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)


def stray(heads: Sequence[str], cells: Sequence[str]) -> list[str]:
    """What is wrong with a row that has more cells than there are headings."""
    found = [number for number, text in enumerate(cells, 1) if text.strip() and not _heading(heads, number)]
    if not found:
        return []
    return [f"column {found[0]} has a value but no heading; is a quotation mark missing, or a comma too many?"]


def _heading(heads: Sequence[str], number: int) -> str:
    return heads[number - 1].strip() if number <= len(heads) else ""
