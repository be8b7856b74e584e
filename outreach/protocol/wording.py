"""Phrases and entries of wording: what a phrase may turn on, and the check of its templates when they are read."""

import json
from collections.abc import Iterator
from string import Formatter
from typing import ClassVar

import msgspec

from outreach.protocol.cleaning import FORBIDDEN
from outreach.protocol.signing_off import digest_of

Fields = frozenset[str]
NO_FIELDS: Fields = frozenset()

# What a phrase may turn on, and where to look in turn. "titled": the gender is not recorded, but an academic title
# stands in its place ("Dear Dr. Lokaale,"). No fallback leads from "unknown" to a gender.
CASES: dict[str, tuple[str, ...]] = {
    "female": ("female", "otherwise"),
    "male": ("male", "otherwise"),
    "titled": ("titled", "unknown", "otherwise"),
    "unknown": ("unknown", "otherwise"),
    "vacant": ("vacant", "otherwise"),
}


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A phrase that differs by the addressee's gender; a case that is absent cannot be written in this language."""

    female: str | None = None
    male: str | None = None
    titled: str | None = None
    unknown: str | None = None
    vacant: str | None = None
    otherwise: str | None = None

    def choose(self, case: str) -> str | None:
        """Return the template for a key of CASES, or None where the language has no such form."""
        for key in CASES[case]:
            template: str | None = getattr(self, key)
            if template is not None:
                return template
        return None

    def templates(self) -> Iterator[str]:
        """Every template this phrase holds."""
        return (text for key in self.__struct_fields__ if (text := getattr(self, key)) is not None)


Phrase = str | Wording


def choose(phrase: Phrase, case: str) -> str | None:
    """Return the template that `phrase` has for a key of CASES, or None."""
    return phrase if isinstance(phrase, str) else phrase.choose(case)


_NO_WORDS = frozenset({"source", "awaits", "seats"})


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every entry says about itself: where its wording comes from, or whose approval it awaits.

    `slots` lists, for each templated key, the fields its templates may name.
    """

    slots: ClassVar[dict[str, Fields]] = {}

    source: str = ""
    awaits: str = ""

    def __post_init__(self) -> None:
        if bool(self.source.strip()) == bool(self.awaits.strip()):
            raise ValueError("needs either `source` or `awaits`, and not both")
        for key, allowed in self.slots.items():
            phrase: Phrase | None = getattr(self, key)
            if phrase is not None:
                check_phrase(key, phrase, allowed)

    @property
    def digest(self) -> str:
        """The digest of all that this entry says; its standing is no part of it, nor are entries within it."""
        said = {key: value for key, value in msgspec.to_builtins(self).items() if key not in _NO_WORDS}
        return digest_of(json.dumps(said, sort_keys=True, ensure_ascii=False))


def check_phrase(key: str, phrase: Phrase, allowed: Fields) -> None:
    """Raise ValueError when a template of `phrase` is blank or names a field that is not `allowed`."""
    templates = [phrase] if isinstance(phrase, str) else list(phrase.templates())
    if not templates:
        raise ValueError(f"`{key}` has no wording")
    for template in templates:
        if not template.strip() or FORBIDDEN.search(template):
            raise ValueError(f"`{key}` is blank or holds a line break")
        unknown = named_fields(key, template) - allowed
        if unknown:
            known = ", ".join(f"{{{field}}}" for field in sorted(allowed)) or "none"
            raise ValueError(f"`{key}` names the unknown field {{{min(unknown)}}} (it may name: {known})")


def named_fields(key: str, template: str) -> Fields:
    """Return the fields that `template` names; raise ValueError for anything but plain {name}."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as fault:
        raise ValueError(f"`{key}` has unbalanced braces") from fault
    if any(spec or conversion for _, field, spec, conversion in parts if field is not None):
        raise ValueError(f"`{key}` may hold plain fields only, such as {{name}}")
    return frozenset(field for _, field, _, _ in parts if field is not None)
