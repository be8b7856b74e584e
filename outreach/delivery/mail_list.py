"""The mail room's list of a print run: number, reference, addressee, place, pages, enclosures, and how each letter goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.countries import STATES, Countries
from outreach.contacts.models import Address, AddressKind, Channel, Organisation, Post
from outreach.delivery.models import PrintRun, PrintRunLetter
from outreach.letters.models import Enclosure
from outreach.letters.sheets import typographic
from outreach.protocol.dates import date_line
from outreach.protocol.entries import Forms
from outreach.protocol.paperwork import PrintRunWords
from outreach.typesetting import Document, Paragraph, Style, Table, Text, to_pdf
from outreach.typesetting.french import localized_text
from outreach.typesetting.tree import Block, Cell, Inline, LineBreak, Strong

_CHUNK = 500
# Of the width: number, reference, addressee, place, pages, enclosures, channel.
_SHARES = (0.75, 2.35, 3.6, 1.7, 0.95, 2.2, 1.1)
_ENCLOSURES = 5


@dataclass(frozen=True)
class MailRoom:
    """For whom a run is printed: the office's name, the forms of the language that the mail room reads, how it names countries.

    `countries` is None where addresses are left as they are.
    """

    office: str
    forms: Forms
    words: PrintRunWords
    countries: Countries | None

    def name_of(self, run: PrintRun) -> str:
        """The run's name in the mail room's language."""
        return f"{self.words.title} {run.id}"


@dataclass(frozen=True)
class Addressed:
    """One address of a letter: its lines, and the country in capitals, empty where the lines say it or nobody knows."""

    lines: tuple[str, ...]
    country: str
    postal: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A letter on the list; `enclosures` are what goes with it, those marked * are printed apart, as `is_apart` says."""

    position: int
    reference: str
    language: str
    addresses: tuple[Addressed, ...]
    place: str
    pages: int
    enclosures: tuple[str, ...]
    channel: Channel
    is_apart: bool

    @property
    def has_postal_address(self) -> bool:
        """Whether all its labels say where to."""
        return all(one.postal for one in self.addresses)


def lines_of(session: Session, run: PrintRun, asides: Mapping[str, str], room: MailRoom) -> tuple[Line, ...]:
    """What the list says of each letter; `asides` are the names of what is printed apart, by digest.

    Two queries for every 500 addressees besides those of `print_runs.find`.
    """
    homes = _homes(session, [addressee.post_id for one in run.letters for addressee in one.letter.addressees])
    return tuple(_line(one, asides, homes, room) for one in run.letters)


@dataclass(frozen=True)
class _Home:
    """Where a post is: the lines of its postal addresses, and its country where that is not a matter of its seat."""

    lines: frozenset[str]
    country: str


def _homes(session: Session, posts: Sequence[int]) -> dict[int, _Home]:
    homes = {}
    wanted = sorted(set(posts))
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        postal: dict[int, set[str]] = {number: set() for number in chunk}
        addresses = select(Address.post_id, Address.value).filter_by(kind=AddressKind.POSTAL)
        for number, value in session.execute(addresses.where(Address.post_id.in_(chunk))):
            postal[number].update(line.strip() for line in value.splitlines())
        organisations = select(Post.id, Organisation.country, Organisation.kind).join(Post.organisation)
        for number, country, kind in session.execute(organisations.where(Post.id.in_(chunk))):
            # A mission is seldom in the country that it speaks for.
            homes[number] = _Home(frozenset(postal[number]), "" if kind in STATES else country)
    return homes


