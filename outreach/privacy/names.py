"""The ways in which a text may name a person, and taking them out of it."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from outreach.contacts.models import Person

ERASED = "[erased]"
_SHADE = "█"
# A shorter name alone ("Li", "Ana") stands in too many words that mean something else.
_SHORTEST = 4


@dataclass(frozen=True)
class Names:
    """A person's names and addresses: `whole` say by themselves who is meant, `part` only in an address or a greeting."""

    whole: tuple[str, ...]
    part: tuple[str, ...] = ()

    @classmethod
    def of(cls, persons: Iterable[Person], addresses: Iterable[str]) -> "Names":
        """The names of these persons (one, and those merged into it) and the addresses that are theirs alone."""
        people = list(persons)
        whole = {name for person in people for name in _whole(person)} | set(addresses)
        part = {name for person in people for name in (person.family_name, person.given_name) if len(name) > 1}
        return cls(*(tuple(sorted(names, key=lambda name: (-len(name), name))) for names in (whole, part)))

    @cached_property
    def _whole(self) -> re.Pattern[str] | None:
        return _pattern(self.whole)

    @cached_property
    def _any(self) -> re.Pattern[str] | None:
        return _pattern((*self.whole, *self.part))

    def within(self, text: str, *, greeting: bool = False) -> bool:
        """Whether a text names the person; in a greeting or an address a part of the name is enough."""
        pattern = self._any if greeting else self._whole
        return bool(pattern and pattern.search(text))

    def taken_out(self, text: str, *, greeting: bool = False) -> str:
        """The text with a mark where the person was named."""
        pattern = self._any if greeting else self._whole
        return pattern.sub(ERASED, text) if pattern else text

    def shaded(self, text: str) -> str:
        """The text with the person's names made unreadable, as long as before: spans of it stay where they are."""
        return self._whole.sub(lambda found: _SHADE * len(found[0]), text) if self._whole else text

    def taken_out_of(self, value: Any) -> Any:
        """The same of whatever JSON holds."""
        if isinstance(value, str):
            return self.taken_out(value)
        if isinstance(value, dict):
            return {name: self.taken_out_of(one) for name, one in value.items()}
        return [self.taken_out_of(one) for one in value] if isinstance(value, list) else value


def _whole(person: Person) -> Iterator[str]:
    given, family = person.given_name, person.family_name
    both = (f"{given} {family}", f"{family} {given}", f"{family}, {given}") if given and family else ()
    for name in (person.full_name, *both):
        if " " in name.strip() or len(name.strip()) >= _SHORTEST:
            yield name.strip()


def _pattern(names: Collection[str]) -> re.Pattern[str] | None:
    # Words of a name may stand on two lines.
    ways = ("\\s+".join(map(re.escape, name.split())) for name in names if name.strip())
    found = "|".join(ways)
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE) if found else None
