"""The demonstration's own data: an invented world of respondents, and the answers that they send.

Everybody in it is fictional and every address ends in `.example`: no word is put into a real organisation's mouth.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from pathlib import Path

import msgspec
from msgspec import Struct

# The demonstration begins on the Monday after the Panel's meeting of 21 January 2025.
BEGINS = datetime(2025, 1, 27, 9, 0, tzinfo=UTC)
ENDS = datetime(2025, 3, 24, 9, 0, tzinfo=UTC)
DEADLINE = "2025-03-14"
# The summary of recommendations was to be drafted by the end of the month and reviewed on 11 February.
SUMMARY = datetime(2025, 1, 31, 9, 0, tzinfo=UTC)
RETURNED = datetime(2025, 2, 10, 16, 0, tzinfo=UTC)
REVIEWED = "2025-02-11T14:00Z"
DRAFTERS = ("Ingrid Solheim", "Mateus Arruda", "Adaeze Obi")
# What two members of the Panel write into their copies.
SAID: tuple[dict[str, tuple[tuple[str, str], ...]], ...] = (
    {
        "changes": (
            ("should be renewed as part of", "should be renewed in the course of"),
            ("youth initiatives", "youth programmes"),
        ),
        "comments": (("Measurement Lab", "Could we name a second institution?"),),
    },
    {"comments": (("in Norway", "The place is known by now; may we name it?"),)},
)

# What the demonstration changes in the shipped settings: marked as such, and signed by a role.
SETTINGS = {
    "demo = false": "demo = true",
    "specimen = false": "specimen = true",
    'name = "[Name of the Chair]"': 'name = "The Chair"',
    'lines = ["Chair", "IGF Leadership Panel"]': 'lines = ["IGF Leadership Panel"]',
    'lines = ["Présidence", ': 'name = "La présidence", lines = [',
    'lines = ["Presidencia", ': 'name = "La Presidencia", lines = [',
    'lines = ["Председатель", ': 'name = "Председатель", lines = [',
    'lines = ["主席", ': 'name = "主席", lines = [',
    'lines = ["الرئاسة", ': 'name = "الرئاسة", lines = [',
}


class PassageNote(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of an answer that somebody marks, and under which themes."""

    quote: str
    themes: tuple[str, ...]
    stance: str = ""
    memo: str = ""


class Reply(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An answer as it comes in, and what the office makes of it."""

    from_organisation: str
    from_name: str
    from_address: str
    subject: str
    day: date
    language: str
    kind: str
    attribution: str
    attribution_evidence: str
    body: str
    how: str = ""
    channel: str = "email"
    headers: dict[str, str] = {}
    supersedes: bool = False
    passages: tuple[PassageNote, ...] = ()

    @property
    def machine(self) -> bool:
        """Whether no person wrote it."""
        return self.how == "auto-reply"

    @property
    def stranger(self) -> bool:
        """Whether nobody here knows the sender."""
        return self.how == "stranger"


class _Replies(Struct, frozen=True, forbid_unknown_fields=True):
    reply: tuple[Reply, ...]


def replies(path: Path) -> tuple[Reply, ...]:
    """The answers in a file of the demonstration."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Replies).reply


class Sent(Struct, frozen=True, kw_only=True):
    """A letter that an answer may refer to."""

    reference: str
    message_id: str


def messages(answers: tuple[Reply, ...], sent: Mapping[str, Sent]) -> Iterator[tuple[str, bytes]]:
    """Each answer as the message that would come in: a file name and its bytes. `sent` is by organisation."""
    anybody = next(iter(sent.values()))
    for number, answer in enumerate(answers, start=1):
        letter = sent.get(answer.from_organisation, anybody)
        yield f"{number:02}-{answer.day.isoformat()}.eml", _message(number, answer, letter)


def _message(number: int, answer: Reply, letter: Sent) -> bytes:
    local, _, domain = answer.from_address.rpartition("@")
    message = EmailMessage(policy=SMTPUTF8)
    message["From"] = Address(answer.from_name, local, domain.encode("idna").decode())
    message["To"] = "inputs@leadership-panel.example"
    message["Subject"] = answer.subject.replace("{reference}", letter.reference)
    message["Date"] = format_datetime(datetime.combine(answer.day, time(10, number), tzinfo=UTC))
    message["Message-ID"] = f"<answer-{number:02}@{domain.encode('idna').decode()}>"
    if answer.how == "in-reply-to":
        message["In-Reply-To"] = message["References"] = letter.message_id
    for name, value in answer.headers.items():
        message[name] = value
    message.set_content(answer.body.replace("{reference}", letter.reference).strip() + "\n")
    return bytes(message)