def _line(one: PrintRunLetter, asides: Mapping[str, str], homes: Mapping[int, _Home], room: MailRoom) -> Line:
    posts = [addressee.post for addressee in one.letter.addressees]
    blocks = _blocks(one.version.address_block)
    addresses = tuple(
        _addressed(block, homes[posts[min(place, len(posts) - 1)].id], room) for place, block in enumerate(blocks)
    )
    return Line(
        position=one.position,
        reference=one.letter.reference,
        language=one.version.language,
        addresses=addresses,
        place=_place(addresses[0]) or posts[0].seat.replace("-", " ").title(),
        pages=one.pages,
        enclosures=tuple(_named(file, asides) for file in one.version.enclosures),
        channel=one.channel,
        is_apart=any(file.sha256 in asides for file in one.version.enclosures),
    )


def _named(file: Enclosure, asides: Mapping[str, str]) -> str:
    return f"{file.title}* ({asides[file.sha256]})" if file.sha256 in asides else file.title


def _blocks(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """The addresses of a block: an empty line stands between joint addressees."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        else:
            blocks.append([])
    return [tuple(block) for block in blocks if block]


def _addressed(block: tuple[str, ...], home: _Home, room: MailRoom) -> Addressed:
    postal = tuple(line for line in block if line in home.lines)
    if room.countries is None or not postal:
        return Addressed(_set(block), "", _set(postal))
    rest, country = room.countries.ending(block, home.country)
    return Addressed(_set(rest), country, _set(line for line in postal if line in rest))


def _set(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(typographic, lines))


def _place(address: Addressed) -> str:
    return ", ".join(filter(None, (*address.postal[-1:], address.country)))


def list_pdf(run: PrintRun, lines: Sequence[Line], room: MailRoom) -> bytes:
    """The list of a run, with a line at its end where the mail room signs."""
    words, language = room.words, room.forms.language
    day = date_line(run.made_at.date(), language, room.forms)
    total = words.total.format(letters=len(lines), pages=sum(line.pages for line in lines))
    blocks: list[Block] = [_said(run.campaign.title), _said(day), _said(total)]
    if any(line.is_apart for line in lines):
        blocks.append(_said(words.apart))
    blocks.append(_table(lines, words))
    blocks.append(Paragraph((Text(f"{words.posted_on}: {'_' * 22}    {words.posted_by}: {'_' * 30}"),)))
    document = Document(
        language=language, title=localized_text(f"{room.name_of(run)}: {words.list_title}", language), blocks=tuple(blocks)
    )
    style = Style(timestamp=run.made_at, masthead=(room.office,), running_header=room.name_of(run), body_size=8.5, note_size=8)
    return to_pdf(document, style)


def _said(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _table(lines: Sequence[Line], words: PrintRunWords) -> Table:
    heads = (words.number, words.reference, words.addressee, words.place, words.pages, words.enclosures, words.channel)
    rows = [tuple(_cell(head) for head in heads), *(_row(line, words) for line in lines)]
    shares: tuple[float, ...] = _SHARES
    if not any(line.enclosures for line in lines):
        rows = [(*row[:_ENCLOSURES], *row[_ENCLOSURES + 1 :]) for row in rows]
        shares = (*shares[:_ENCLOSURES], *shares[_ENCLOSURES + 1 :])
    return Table(header=rows[0], rows=tuple(rows[1:]), shares=shares)


def _row(line: Line, words: PrintRunWords) -> tuple[Cell, ...]:
    return (
        _cell(str(line.position)),
        _cell(line.reference),
        _lines(line),
        _cell(line.place),
        _cell(str(line.pages)),
        _cell(*line.enclosures),
        _cell(str(getattr(words, line.channel.value))),
    )


def _lines(line: Line) -> Cell:
    """Whom the letter goes to: the first line of each address stands out."""
    found: list[Inline] = []
    for address in line.addresses:
        first, *rest = address.lines
        found += [LineBreak()] if found else []
        found += [Strong((Text(first),)) if rest else Text(first)]
        found += [part for text in rest for part in (LineBreak(), Text(text))]
    return tuple(found)


def _cell(*lines: str) -> Cell:
    found: list[Inline] = []
    for line in lines:
        found += [LineBreak(), Text(line)]
    return tuple(found[1:])
