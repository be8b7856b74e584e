"""How far a letter's text is from the typical one of its template and language, counted in words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.letters.models import Letter, LetterVersion

SAMPLE = 15  # letters of each template and language, spread over all of them
_CHUNK = 10_000
Group = tuple[str, str]
Words = list[str]


class Outline(NamedTuple):
    """What is read of each letter before its text: its number, template, language, and the length of its text."""

    number: int
    template: str
    language: str
    length: int

    @property
    def group(self) -> Group:
        """Letters whose texts can be compared."""
        return self.template, self.language


def outlines(session: Session, numbers: Sequence[int]) -> list[Outline]:
    """The outlines of these letters, by number."""
    version = LetterVersion
    columns = (Letter.id, version.template, version.language, func.length(version.body))
    found = []
    for start in range(0, len(numbers), _CHUNK):
        query = select(*columns).join(version, (version.letter_id == Letter.id) & (version.number == Letter.current))
        rows = session.execute(query.where(Letter.id.in_(numbers[start : start + _CHUNK])).order_by(Letter.id))
        found += [Outline(*row) for row in rows]
    return found


def typical(session: Session, all_of_them: Sequence[Outline]) -> Mapping[Group, Words]:
    """The words of the typical text of each group: of a sample, the one that is nearest to all others."""
    groups: defaultdict[Group, list[int]] = defaultdict(list)
    for one in all_of_them:
        groups[one.group].append(one.number)
    chosen = {group: _spread(numbers) for group, numbers in groups.items()}
    texts = _texts(session, [number for numbers in chosen.values() for number in numbers])
    return {group: _nearest_to_all([texts[number] for number in numbers]) for group, numbers in chosen.items()}


def _spread(numbers: Sequence[int]) -> Sequence[int]:
    step = max(1, len(numbers) // SAMPLE)
    return numbers[::step][:SAMPLE]


def _texts(session: Session, numbers: Sequence[int]) -> dict[int, Words]:
    version = LetterVersion
    query = select(Letter.id, version.body).join(version, (version.letter_id == Letter.id) & (version.number == Letter.current))
    return {number: body.split() for number, body in session.execute(query.where(Letter.id.in_(numbers)))}


def _nearest_to_all(texts: Sequence[Words]) -> Words:
    return min(texts, key=lambda text: sum(Indel.distance(text, other) for other in texts))


def apart(body: str, text: Words) -> int:
    """How many words are to be taken out of or put into the typical `text` to make this one of it."""
    return int(Indel.distance(text, body.split()))
