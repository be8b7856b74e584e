"""Contacts that may be the same: pairs of persons or organisations with a reason in words and a score.

A pair is found by what its names, addresses and organisations share that few others have; then the names are compared. What
somebody told apart is not found again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import likeness, pairing
from outreach.contacts.duplicates_reading import Known, organisations, persons
from outreach.contacts.likeness import Likeness, Name
from outreach.contacts.pairing import Numbers
from outreach.contacts.sameness import Kind, ToldApart
from outreach.contacts.sounding import latin, skeleton

AT_LEAST = 75
# Names less alike than this as a whole are not compared word by word.
_WORTH_A_LOOK = 60
# How much a name alone is worth, and what they share besides.
_NAME = 0.8
_SAME_ORGANISATION, _SAME_DOMAIN, _SAME_ADDRESS, _OTHER_COUNTRY = 15, 10, 20, 15
_ADDRESS_ALONE = 80
_DOMAIN_ALONE = 75
_LEAST_BONES = 3
_ACRONYM = 95
# Names of organisations less alike than this are no reason.
_TELLING = 60


@dataclass(frozen=True, order=True)
class Pair:
    """Two contacts that may be the same, the older first: their ids, how sure (0 to 100) and why, in words."""

    kind: Kind
    first: int
    second: int
    score: int = field(compare=False, default=0)
    reason: str = field(compare=False, default="")


def find(session: Session, *, at_least: int = AT_LEAST) -> list[Pair]:
    """Every pair of contacts that is at least so likely the same (0 to 100), the likeliest first; no pair told apart."""
    apart = _told_apart(session)
    found = chain(
        among(Kind.PERSON, persons(session), at_least),
        among(Kind.ORGANISATION, organisations(session), at_least),
    )
    kept = (pair for pair in found if (pair.kind, pair.first, pair.second) not in apart)
    return sorted(kept, key=lambda pair: (-pair.score, pair))


def _told_apart(session: Session) -> set[tuple[Kind, int, int]]:
    """The pairs told apart, as they stand for those that they were merged into since."""
    became = {kind: _became(session, kind) for kind in Kind}
    found = set()
    for kind, *pair in session.execute(select(ToldApart.kind, ToldApart.first_id, ToldApart.second_id)):
        first, second = sorted(became[kind].get(number, number) for number in pair)
        found.add((kind, first, second))
    return found


def _became(session: Session, kind: Kind) -> dict[int, int]:
    model = kind.model
    query = select(model.id, model.merged_into_id).where(model.merged_into_id.is_not(None))
    return {number: into for number, into in session.execute(query) if into is not None}


def among(kind: Kind, known: Sequence[Known], at_least: int = AT_LEAST) -> Iterator[Pair]:
    """The pairs among what is known of contacts of one kind, in the order of their ids."""
    of_persons = kind is Kind.PERSON
    compare = _compare_persons if of_persons else _comparing_organisations(known)
    sharing = pairing.candidates(_shared_by_person(each) if of_persons else _shared_by_organisation(each) for each in known)
    for one, other in _places(len(known), [_with_alike_names(known, of_persons), sharing]):
        score, reasons = compare(known[one], known[other])
        if score >= at_least:
            yield Pair(kind, known[one].id, known[other].id, round(score), "; ".join(reasons))


def _places(count: int, found: Iterable[Iterable[tuple[Numbers, Numbers]]]) -> Iterator[tuple[int, int]]:
    """Each pair once. A pair is kept as one number: there may be millions."""
    kept = [np.minimum(ones, others) * count + np.maximum(ones, others) for ones, others in chain(*found)]
    for pair in np.unique(np.concatenate(kept)).tolist() if kept else ():
        one, other = divmod(pair, count)
        if one != other:
            yield one, other


def _with_alike_names(known: Sequence[Known], of_persons: bool) -> Iterator[tuple[Numbers, Numbers]]:
    """Places of pairs that share a key of their names and have names that are alike as a whole."""
    names = [(place, name) for place, each in enumerate(known) for name in each.names]
    places = np.fromiter((place for place, _ in names), np.int64, len(names))
    lines = [name.key for _, name in names]
    bones = [skeleton(line) for line in lines]
    for ones, others in pairing.candidates(_keys(name, known[place], of_persons) for place, name in names):
        alike = (_ratios(lines, ones, others) >= _WORTH_A_LOOK) | (_ratios(bones, ones, others) >= _WORTH_A_LOOK)
        yield places[ones[alike]], places[others[alike]]


def _ratios(texts: Sequence[str], ones: Numbers, others: Numbers) -> npt.NDArray[np.uint8]:
    first, second = ([texts[place] for place in places] for places in (ones.tolist(), others.tolist()))
    return process.cpdist(first, second, scorer=fuzz.ratio, score_cutoff=_WORTH_A_LOOK, dtype=np.uint8)


# --- what a pair may be found by


def _keys(name: Name, its: Known, of_persons: bool) -> Iterator[str]:
    """What few others share: a word, a common word with the first letter of another or with where it belongs."""
    words = set(name.sounds if of_persons else name.telling)
    yield "letters " + "".join(sorted("".join(name.sounds)))
    for word in words:
        yield word
        for other in words - {word}:
            yield f"{word} {other[0]}"
        bones = skeleton(word)
        if len(bones) >= _LEAST_BONES:
            yield f"bones {bones}"
        for home in (*its.homes, *its.domains):
            yield f"{word} at {home}"
    for home in its.homes:
        yield f"at {home}"


def _shared_by_person(its: Known) -> tuple[str, ...]:
    return its.addresses


def _shared_by_organisation(its: Known) -> tuple[str, ...]:
    acronyms = (f"called {latin(its.acronym)}", f"called {latin(its.names[0].written)}") if its.names else ()
    return (*its.addresses, *its.domains, *(acronyms if its.acronym else acronyms[1:]))


# --- how sure


def _compare_persons(one: Known, other: Known) -> tuple[float, list[str]]:
    named = likeness.of_persons(one.names[0], other.names[0])
    score, reasons = named.score * _NAME, [named.why] if named.why else []
    if set(one.homes) & set(other.homes):
        score += _SAME_ORGANISATION
        reasons.append("the same organisation")
    elif set(one.domains) & set(other.domains):
        score += _SAME_DOMAIN
        reasons.append("the same domain")
    if set(one.addresses) & set(other.addresses):
        score = max(score + _SAME_ADDRESS, _ADDRESS_ALONE)
        reasons.append("the same e-mail address")
    return min(score, 100), reasons


def _comparing_organisations(known: Sequence[Known]) -> Callable[[Known, Known], tuple[float, list[str]]]:
    counts = Counter(word for each in known for word in {word for name in each.names for word in name.telling})
    weights = likeness.weights_of(counts, len(known))

    def compare(one: Known, other: Known) -> tuple[float, list[str]]:
        if one.is_state and other.is_state:
            return 0, []
        named = _named(one, other, weights)
        score, reasons = named.score * _NAME, [named.why] if named.score >= _TELLING else []
        if set(one.domains) & set(other.domains):
            score = max(score + _SAME_DOMAIN, _DOMAIN_ALONE)
            reasons.append("the same domain")
        if set(one.addresses) & set(other.addresses):
            score = max(score + _SAME_ADDRESS, _ADDRESS_ALONE)
            reasons.append("the same e-mail address")
        if one.country and other.country and one.country != other.country:
            score -= _OTHER_COUNTRY
            reasons.append("but in two countries")
        return min(score, 100), reasons

    return compare


def _named(one: Known, other: Known, weights: Mapping[str, float]) -> Likeness:
    """The likeness of those names of theirs that are most alike; an acronym is nearly as good as the name."""
    pairs = (likeness.of_organisations(a, b, weights) for a, b in product(one.names, other.names))
    best = max(pairs, key=lambda found: found.score, default=likeness.NOTHING)
    called = [{latin(text) for text in (each.acronym, each.names[0].written) if text} for each in (one, other)]
    if called[0] & called[1] and best.score < _ACRONYM:
        return Likeness(_ACRONYM, "the same acronym")
    return best
