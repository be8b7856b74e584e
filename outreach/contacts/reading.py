"""Reading a list or an address book that somebody made: CSV of any common kind, XLSX, ODS or vCard, row by row or card by card.

What kind a file is stands in the file, whatever its name; one that would break the reader is refused. Memory stays flat but for
XLSX, which its library reads whole, so that its size is bounded first.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from outreach.contacts import address_books, cards, delimited, headings, opendocument, spreadsheets, vcards
from outreach.contacts.rows import Line, Table
from outreach.contacts.shielding import unshield
from outreach.errors import Invalid, NotFound

MAX_BYTES = 256 * 2**20

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# The longer marks first: that of UTF-32 begins as that of UTF-16.
_MARKS = (
    *((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32")),
    *((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")),
)
_OF_CARDS = (".vcf", ".vcard")
_UNMARKED = ("utf-16-le", "utf-16-be")


@contextmanager
def table(path: Path) -> Iterator[Table]:
    """Open the list at `path`.

    Raises NotFound when there is no such file, Invalid when it is no list or cannot be read; a fault further down is raised
    when the rows come to it.
    """
    with ExitStack() as stack:
        # Only what happens here is the file's fault: an OSError of the caller's own, thrown in at the yield, is not.
        try:
            found = _opened(path, stack)
        except FileNotFoundError:
            raise NotFound(f"There is no file {path}; check the name.") from None
        except OSError as error:
            raise Invalid(f"{path} cannot be read ({error.strerror or error}); check the file and its permissions.") from error
        yield found


def _opened(path: Path, stack: ExitStack) -> Table:
    start, size = _start(path)
    if size > MAX_BYTES:
        raise Invalid(f"{path.name} has {size:,} bytes, and at most {MAX_BYTES:,} are read; split it.")
    if start.startswith(_OLD_OFFICE):
        raise Invalid(f"{path.name} is an old or encrypted Office file; save it as .xlsx without a password, or as CSV.")
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    of_cards = _encoding_of_cards(start, encoding)
    if of_cards is not None:
        return _cards(path, of_cards)
    if path.suffix.lower() in _OF_CARDS:
        raise Invalid(f"{path.name} holds no vCard: none begins with BEGIN:VCARD.")
    return _with_heads(path, stack.enter_context(_rows(path, start, encoding)))


def _rows(path: Path, start: bytes, encoding: str | None) -> AbstractContextManager[Iterator[list[str]]]:
    if not start.startswith(_ZIP):
        return delimited.opened(path, start, encoding, is_known)
    with spreadsheets.unpacked(path) as packed:
        names = set(packed.namelist())
        is_ods = "mimetype" in names and packed.read("mimetype")[:100].strip() == opendocument.MEDIA_TYPE
    if is_ods:
        return opendocument.opened(path, is_known)
    if "xl/workbook.xml" not in names:
        raise Invalid(f"{path.name} is a ZIP file but no .xlsx or .ods spreadsheet; save the list as .xlsx or CSV.")
    return spreadsheets.opened(path, is_known)


def is_known(heading: str) -> bool:
    """Whether a column with this heading is understood, in a list or in an address book."""
    return headings.known(heading) is not None or address_books.meaning(heading) is not None


def _start(path: Path) -> tuple[bytes, int]:
    if not path.is_file() and path.exists():
        raise Invalid(f"{path} is no file; name a CSV, XLSX, ODS or vCard file.")
    with path.open("rb") as file:
        return file.read(4096), path.stat().st_size


def _with_heads(path: Path, records: Iterator[list[str]]) -> Table:
    for number, cells in enumerate(records, 1):
        if any(cell.strip() for cell in cells):
            heads = _trimmed(cells)
            later = ((n, row) for n, row in enumerate(records, number + 1) if any(cell.strip() for cell in row))
            return Table(heads, (Line(n, [unshield(cell) if cell[:1] == "'" else cell for cell in row]) for n, row in later))
    raise Invalid(f"{path.name} is empty; the first row must name the columns.")


def _trimmed(cells: Sequence[str]) -> list[str]:
    last = max(number for number, cell in enumerate(cells, 1) if cell.strip())
    return list(cells[:last])


# --- cards


def _encoding_of_cards(start: bytes, encoding: str | None) -> str | None:
    """How the file is encoded if it holds vCards, blank where each property says its own; None if it holds none."""
    if encoding:
        if vcards.are_cards(start.decode(encoding, "ignore")):
            return encoding
        return None
    if vcards.are_cards(start.decode("latin-1")):
        return ""
    return next((name for name in _UNMARKED if vcards.are_cards(start.decode(name, "ignore"))), None)


def hold_cards(start: bytes) -> bool:
    """Whether a file that begins so holds vCards."""
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    return _encoding_of_cards(start, encoding) is not None


def _cards(path: Path, encoding: str) -> Table:
    """Cards as rows under the directory's own headings."""
    found = vcards.cards(path, "" if encoding == "utf-8-sig" else encoding)
    return Table(list(headings.COLUMNS), (_line(number, card) for number, card in enumerate(found, 1)), are_cards=True)


def _line(number: int, card: cards.Card) -> Line:
    texts = cards.texts(card)
    return Line(number, [texts.get(name, "") for name in headings.COLUMNS], card.notes, card.left_out, card.fault)
