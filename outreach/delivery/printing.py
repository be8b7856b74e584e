"""The files of a print run: the mail room's list with every letter after it, the sheets of labels, what lies beside.

All is made from the run and the archive, so that it can be had again: nothing of a letter is set anew.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.delivery.mail_list import Addressed, Line, MailRoom, lines_of, list_pdf
from outreach.delivery.models import PrintRun
from outreach.delivery.paper import Paper
from outreach.typesetting.binding import Part, Section, bind
from outreach.typesetting.labels import Label, SheetOfLabels, labels_pdf

_UNSAFE = re.compile(r"[^\w .()+-]+")


@dataclass(frozen=True)
class Printed:
    """A run ready to be printed: what its list says, and where its files come from.

    `asides` are the names of what a person prints, by digest: the list says them, and the files bear them.
    """

    run: PrintRun
    lines: tuple[Line, ...]
    asides: Mapping[str, str]
    room: MailRoom
    paper: Paper

    @property
    def pages(self) -> int:
        """How many pages the letters have with what is printed after them."""
        return sum(line.pages for line in self.lines)

    def letters(self, *, both_sides: bool = False) -> bytes:
        """The list, then each letter with its enclosures, bookmarked by reference; raises what the archive raises.

        With `both_sides` everything begins on the front of a sheet.
        """
        return bind(
            self._sections(),
            title=f"{self.room.name_of(self.run)}, {self.run.campaign.title}",
            language=self.room.forms.language,
            made=self.run.made_at,
            both_sides=both_sides,
        )

    def _sections(self) -> Iterator[Section]:
        title = self.room.words.list_title
        yield Section(title, (Part(title, list_pdf(self.run, self.lines, self.room)),))
        for one in self.run.letters:
            yield Section(one.letter.reference, self.paper.parts(one.version, one.letter.reference))

    def labels(self, sheet: SheetOfLabels, *, first: int = 1) -> bytes:
        """The sheets of labels in the order of the list, one for each addressee, from place `first` on."""
        return labels_pdf(
            [_label(line, one, self.room) for line in self.lines for one in line.addresses],
            sheet,
            title=f"{self.room.words.labels_title}, {self.room.name_of(self.run)}",
            language=self.room.forms.language,
            made=self.run.made_at,
            first=first,
        )

    def apart(self) -> Iterator[tuple[str, bytes]]:
        """What a person prints, by name, each file once."""
        for digest, name in self.asides.items():
            yield name, self.paper.archive.fetch(digest)


def printed(session: Session, run: PrintRun, room: MailRoom, paper: Paper) -> Printed:
    """The run with its list; a few queries for every 500 letters."""
    asides = _asides(run, paper)
    return Printed(run, lines_of(session, run, asides, room), asides, room, paper)


def _asides(run: PrintRun, paper: Paper) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in run.letters:
        for file in paper.apart(one.version):
            if file.sha256 not in names:
                names[file.sha256] = _free_name(file.filename, names.values())
    return names


def _free_name(filename: str, taken: Collection[str]) -> str:
    """A file's own name where it is plain and no other has it, else that name made so; it is written into a folder."""
    plain = _UNSAFE.sub("-", filename).strip(" .-") or "file"
    return plain if plain not in taken else f"{len(taken) + 1}-{plain}"


def _label(line: Line, address: Addressed, room: MailRoom) -> Label:
    last = (room.countries.language, address.country) if room.countries and address.country else None
    return Label(address.lines, line.language, f"{line.position} · {line.reference}", last)
