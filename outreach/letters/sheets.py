"""A stored version as it goes to the typesetter and into a message."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from outreach.config import MailSettings
from outreach.letters.layout import letter_html, letter_text
from outreach.letters.models import LetterVersion, RecipientKind, day_in_files
from outreach.letters.register import file_stem
from outreach.letters.sheet import Sheet, Signatory
from outreach.letters.tokens import HEADER
from outreach.mail.building import Mailbox, OutgoingMessage, Part, build
from outreach.protocol.dates import placed
from outreach.protocol.entries import Dates
from outreach.protocol.loading import shipped
from outreach.typesetting.markdown import from_markdown


def sheet_of(version: LetterVersion, reference: str) -> Sheet:
    """The page that this version is, with nothing looked up outside it."""
    layout = version.layout
    form = layout.get("form", "letter")
    return Sheet(
        form=form,
        language=version.language,
        reference=reference,
        date_line=placed(layout["place"], version.dated, _dates(version), version.language),
        labels=layout.get("words", {}),
        masthead=tuple(layout["masthead"]),
        masthead_note=layout["masthead_note"],
        footer=tuple(layout["footer"]),
        classification=layout.get("classification", ""),
        address_block=tuple(typographic(line) for line in version.address_block),
        address_at_foot=layout.get("address_at_foot", False),
        # The subject of a note verbale stands in the message that brings it, not on its page.
        subject=typographic(version.subject) if form == "letter" else "",
        salutation=typographic(version.salutation),
        body=from_markdown(typographic(version.body)),
        close=typographic(version.close),
        signatories=tuple(Signatory(name=one["name"], lines=tuple(one["lines"])) for one in layout["signatories"]),
        on_behalf=layout["on_behalf"],
        enclosures=tuple(layout["enclosures"]),
        copies=tuple(layout["copies"]),
        specimen=layout["specimen"],
        document_date=document_date(version),
    )


def _dates(version: LetterVersion) -> Dates:
    """How the language writes dates: as it did when the version was written, so that a letter opens later as it was."""
    kept = version.layout.get("dates")
    # Versions of before it was kept have the shipped way.
    return msgspec.convert(kept, Dates) if kept else shipped(version.language).dates


def typographic(text: str) -> str:
    """The text with printed apostrophes (d’Albanie) where the records have typed ones, and each day beside its month.

    Addresses stay as they are typed.
    """
    text = _DAY.sub("\N{NO-BREAK SPACE}", text)
    if "'" not in text:
        return text
    return _WORD.sub(lambda word: word[0] if _ADDRESS.search(word[0]) else _APOSTROPHE.sub("’", word[0]), text)


# "28 March", "26 de febrero": the space after the day.
_DAY = re.compile(r"(?<=(?<![\w:.,/])\d) (?=(?:de )?[^\W\d_]{3,})|(?<=(?<![\w:.,/])\d\d) (?=(?:de )?[^\W\d_]{3,})")
_WORD = re.compile(r"\S+")
_ADDRESS = re.compile(r"@|://")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def draft_of(version: LetterVersion, reference: str) -> Sheet:
    """The same page marked as a draft, so that nobody signs or posts what was not approved."""
    return replace(sheet_of(version, reference), draft=True)


def document_date(version: LetterVersion) -> datetime:
    """The instant that stands in the files of this version."""
    return day_in_files(version.dated)


def message_of(version: LetterVersion, sheet: Sheet, pdf: bytes, enclosed: Sequence[Part], mail: MailSettings) -> bytes:
    """The message that is frozen at approval: the letter as text and HTML, the page as PDF, and what is enclosed."""
    recipients = {
        kind: tuple(Mailbox(one.address, one.name) for one in version.recipients if one.kind is kind) for kind in RecipientKind
    }
    return build(
        OutgoingMessage(
            message_id=version.message_id,
            sent=document_date(version),
            sender=Mailbox(mail.from_address, mail.from_name),
            reply_to=Mailbox(version.reply_to),
            to=recipients[RecipientKind.TO],
            cc=recipients[RecipientKind.CC],
            subject=f"{version.subject} ({sheet.reference})",
            text=letter_text(sheet),
            html=letter_html(sheet),
            attachments=(Part(f"{file_stem(sheet.reference)}.pdf", "application/pdf", pdf), *enclosed),
            language=version.language,
            # So that the approved bytes hold the letter's secret, whether or not it encloses a form.
            headers={HEADER: version.letter.answer_token} if version.letter.answer_token else {},
            # Without an address there is nobody to send to yet; the file still opens as a draft.
            unsent=not recipients[RecipientKind.TO],
        )
    )
