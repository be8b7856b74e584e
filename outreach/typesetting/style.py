"""How a document looks: what an office sets, apart from what the document says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Style:
    """The looks of a document that is not a letter.

    `timestamp` (aware) stands in the file's metadata instead of a clock, so that the same input gives the same bytes.
    `mark` is a word such as "SPECIMEN" on each page; `line_numbers` counts lines in the margin, for editing meetings.
    `contents` is what the table of contents is called; without it there is none. `properties` are the custom properties of a
    DOCX file. Sizes are in points.
    """

    timestamp: datetime
    masthead: tuple[str, ...] = ()
    running_header: str = ""
    footer: str = ""
    mark: str | None = None
    line_numbers: bool = False
    body_size: float = 11
    note_size: float = 9
    paper: Literal["a4", "us-letter"] = "a4"
    contents: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.timestamp.tzinfo is None:
            raise ValueError("Style.timestamp needs a time zone")
