"""What is missing or doubtful in the directory, each finding with what mends it; asked of the database, one query a kind.

Posts that nobody may write to are left out, since no letter goes there; so is what was merged into another.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from outreach.contacts import doubts
from outreach.contacts.doubts import Ground
from outreach.contacts.finding import Filter, narrowed
from outreach.contacts.models import Organisation, Post
from outreach.errors import NotFound


@dataclass(frozen=True)
class Kind:
    """A kind of finding: what it is in a few words, the sentence on one (of `a` and `b`), what is edited to mend it.

    `blocks`: no letter to the post can be written, or none delivered.
    """

    words: str
    says: str
    fix: str
    query: doubts.Query
    blocks: bool = False


# In the order in which they are shown: what blocks letters first.
KINDS: Mapping[str, Kind] = {
    "gender": Kind(
        "the gender is not recorded, and letters in the language cannot be written without it",
        "The gender of {a} is not recorded, and a letter in {b} needs it.",
        "holder",
        doubts.gender,
        blocks=True,
    ),
    "no-address": Kind(
        "neither an e-mail nor a postal address that works",
        "It has neither an e-mail nor a postal address that works.",
        "new-address",
        doubts.no_address,
        blocks=True,
    ),
    "no-holder": Kind(
        "nobody is recorded as holding the post", "Nobody is recorded as holding it.", "new-holder", doubts.no_holder
    ),
    "two-holders": Kind(
        "several persons hold the post at once", "{a} persons hold it at once.", "organisation", doubts.two_holders
    ),
    "no-email": Kind(
        "reached by e-mail, and without an e-mail address that works",
        "It is reached by e-mail and has no e-mail address that works; letters to it leave on paper.",
        "new-address",
        doubts.no_email,
    ),
    "no-postal": Kind(
        "reached on paper, and without a postal address",
        "It is reached by {a} and has no postal address.",
        "new-address",
        doubts.no_postal,
    ),
    "failed-address": Kind(
        "an address to which mail failed", "Mail to {a} has failed since {b}.", "address", doubts.failed_address
    ),
    "domain": Kind(
        "an address of another domain than the organisation's",
        "{a} is not of the organisation's domain, {b}.",
        "address",
        doubts.other_domain,
    ),
    "shared-address": Kind(
        "an address that several organisations or many posts have",
        "{a} is an address of {b} posts.",
        "address",
        doubts.shared_address,
    ),
    "language": Kind(
        "the language of correspondence is assumed",
        "No language is recorded; {a} is assumed.",
        "language",
        doubts.language,
    ),
    "other-language": Kind(
        "a language that the office does not write",
        "It writes in {a}, which the office does not; its letters are in {b}.",
        "post",
        doubts.other_language,
    ),
    "through": Kind(
        "reached through a body that does not receive mail itself, or may not be written to",
        "It is reached through {a}, which does not take letters itself.",
        "post",
        doubts.through,
    ),
    "liaison": Kind(
        "a liaison contact that should get copies and cannot",
        "Its liaison contact {a} should get copies, and has no e-mail address or may not be written to.",
        "post",
        doubts.liaison,
    ),
}


@dataclass(frozen=True)
class Found:
    """One finding: its kind (of KINDS), the post, a sentence; `number` is that of what is edited to mend it (`Kind.fix`)."""

    kind: str
    key: str
    organisation: str
    post_id: int
    says: str
    number: int

    @property
    def blocks(self) -> bool:
        """Whether no letter to the post can be written, or none delivered."""
        return KINDS[self.kind].blocks


def find(session: Session, wanted: Filter, ground: Ground, *, kinds: Collection[str] = ()) -> Iterator[Found]:
    """Every finding about the posts that fit, kind by kind (all when none is named) and by key; memory stays flat.

    Raises NotFound for a kind that there is not.
    """
    for name in _known(kinds):
        for row in session.execute(_query(session, name, wanted, ground), execution_options={"yield_per": 1000}):
            yield _found(name, row, ground)


def page(session: Session, name: str, wanted: Filter, ground: Ground, *, offset: int, limit: int) -> list[Found]:
    """A part of the findings of one kind; raises NotFound for a kind that there is not."""
    (known,) = _known([name])
    query = _query(session, known, wanted, ground).offset(offset).limit(limit)
    return [_found(known, row, ground) for row in session.execute(query)]


def count(session: Session, wanted: Filter, ground: Ground) -> dict[str, int]:
    """How many findings there are of each kind, in one statement; kinds without any are left out."""
    numbers = [
        select(literal(name), func.count()).select_from(_query(session, name, wanted, ground).order_by(None).subquery())
        for name in KINDS
    ]
    found = {name: number for name, number in session.execute(union_all(*numbers)) if number}
    return {name: found[name] for name in KINDS if name in found}


def _known(kinds: Collection[str]) -> list[str]:
    for name in kinds:
        if name not in KINDS:
            raise NotFound(f"There is no kind of finding {name!r}; there are: {', '.join(KINDS)}.")
    return [name for name in KINDS if not kinds or name in kinds]


def _query(session: Session, name: str, wanted: Filter, ground: Ground) -> Select[Any]:
    query = KINDS[name].query(session, ground)
    query = narrowed(session, query, wanted, ground.on).where(
        Post.merged_into_id.is_(None), Organisation.do_not_contact == "", Post.do_not_contact == ""
    )
    return query.order_by(Organisation.key, Post.id)


def _found(name: str, row: Any, ground: Ground) -> Found:
    key = "/".join(part for part in (row.key, row.kind, row.seat) if part)
    says = KINDS[name].says.format(a=doubts.said(row.a), b=doubts.said(row.b) or ground.own)
    return Found(name, key, row.key, row.post_id, says, row.number)
