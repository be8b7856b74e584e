"""Whoever gets two letters of a campaign, and whoever got the same text before."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.contacts.models import Holder, Post
from outreach.letters.comparing import folded
from outreach.letters.findings import Finding
from outreach.letters.models import (
    AT_HOME,
    Letter,
    LetterAddressee,
    LetterRecipient,
    LetterRelation,
    LetterState,
    LetterVersion,
    RecipientKind,
)

# Letters whose lengths differ by more do not say the same; a reference is as long as another, or nearly.
_NEAR = 8  # characters
Found = Mapping[int, Sequence[Finding]]


def twice(session: Session, campaigns: Iterable[int]) -> Found:
    """The letters of these campaigns that share a post, a person or an address with another one; by number of the letter.

    A reminder or a correction goes to somebody who has a letter already, and counts as none. Three queries.
    """
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    wanted = sorted(campaigns)
    for kind, query, words in (
        ("same-post", _by_post(wanted), "{0} is to the same post"),
        ("same-person", _by_person(wanted), "{0} is to the same person, in another post"),
        ("same-address", _by_address(wanted), "{0} goes to {1} as well"),
    ):
        groups: defaultdict[Any, dict[int, str]] = defaultdict(dict)
        for shared, number, reference in session.execute(query):
            groups[shared][number] = reference
        for shared, letters in groups.items():
            for number in letters:
                others = ", ".join(reference for other, reference in letters.items() if other != number)
                found[number].append(Finding(kind, f"{words.format(others, shared)}."))
    return found


def _standing(campaigns: Sequence[int]) -> ColumnElement[bool]:
    """A letter of these campaigns that leaves by itself, in a query on Letter."""
    related = exists().where(LetterRelation.letter_id == Letter.id)
    return Letter.campaign_id.in_(campaigns) & (Letter.state != LetterState.CANCELLED) & ~related


def _repeated(shared: Any, inner: Callable[[Select[Any]], Select[Any]], apart: Any) -> Select[Any]:
    """Rows of what is shared by several, with the letters that share it."""
    several = inner(select(shared)).group_by(shared).having(func.count(func.distinct(apart)) > 1)
    return inner(select(shared, Letter.id, Letter.reference)).where(shared.in_(several)).order_by(Letter.id)


def _by_post(campaigns: Sequence[int]) -> Select[Any]:
    def of(query: Select[Any]) -> Select[Any]:
        return query.join(Letter, Letter.id == LetterAddressee.letter_id).where(_standing(campaigns))

    return _repeated(LetterAddressee.post_id, of, Letter.id)


def _by_person(campaigns: Sequence[int]) -> Select[Any]:
    def of(query: Select[Any]) -> Select[Any]:
        return (
            query.join(LetterAddressee, LetterAddressee.post_id == Holder.post_id)
            .join(Letter, Letter.id == LetterAddressee.letter_id)
            .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
            .where(
                _standing(campaigns),
                or_(Holder.from_date.is_(None), Holder.from_date <= LetterVersion.dated),
                or_(Holder.to_date.is_(None), Holder.to_date >= LetterVersion.dated),
            )
        )

    return _repeated(Holder.person_id, of, Holder.post_id)


def _by_address(campaigns: Sequence[int]) -> Select[Any]:
    address = func.lower(LetterRecipient.address)

    def of(query: Select[Any]) -> Select[Any]:
        return (
            query.join(LetterVersion, LetterVersion.id == LetterRecipient.letter_version_id)
            .join(Letter, (Letter.id == LetterVersion.letter_id) & (Letter.current == LetterVersion.number))
            .where(_standing(campaigns), LetterRecipient.kind == RecipientKind.TO, ~_handed_on())
        )

    return _repeated(address, of, Letter.id)


def _handed_on() -> ColumnElement[bool]:
    """That a letter is handed on by a body, whose address stands for everybody that it hands letters on to."""
    to = (LetterAddressee.letter_id == Letter.id) & (Post.id == LetterAddressee.post_id)
    return exists().where(to, Post.through_id.is_not(None))


def sent_before(session: Session, numbers: Sequence[int]) -> Found:
    """The letters among these whose text went to the same post before, whatever its reference; one query."""
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for row in session.execute(_earlier(numbers)):
        if _text(row.body, row.reference) == _text(row.earlier_body, row.earlier):
            found[row.number].append(Finding("sent-before", f"{row.earlier} said the same to this addressee."))
    return found


def _earlier(numbers: Sequence[int]) -> Select[int, str, str, str, str]:
    mine, theirs = aliased(LetterAddressee), aliased(LetterAddressee)
    letter, earlier = aliased(Letter), aliased(Letter)
    version, sent = aliased(LetterVersion), aliased(LetterVersion)
    lengths = func.length(version.body) - func.length(sent.body)
    return (
        select(
            letter.id.label("number"),
            letter.reference,
            version.body,
            earlier.reference.label("earlier"),
            sent.body.label("earlier_body"),
        )
        .join(mine, mine.letter_id == letter.id)
        .join(theirs, (theirs.post_id == mine.post_id) & (theirs.letter_id != mine.letter_id))
        .join(earlier, earlier.id == theirs.letter_id)
        .join(version, (version.letter_id == letter.id) & (version.number == letter.current))
        .join(sent, (sent.letter_id == earlier.id) & (sent.number == earlier.current))
        .where(
            letter.id.in_(numbers),
            earlier.state.not_in([*AT_HOME, LetterState.CANCELLED]),
            lengths.between(-_NEAR, _NEAR),
        )
        .order_by(letter.id, earlier.id)
    )


def _text(body: str, reference: str) -> str:
    """The digest of a text without the reference in it."""
    return sha256(re.sub(re.escape(reference), "", folded(body)).encode()).hexdigest()
