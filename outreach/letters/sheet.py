"""A letter as it lies before the typesetter: every line is already decided, nothing is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from outreach.errors import Invalid, NotFound
from outreach.protocol.loading import shipped
from outreach.typesetting.tree import Block


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who signs: the name, without honorifics, and the lines under it ("Chair", "IGF Leadership Panel")."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One letter, ready to be set in any layout.

    `language` is a BCP 47 tag. `document_date` (aware, UTC) stands in the metadata of files, `date_line` on the page.
    `classification` ("Confidential") is printed under the reference, and under it on a translation what it is; `channel_line`
    ("By e-mail") stands over the address, which stands at the foot of the first page instead with `address_at_foot`.
    `labels` are the words of the layout ("reference", "page_of" ... as [words] of a forms file names them), else the shipped
    ones. A line that is empty is left out. A note verbale has neither subject nor salutation on its page; its `close` is its
    last paragraph, and initials, stamp, place and date end it.
    """

    form: Literal["letter", "note-verbale"] = "letter"
    language: str
    reference: str
    date_line: str
    place: str = ""
    masthead: tuple[str, ...]
    masthead_note: str = ""
    footer: tuple[str, ...] = ()
    classification: str = ""
    translation: tuple[str, ...] = ()
    channel_line: str = ""
    address_block: tuple[str, ...]
    address_at_foot: bool = False
    subject: str
    salutation: str
    body: tuple[Block, ...]
    close: str
    signatories: tuple[Signatory, ...]
    on_behalf: str = ""
    enclosures: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    specimen: bool = False
    draft: bool = False
    document_date: datetime
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.document_date.tzinfo is None:
            raise ValueError("Sheet.document_date needs a time zone")

    @property
    def is_note(self) -> bool:
        """Whether it is a note verbale."""
        return self.form == "note-verbale"

    def word(self, label: str) -> str:
        """The layout's word for `label`: one of `labels`, else the shipped one; raises Invalid when none is known."""
        try:
            return self.labels.get(label) or shipped(self.language.split("-")[0].lower()).words.labels()[label]
        except (KeyError, NotFound):
            raise Invalid(
                f"The letter {self.reference} is in {self.language!r}, for which the layout has no word for"
                f" {label!r}; add it to [words] in the office's protocol file of that language."
            ) from None

    def enclosure_label(self) -> str:
        """What stands before the enclosures, with their count when there is more than one."""
        count = len(self.enclosures)
        if count == 1:
            return self.word("enclosure")
        return self.word("enclosures") + self.word("counted").format(count=count)

    def label(self, word: str) -> str:
        """The layout's word for `word` as it stands before what it names: "Reference: ", "文号："."""
        return self.word(word) + self.word("colon")
