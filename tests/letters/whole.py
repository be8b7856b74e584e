"""Whole letters without a database: a template, somebody it is addressed to, and the page that comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from outreach.archive import digest_of
from outreach.config import NoteSettings
from outreach.contacts.addressing import Reach
from outreach.letters import rehearsing, rules, templates, vocatives
from outreach.letters.cases import Case
from outreach.letters.citing import Earlier
from outreach.letters.composed import Composed
from outreach.letters.composing import Composer, Sender
from outreach.letters.findings import Finding
from outreach.letters.layout import letter_text
from outreach.letters.models import RecipientKind
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
    return composer_of(name, sender())


def composer_of(name: str, by: Sender, keep: Callable[[bytes], str] = digest_of) -> Composer:
    """The same for another sender, or with somewhere to keep files."""
    shelved = templates.find(name, (package_folder("letters"),))
    return Composer(shelved, by, dated=DAY, deadline=DAY + timedelta(days=60), forms=load_forms, keep=keep)


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


def write(name: str, language: str, posts: Sequence[Reach], how: Composer | None = None, **own: str) -> Whole:
    """The letter of the template `name` to these posts, `own` values among its own; raises Unwritable as drafting would."""
    cited = Earlier(1, "IGF/LP/2025/0012", DAY - timedelta(days=30), frozenset(each.post_id for each in posts), left=True)
    values = {**sample(name, language), **own}
    wish = Wish(language=language, values=values, earlier=cited if "earlier" in values else None)
    how = how or composer(name)
    composed = how.finished(how.compose(REFERENCE, posts, wish), REFERENCE)
    page = sheet_of(composed.version(DAY), REFERENCE)
    return Whole(composed, page, letter_text(page))


def found(whole: Whole, posts: Sequence[Reach]) -> list[Finding]:
    """What the checks before approval find wrong in the letter by itself: what blocks its approval."""
    return [one for one in everything_found(whole, posts) if one.is_error]


def everything_found(whole: Whole, posts: Sequence[Reach], **changes: Any) -> list[Finding]:
    """All that the checks find in it, also what is only to be looked at; `changes` to the letter as it is checked."""
    words = whole.composed
    as_written = replace(
        case(*posts, language=words.language),
        template=words.template,
        template_sha256=words.template_sha256,
        subject=words.subject,
        address_block=words.address_block,
        salutation=words.salutation,
        body=words.body,
        close=words.close,
        layout=words.layout,
        to=tuple(address for kind, address, _name in words.recipients if kind is RecipientKind.TO),
        files=tuple((file.title, file.sha256) for file in words.enclosures),
    )
    checked: Case = replace(as_written, **changes)
    spoken = Spoken.of(load_forms(words.language))
    return [*vocatives.of_case(checked, spoken), *rules.of_case(checked, INBOX)]
