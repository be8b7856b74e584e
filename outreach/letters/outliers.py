"""The outlier sheet of a batch: for each field of its letters the usual value, and the rare and the empty ones.

What differs in every letter (the name in a salutation, the State in a title) is masked, so that what remains can be counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from outreach.contacts.addressing import Reach
from outreach.letters.cases import Case

MASK = "…"
# A value is rare when at most one letter in twenty has it.
_RARE = 20
# A field with more different values than this tells nothing, and is not collected further.
_MOST_VALUES = 1000
Letters = Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Value:
    """A value of a field, how many letters have it, and which (number and reference)."""

    text: str
    count: int
    letters: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Field:
    """One field of the sheet: its usual value, how many different ones and letters there are, and the rare and empty ones.

    `varied`: so many letters have rare values that none of them stands out.
    """

    name: str
    usual: Value
    different: int
    letters: int
    rare: tuple[Value, ...]
    varied: bool


@dataclass
class Sheet:
    """Collects the values of a batch of `total` letters, letter by letter."""

    total: int
    _counts: dict[str, dict[str, int]] = field(default_factory=dict)
    _letters: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, case: Case) -> None:
        """Take in one letter."""
        for name, text in fields(case).items():
            counts = self._counts.setdefault(name, {})
            if text not in counts and len(counts) >= _MOST_VALUES:
                continue
            counts[text] = counts.get(text, 0) + 1
            self._keep(name, text, counts[text], case)

    def _keep(self, name: str, text: str, count: int, case: Case) -> None:
        """Which letters have a value is kept while it may yet be rare, and of an empty one for as many."""
        kept = self._letters.setdefault((name, text), [])
        if count <= _most_rare(self.total):
            kept.append((case.letter_id, case.reference))
        elif text:
            kept.clear()

    def fields(self) -> list[Field]:
        """What was collected, field by field."""
        return [self._field(name, counts) for name, counts in self._counts.items()]

    def _field(self, name: str, counts: Mapping[str, int]) -> Field:
        usual, total = max(counts, key=lambda text: counts[text]), sum(counts.values())
        values = [
            Value(text, n, tuple(self._letters[name, text])) for text, n in sorted(counts.items(), key=lambda one: one[1])
        ]
        rare = [one for one in values if one.text != usual and one.count <= _most_rare(total)]
        varied = sum(one.count for one in rare) * 4 > total
        empty = [one for one in values if not one.text and one.text != usual]
        shown = empty if varied else dict.fromkeys((*empty, *rare))
        return Field(name, Value(usual, counts[usual], ()), len(counts), total, tuple(shown), varied)


def _most_rare(total: int) -> int:
    return max(1, total // _RARE)


def fields(case: Case) -> dict[str, str]:
    """The fields of a letter that are compared, in the order of the sheet, with their values as they are counted.

    What is written in words is compared within its language.
    """
    names = _names(case)
    address = " / ".join(line for line in case.address_block if line not in _postal(case.posts))
    words = {
        "salutation": case.salutation,
        "close": case.close,
        "address": address,
        "subject": case.subject.replace(case.reference, MASK),
    }
    return {
        "language": case.language,
        **{f"{name}, {case.language}": _masked(text, names) for name, text in words.items()},
        "postal lines": str(sum(len(post.postal) for post in case.posts) or ""),
        "dated": case.dated.isoformat(),
        "deadline": case.deadline.isoformat() if case.deadline else "",
        "enclosures": ", ".join(title for title, _sha256 in case.files),
        "personal paragraph": "with one" if case.values.get("personal") else "",
        "own values": ", ".join(sorted(name for name in case.values if name != "personal")),
        "recipients": str(len(case.to) or ""),
        "copies": ", ".join(case.copies),
        "domain": ", ".join(dict.fromkeys(_domain(address, case.posts) for address in case.to)),
        "signed by": ", ".join(one["name"] for one in case.layout["signatories"]),
        "words of": case.template if case.template_sha256 else f"{case.template}, edited by hand",
        "written by": case.made_by,
    }


def _names(case: Case) -> list[str]:
    """What is called by name in a letter, the longest first."""
    return sorted({name for post in case.posts for name in _names_of(post, case.language) if name}, key=len, reverse=True)


def _names_of(post: Reach, language: str) -> Iterator[str]:
    name = post.name(language)
    yield from (name.formal, name.short, name.of_formal, name.of_short, post.running(language), post.organisation_name)
    if post.holder:
        yield from (post.holder.full_name, post.holder.family_name, post.holder.given_name)


def _masked(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, MASK)
    return text


def _postal(posts: Sequence[Reach]) -> set[str]:
    return {line for post in posts for line in post.postal}


def _domain(address: str, posts: Sequence[Reach]) -> str:
    domain = address.rpartition("@")[2].casefold()
    own = {post.domain.casefold() for post in posts if post.domain}
    return "the organisation's own" if any(domain == one or domain.endswith(f".{one}") for one in own) else domain
