"""The words of papers that go with letters: reply forms, and the list and the labels of a print run."""

from typing import ClassVar

from outreach.protocol.wording import Entry, Fields


class ReplyFormWords(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reply form says around the questions.

    `how` tells how to fill in a document, `how_spreadsheet` a spreadsheet. `attributed` to `confidential` stand beside the four
    boxes, from open to strict. `write`, `write_number` and `choose` stand in a field until something is written there.
    """

    title: str
    as_document: str
    as_spreadsheet: str
    reference: str
    addressee: str
    return_to: str
    deadline: str
    how: tuple[str, ...]
    how_spreadsheet: tuple[str, ...]
    code: str
    question: str
    answer: str
    write: str
    write_number: str
    choose: str
    figure: str
    year: str
    source_of_figure: str
    yes: str
    no: str
    respondent: str
    attribution: str
    attributed: str
    organisation: str
    group: str
    confidential: str
    attribution_note: str
    sheet: str
    options_sheet: str
    only_number: str
    only_year: str
    only_listed: str

    def level(self, name: str) -> str:
        """The words beside one of the four boxes."""
        return str(getattr(self, name))

    @property
    def hints(self) -> tuple[str, str, str]:
        """What stands in a field until something is written there."""
        return self.write, self.write_number, self.choose


class PrintRunWords(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the list of a print run and the sheets of its labels say.

    `apart` tells of enclosures that a person prints; `posted_on` and `posted_by` stand where the mail room writes; `post` to
    `email` are channels.
    """

    slots: ClassVar[dict[str, Fields]] = {"total": frozenset({"letters", "pages"})}

    title: str
    list_title: str
    number: str
    reference: str
    addressee: str
    place: str
    enclosures: str
    channel: str
    pages: str
    total: str
    apart: str
    posted_on: str
    posted_by: str
    labels_title: str
    post: str
    courier: str
    hand: str
    email: str
