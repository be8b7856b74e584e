"""E-mail addresses: which are accepted, and in what form two of them are compared."""

import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from outreach.errors import Invalid


@dataclass(frozen=True, slots=True)
class Email:
    """An address as the office writes it, and as it is compared."""

    value: str
    normalised: str


def check(text: str) -> Email:
    """Read one address; raises Invalid with the reason.

    Only its form is checked, no name server is asked; names in any script are accepted, `.example` for demonstrations too.
    """
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid(f"{_shown(text)} is no e-mail address ({str(error).rstrip('.')}).") from error
    return Email(found.normalized, f"{_compared(found.local_part)}@{found.ascii_domain.casefold()}")


def normalised(text: str) -> str:
    """The form in which addresses are compared; of what is no address, the text in small letters."""
    try:
        return check(text).normalised
    except Invalid:
        return _compared(text.strip())


def _compared(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _shown(text: str) -> str:
    shown = text if text.isprintable() else ascii(text)
    return repr(shown if len(shown) <= 80 else f"{shown[:77]}...")
