"""Letters given back as DOCX: what Word or LibreOffice made of an exported letter becomes its next version.

Only subject and text come back. What frames them stands in the record (contacts, protocol, settings), so a file that changes
it is refused, by name. The file is compared with one made anew of the same version and read in the same way: what a DOCX file
cannot tell apart is thereby no difference.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.archive import digest_of
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Role
from outreach.letters import editing
from outreach.letters.comparing import folded
from outreach.letters.framing import Framed, framed, must_be_same
from outreach.letters.layout import letter_docx
from outreach.letters.models import Letter, LetterVersion
from outreach.letters.rewriting import key, rewritten
from outreach.letters.sheets import sheet_of
from outreach.typesetting.docx_blocks import blocks_of
from outreach.typesetting.docx_opening import LARGEST_FILE
from outreach.typesetting.docx_reading import read_docx
from outreach.typesetting.tree import Block

# What `exporting` writes into each file, and Word and LibreOffice keep.
LETTER, VERSION = "outreach-letter", "outreach-version"
LARGEST = LARGEST_FILE
PLAINER = "Some bold or italic was left out, since it begins or ends within a word where Markdown cannot say it."


@dataclass(frozen=True)
class Returned:
    """A letter as it was given back: which one and which version of it, its words (`body` in Markdown), and what was left out.

    `frame` and `blocks` are what it is compared by.
    """

    reference: str
    version: int
    subject: str
    body: str
    notes: tuple[str, ...]
    sha256: str
    frame: Framed = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)


@dataclass(frozen=True)
class Difference:
    """What a returned letter changes: the new subject and body (None where it says the same), and what was left out."""

    subject: str | None
    body: str | None
    notes: tuple[str, ...]

    @property
    def changes(self) -> dict[str, str]:
        """As `editing.edit` takes them."""
        return {name: text for name, text in (("subject", self.subject), ("body", self.body)) if text is not None}


def read(content: bytes) -> Returned:
    """Read the bytes of a DOCX file that `outreach letters export` wrote and somebody edited.

    Raises Invalid when it is no such file, or its text holds what a letter cannot (tables, pictures, footnotes).
    """
    text = read_docx(content)
    reference, version = text.properties.get(LETTER, ""), text.properties.get(VERSION, "")
    if not reference or not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Invalid(
            "The file does not say which letter it is; only a .docx that was made here from a letter can be taken back."
        )
    found = framed(text.paragraphs)
    blocks = blocks_of(found.body)
    body = rewritten("", (), blocks).text
    return Returned(reference, int(version), found.subject, body, text.notes, digest_of(content), found, blocks)


def difference(letter: Letter, returned: Returned) -> Difference:
    """What `returned` changes in `letter`. Printed quotation marks for typed ones, and spaces, count as no change.

    Raises Refused when the letter left or was cancelled, when the file was written from a version that is no longer the
    current one, and when it changes anything but subject and text; Invalid when subject or text are missing.
    """
    _must_fit(letter, returned)
    version = letter.version_now
    stands = framed(read_docx(letter_docx(sheet_of(version, letter.reference))).paragraphs)
    must_be_same(letter.reference, stands, returned.frame)
    subject = " ".join(returned.subject.split())
    # A note verbale has no subject on its page, so none can come back.
    if (not subject and stands.subject) or "\n" in returned.subject:
        raise Invalid(f"The subject of {letter.reference} must be one line, in the style Letter Subject; mend it in the file.")
    if not returned.blocks:
        raise Invalid(f"The file holds no text between the salutation and the close of {letter.reference}; nothing was taken.")
    body, notes = _body(version.body, blocks_of(stands.body), returned)
    return Difference(None if folded(subject) == folded(stands.subject) else subject, body, notes)


def _must_fit(letter: Letter, returned: Returned) -> None:
    if returned.reference != letter.reference:
        raise Refused(f"The file holds {returned.reference}, not {letter.reference}; nothing was taken.")
    letter.must_be_at_home("changed by a file that comes back")
    if returned.version != letter.current:
        raise Refused(
            f"The file was written from version {returned.version} of {letter.reference}, which stands at version"
            f" {letter.current} now; export it again and carry the changes over, so that nobody's words are lost."
        )


def _body(source: str, stands: tuple[Block, ...], returned: Returned) -> tuple[str | None, tuple[str, ...]]:
    if [key(block) for block in stands] == [key(block) for block in returned.blocks]:
        return None, returned.notes
    body = rewritten(source, stands, returned.blocks)
    return body.text, (*returned.notes, *([PLAINER] if body.plainer else []))


def take(session: Session, letter: Letter, returned: Returned, *, by: Actor, at: datetime) -> LetterVersion | None:
    """Make what was given back the letter's next version, which voids an approval; None when it says the same.

    Raises as `difference` does, and Refused unless `by` may edit letters.
    """
    by.must_be(Role.DRAFTER, "take letters back")
    changes = difference(letter, returned).changes
    if not changes:
        return None
    return editing.edit(session, letter, changes, by=by, at=at, file_sha256=returned.sha256)
