"""What the readers of returned forms give: fields by name as they were found, whatever kind of file held them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from outreach.letters.reply_form import ANSWER_TOKEN, LETTER

LONGEST_ANSWER = 100_000  # characters


@dataclass(frozen=True)
class Cell:
    """What stands in a field: its words, the value of the option that they are, or the number that a spreadsheet holds."""

    text: str
    chosen: str = ""
    number: int | float | None = None


@dataclass
class Found:
    """What a file holds: its own properties, fields that are filled, and boxes that are ticked."""

    properties: dict[str, str]
    cells: dict[str, Cell] = field(default_factory=dict)
    ticked: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """The letter that the file says it goes with."""
        return self.properties.get(LETTER, "")[:120]

    @property
    def answer_token(self) -> str:
        """The secret that the file holds."""
        return self.properties.get(ANSWER_TOKEN, "")[:64]

    def put(self, name: str, cell: Cell) -> None:
        """Keep what stands in the field `name`, cut to what an answer may be long; blank fields are left out."""
        if len(cell.text) > LONGEST_ANSWER:
            self.notes.append(f"The answer to {name} has more than {LONGEST_ANSWER:,} characters; the rest was left out.")
            cell = Cell(cell.text[:LONGEST_ANSWER])
        if cell.text or cell.number is not None:
            self.cells[name] = cell


def without_hints(text: str, hints: Collection[str]) -> str:
    """What was written, without the hint that a careless program left before or after it."""
    for hint in sorted(filter(None, hints), key=len, reverse=True):
        if text.startswith(hint) or text.endswith(hint):
            return text.removeprefix(hint).removesuffix(hint).strip()
    return text
