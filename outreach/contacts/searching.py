"""Searching the directory by words: which words lead to an organisation or a post, and keeping them as contacts change.

Whoever changes contacts as objects of a session need not think of it: their words follow at every flush. Rows that are
inserted or changed by statements are told to `index`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, event, exists, false, func, insert, literal, select
from sqlalchemy import inspect as state_of
from sqlalchemy.orm import Session, aliased

from outreach.contacts.models import ContactWord, Holder, Organisation, OrganisationName, Person, Post, PostTitle
from outreach.contacts.naming import search_terms, search_words

CHUNK = 500
# So many organisations are named to the database one by one; where more fit, a page in any order is soon full of them.
FEW = 4_000
_COUNTED = 20_000  # from there on a word is frequent, and how frequent does not matter
_LAST = "\U0010ffff"  # sorts after whatever follows a beginning

# The table itself: rows of words are many, and the mapper has nothing to do for them.
_WORDS: Any = ContactWord.__table__
# What of each thing its words, or whose they are, depend on; names and titles that are taken off are told by where they were.
_READ: Mapping[type[Any], tuple[str, ...]] = {
    Organisation: ("key", "name", "acronym", "names"),
    OrganisationName: ("organisation_id", "short", "formal"),
    Post: ("organisation_id", "kind", "seat", "title", "titles"),
    PostTitle: ("title",),
    Holder: ("post_id", "person_id"),
    Person: ("full_name", "given_name", "family_name"),
}


def fits(session: Session, text: str, *, with_posts: bool = True) -> list[ColumnElement[bool]]:
    """Conditions for a query of organisations (and posts joined to them) that each word of `text` begins a word of.

    A word may stand in the organisation's key, acronym or name in any language, in the post's kind, seat or title, or in the
    name of somebody who holds or held it. No query of the conditions reads more than a part of the directory.
    """
    terms = _rarest_first(session, search_terms(text))
    if not terms:
        return [false()]
    found = _organisations_with(session, terms)
    place = ContactWord.post_id.in_((0, Post.id)) if with_posts else ContactWord.post_id == 0
    each: list[ColumnElement[bool]] = [
        exists().where(ContactWord.organisation_id == Organisation.id, place, _begins(ContactWord, term)) for term in terms
    ]
    return each if len(found) > FEW else [Organisation.id.in_(found), *each]


def _begins(words: Any, term: str) -> ColumnElement[bool]:
    # LIKE would use an index on neither database without an option of its own.
    begins: ColumnElement[bool] = words.word.between(term, term + _LAST)
    return begins


def _rarest_first(session: Session, terms: Sequence[str]) -> Sequence[str]:
    if len(terms) < 2:
        return terms
    rows = (select(ContactWord.word).where(_begins(ContactWord, term)).limit(_COUNTED).subquery() for term in terms)
    counts = session.execute(select(*(select(func.count()).select_from(some).scalar_subquery() for some in rows))).one()
    return [term for _, term in sorted(zip(counts, terms, strict=True))]


def _organisations_with(session: Session, terms: Sequence[str]) -> Sequence[int]:
    """Those that have each of the terms somewhere; one more than FEW when there are more."""
    first, *rest = terms
    query = select(ContactWord.organisation_id).where(_begins(ContactWord, first)).distinct().limit(FEW + 1)
    for term in rest:
        other = aliased(ContactWord)
        query = query.where(exists().where(other.organisation_id == ContactWord.organisation_id, _begins(other, term)))
    return session.scalars(query).all()


def posts_with(session: Session, terms: Sequence[str]) -> Select[Any]:
    """A query of the numbers of those posts at which each of these terms (one at least) begins a word."""
    first, *rest = _rarest_first(session, terms)
    query = select(ContactWord.post_id).where(_begins(ContactWord, first), ContactWord.post_id != 0)
    for term in rest:
        other = aliased(ContactWord)
        here = (other.organisation_id == ContactWord.organisation_id, other.post_id == ContactWord.post_id)
        query = query.where(exists().where(*here, _begins(other, term)))
    return query


def index(session: Session, organisations: Iterable[int]) -> None:
    """Write down anew by which words these organisations and their posts are found: seven statements for every 500."""
    numbers = sorted(set(organisations))
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        for organisation, post, *texts in _texts(session, chunk):
            found[organisation, post].update(*map(search_words, texts))
        session.execute(delete(_WORDS).where(_WORDS.c.organisation_id.in_(chunk)))
        rows = [{"organisation_id": o, "post_id": p, "word": word} for (o, p), words in found.items() for word in sorted(words)]
        if rows:
            session.execute(insert(_WORDS), rows)


def index_persons(session: Session, persons: Iterable[int]) -> None:
    """Write down anew the words of the organisations in which these persons hold or held a post."""
    held = select(Holder.post_id).where(Holder.person_id.in_(set(persons)))
    index(session, session.scalars(select(Post.organisation_id).where(Post.id.in_(held))))


def _texts(session: Session, organisations: Collection[int]) -> Iterator[Any]:
    """Rows of an organisation's number, a post's (0 for the organisation itself), and what may be found there."""
    itself, names, owner = literal(0), OrganisationName, Post.organisation_id
    of_itself = select(Organisation.id, itself, Organisation.key, Organisation.name, Organisation.acronym)
    of_names = select(names.organisation_id, itself, names.short, names.formal)
    of_posts = select(owner, Post.id, Post.kind, Post.seat, Post.title)
    of_titles = select(owner, Post.id, PostTitle.title).join(PostTitle, PostTitle.post_id == Post.id)
    of_persons = select(owner, Post.id, Person.full_name, Person.given_name, Person.family_name)
    of_persons = of_persons.join(Holder, Holder.post_id == Post.id).join(Person, Person.id == Holder.person_id)
    yield from session.execute(of_itself.where(Organisation.id.in_(organisations)))
    yield from session.execute(of_names.where(names.organisation_id.in_(organisations)))
    for query in (of_posts, of_titles, of_persons):
        yield from session.execute(query.where(owner.in_(organisations)))


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _flush: object) -> None:
    changed = [thing for thing in (*session.new, *session.dirty, *session.deleted) if type(thing) in _READ]
    if told := [thing for thing in changed if thing not in session.dirty or _is_read_anew(thing)]:
        index(session, _whose(session, told))


def _is_read_anew(thing: Any) -> bool:
    attributes = state_of(thing).attrs
    return any(attributes[name].history.has_changes() for name in _READ[type(thing)])


def _whose(session: Session, things: Iterable[Any]) -> set[int]:
    """The organisations that these things belong to, and those that they belonged to before."""
    owners: set[int] = set()
    posts: set[int] = set()
    persons: set[int] = set()
    for thing in things:
        if isinstance(thing, Organisation):
            owners.add(thing.id)
        elif isinstance(thing, Person):
            persons.add(thing.id)
        elif isinstance(thing, PostTitle | Holder):
            posts.update(_now_and_before(thing, "post_id"))
        else:
            owners.update(_now_and_before(thing, "organisation_id"))
    if posts:
        owners.update(session.scalars(select(Post.organisation_id).where(Post.id.in_(posts))))
    if persons:
        held = select(Holder.post_id).where(Holder.person_id.in_(persons))
        owners.update(session.scalars(select(Post.organisation_id).where(Post.id.in_(held))))
    return owners


def _now_and_before(thing: Any, column: str) -> Iterator[int]:
    attribute = state_of(thing).attrs[column]
    # `value` reads anew what the session holds no longer; a thing that is deleted was read when it was.
    yield from (number for number in (attribute.value, *attribute.history.deleted) if number is not None)
