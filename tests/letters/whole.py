"""Whole letters without a database: a template, somebody it is addressed to, and the page that comes of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from outreach.config import NoteSettings
from outreach.contacts.addressing import Reach
from outreach.letters import rehearsing, rules, templates, vocatives
from outreach.letters.cases import Case
from outreach.letters.citing import Earlier
from outreach.letters.composed import Composed
from outreach.letters.composing import Composer, Sender
from outreach.letters.findings import Finding
from outreach.letters.layout import letter_text
from outreach.letters.models import LetterVersion, RecipientKind
from outreach.letters.sheet import Sheet
from outreach.letters.sheets import sheet_of
from outreach.letters.vocatives import Spoken
from outreach.letters.wishing import Wish
from outreach.office import package_folder
from outreach.protocol.forms import Holder, languages
from tests.letters.checked import INBOX, MISSION, case
from tests.letters.desk import Desk, load_forms
from tests.protocol.people import ISOC, KENYA

DAY = date(2025, 1, 27)
REFERENCE = "IGF/LP/2025/0120"
NAMES = templates.names([package_folder("letters")])
NOTE = "note-verbale"


class Whole(NamedTuple):
    """A letter as it was composed, its page, and all of it as text."""

    composed: Composed
    sheet: Sheet
    text: str


@cache
def sender() -> Sender:
    """The Chair of a Panel that writes in every language and may issue notes verbales."""
    settings = Desk.at(Path("never-made")).settings
    notes = {
        language: NoteSettings(name=example.sender, place="Geneva", gender=example.sender_gender)
        for language in languages()
        if (example := load_forms(language).example)
    }
    chair = msgspec.structs.replace(settings.sender("chair"), may_issue_notes_verbales=True, notes=notes)
    office = msgspec.structs.replace(settings.office, languages=languages())
    settings = msgspec.structs.replace(settings, senders={"chair": chair}, office=office)
    return Sender(settings, chair)


@cache
def composer(name: str) -> Composer:
    """What composes the letters of a shipped template."""
    shelved = templates.find(name, (package_folder("letters"),))
    return Composer(shelved, sender(), dated=DAY, deadline=DAY + timedelta(days=60), forms=load_forms)


@cache
def sample(name: str, language: str) -> dict[str, str]:
    """A value for each place of a template; none of them looks as if it were to be filled in."""
    shelved = templates.find(name, (package_folder("letters"),))
    values = rehearsing.sample_values(shelved, shelved.wording(language), DAY, everything=True)
    return {key: "Sample" if value.startswith("[") else value for key, value in values.items()}


def post(kind: str, holder: Holder | None, **changes: Any) -> Reach:
    """A post of that kind: of Kenya where States have such posts, else of an organisation."""
    of_state = kind in STATE_POSTS
    names = KENYA if of_state else dict.fromkeys(languages(), ISOC)
    return replace(MISSION, kind=kind, seat="", holder=holder, names=names, **changes)


STATE_POSTS = frozenset(
    {
        "permanent-representative",
        "permanent-observer",
        "foreign-minister",
        "minister",
        "head-of-state",
        "head-of-government",
        "charge",
        "head-of-delegation",
    }
)


def write(name: str, language: str, posts: Sequence[Reach]) -> Whole:
    """The letter of the template `name` to these posts; raises Unwritable as drafting would."""
    cited = Earlier(1, "IGF/LP/2025/0012", DAY - timedelta(days=30), frozenset(each.post_id for each in posts), left=True)
    values = sample(name, language)
    wish = Wish(language=language, values=values, earlier=cited if "earlier" in values else None)
    composed = composer(name).compose(REFERENCE, posts, wish).settled(REFERENCE)
    page = sheet_of(_version(composed), REFERENCE)
    return Whole(composed, page, letter_text(page))


def _version(composed: Composed) -> LetterVersion:
    return LetterVersion(
        number=1,
        dated=DAY,
        language=composed.language,
        subject=composed.subject,
        address_block=list(composed.address_block),
        salutation=composed.salutation,
        body=composed.body,
        close=composed.close,
        layout=dict(composed.layout),
        made_at=datetime(2025, 1, 27, tzinfo=UTC),
    )


def found(whole: Whole, posts: Sequence[Reach]) -> list[Finding]:
    """What the checks before approval find wrong in the letter by itself."""
    words = whole.composed
    spoken = Spoken.of(load_forms(words.language))
    checked: Case = replace(
        case(*posts, language=words.language),
        template=words.template,
        subject=words.subject,
        address_block=words.address_block,
        salutation=words.salutation,
        body=words.body,
        close=words.close,
        layout=words.layout,
        to=tuple(address for kind, address, _name in words.recipients if kind is RecipientKind.TO),
        files=tuple((title, "") for title in words.layout["enclosures"]),
    )
    return [one for one in (*vocatives.of_case(checked, spoken), *rules.of_case(checked, INBOX)) if one.is_error]
