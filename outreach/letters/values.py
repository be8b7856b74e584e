"""What the values of a template are in one letter; only those that its wording shows are made."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from outreach.contacts.addressing import Reach
from outreach.errors import Invalid
from outreach.typesetting.data import direction, line_direction

JOINED = {"en": " and ", "fr": " et ", "es": " y ", "ru": " и ", "zh": "和", "ar": " و"}
# What drafting fills in itself.
GIVEN = frozenset(
    {"opening", "organisation", "of_organisation", "reference", "reply_to", "date", "deadline", "several", "event"}
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What holds for one letter before its own values: `of_is_name` says that the language has no preposition to record."""

    language: str
    posts: Sequence[Reach]
    of_is_name: bool
    date_line: Callable[[date, str], str]


def made(ground: Ground, shown: Collection[str], own: Mapping[str, Any], fixed: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one letter: its `own`, those of its addressees that are `shown`, and what is `fixed`, which wins.

    A value of its own that is a day (2025-03-14) is written as the language writes days; digits that belong together stay so,
    and Latin words keep their order in a language that is written from right to left. `several` is there, and only then,
    when the letter goes to more than one post. Raises Invalid, saying what to record, where a name has no form for its place.
    """
    joined = JOINED.get(ground.language, ", ")
    values = {name: _written(value, ground) for name, value in own.items()}
    if "organisation" in shown and "organisation" not in own:
        values["organisation"] = joined.join(post.running(ground.language) for post in ground.posts)
    if "of_organisation" in shown and "of_organisation" not in own:
        values["of_organisation"] = joined.join(_of(post, ground) for post in ground.posts)
    if len(ground.posts) > 1:
        values["several"] = "several"
    return {**values, **fixed}


def _of(post: Reach, ground: Ground) -> str:
    name = post.name(ground.language)
    found = name.of_formal or name.of_short or (ground.of_is_name and (name.formal or name.short))
    if not found:
        raise Invalid(
            f"record how the name {name.short!r} stands after its preposition in the language {ground.language!r}"
            " among the names of the organisation, for the template shows it so"
        )
    return found


def _written(value: Any, ground: Ground) -> Any:
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value.strip()):
        try:
            return ground.date_line(date.fromisoformat(value.strip()), ground.language)
        except ValueError:
            # No day of any month: somebody's own words, which stand as they are.
            return value
    return _in_its_order(_THOUSANDS.sub("\N{NO-BREAK SPACE}", value), ground.language)


def _in_its_order(text: str, language: str) -> str:
    """Latin words in an Arabic letter: "14 March" would be read as "March 14", for a number begins it."""
    own_way = line_direction(text, language)
    return f"{_LEFT_TO_RIGHT}{text}{_LEFT_TO_RIGHT}" if text.strip() and own_way != direction(language) else text


def is_one_line(text: str) -> bool:
    """Whether a text can be a subject: words, and nothing unseen but the marks of direction around Latin in Arabic."""
    shown = text.translate(_MARKS)
    return bool(shown.strip()) and shown.isprintable()


_MARKS = dict.fromkeys(map(ord, "\u200e\u200f"))
