"""Which post of an organisation a row means: by key, by title, by kind and seat, or the one that heads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from outreach.contacts.additions import AnyOrganisation, AnyPost, NewPost
from outreach.contacts.cells import shown
from outreach.contacts.naming import fold, full_name, slug, words
from outreach.contacts.wordlists import KINDS_SAID, kind_by_title
from outreach.errors import Invalid, Refused
from outreach.protocol.addressee import POST_KINDS

# An organisation has one of these, whatever its title is called; of the others it may have several with different titles.
ONE_EACH = frozenset(POST_KINDS) - {"director", "coordinator", "head", "liaison", "person", "minister"}
# Who heads an organisation that has several posts; a plain "head" comes before them.
HEADS = ("chief-executive", "secretary-general", "president", "chair", "head-of-delegation")


def key_of(organisation: AnyOrganisation, post: AnyPost) -> str:
    """How commands name the post, also before it is stored."""
    return "/".join(part for part in (organisation.key, post.kind, post.seat) if part)


@dataclass(frozen=True)
class Choice:
    """The post that a row means. `loosely` says what led to it if another post there would have led elsewhere."""

    post: AnyPost
    is_new: bool = False
    loosely: str = ""


def choose(organisation: AnyOrganisation, posts: Sequence[AnyPost], values: Mapping[str, Any]) -> Choice:
    said, seat, title = values.get("post", ""), values.get("seat"), values.get("title", "")
    if "/" in said:
        return _by_key(posts, said)
    kind = KINDS_SAID.get(fold(said), "") if said else ""
    if said and not kind:
        if title and fold(title) != fold(said):
            raise Invalid(f"post: {shown(said)} is no kind of post; use one of {', '.join(POST_KINDS)}")
        title = said
    if not kind and not title:
        return _head(organisation, posts, seat)
    found = _titled(posts, title, seat, kind)
    if len(found) == 1:
        return Choice(found[0])
    return _by_kind(organisation, found or posts, kind or kind_by_title(title), title, seat)


def choose_for_person(organisation: AnyOrganisation, posts: Sequence[AnyPost], values: Mapping[str, Any], on: date) -> Choice:
    """The post of the person whom a card is about: one that this person holds, else one of that title, else one of their own.

    A card of somebody without a title is not about whoever heads the organisation, and two advisers are two posts; only a post
    of which there is one passes from one holder to the next.
    """
    name, title = full_name(values), values.get("title", "")
    if not name or "/" in values.get("post", ""):
        return choose(organisation, posts, values)
    own = slug(name, 40)
    fitting = _titled(posts, title, None, "") if title else list(posts)
    held = [post for post in fitting if _holds(post, name, on)]
    if len(held) > 1:
        held = [post for post in held if (post.kind, post.seat) == ("person", own)] or _ambiguous(organisation, held)
    if held:
        return Choice(held[0])
    kind = kind_by_title(title) if title else "person"
    if kind in ONE_EACH:
        return choose(organisation, posts, values)
    return _vacant(fitting if title else [], on) or _of_ones_own(organisation, posts, kind, own, title)


def _holds(post: AnyPost, name: str, on: date) -> bool:
    if isinstance(post, NewPost):
        return words(post.held_by) == words(name)
    holders = (holder for holder in post.holders if holder.to_date is None or holder.to_date >= on)
    return any(words(holder.person.full_name) == words(name) for holder in holders)


def _vacant(posts: Iterable[AnyPost], on: date) -> Choice | None:
    stored = (post for post in posts if not isinstance(post, NewPost))
    return next((Choice(post) for post in stored if not any(holder.holds_on(on) for holder in post.holders)), None)


def _of_ones_own(organisation: AnyOrganisation, posts: Iterable[AnyPost], kind: str, own: str, title: str) -> Choice:
    taken = {post.seat for post in posts if post.kind == kind}
    place = own if not title or "" in taken else ""
    if place in taken:
        raise Refused(f"{organisation.name} has a post {kind}/{place} of somebody else; give this one another title")
    return Choice(NewPost(kind, place, title), is_new=True)


def _by_key(posts: Iterable[AnyPost], said: str) -> Choice:
    _, kind, *rest = (part.strip() for part in said.split("/"))
    seat = rest[0] if rest else ""
    if kind not in POST_KINDS or len(rest) > 1 or seat != slug(seat, 40):
        raise Invalid(f"post: {shown(said)} is no key of a post; write it as organisation/kind/seat")
    found = next((post for post in posts if post.kind == kind and post.seat == seat), None)
    return Choice(found) if found else Choice(NewPost(kind, seat, ""), is_new=True)


def _titled(posts: Iterable[AnyPost], title: str, seat: str | None, kind: str) -> list[AnyPost]:
    if not title:
        return []
    wanted = fold(title)
    fitting = (post for post in posts if seat in (None, post.seat) and kind in ("", post.kind))
    return [post for post in fitting if wanted in {fold(post.title), *(fold(other.title) for other in post.titles)}]


def _by_kind(organisation: AnyOrganisation, posts: Sequence[AnyPost], kind: str, title: str, seat: str | None) -> Choice:
    same = [post for post in posts if post.kind == kind and seat in (None, post.seat)]
    if title and kind not in ONE_EACH and seat is None:
        same = [post for post in same if not post.title or fold(post.title) == fold(title)]
    if len(same) > 1:
        same = [post for post in same if not post.seat] or _ambiguous(organisation, same)
    if same:
        return Choice(same[0], loosely=kind if seat is None and same[0].seat else "")
    taken = {post.seat for post in posts if post.kind == kind}
    place = seat or ""
    if place in taken:
        place = slug(title, 40)
    if place in taken:
        raise Refused(f"{organisation.name} already has a post {kind} like {shown(title)}; give this one a seat of its own")
    return Choice(NewPost(kind, place, title), is_new=True)


def _head(organisation: AnyOrganisation, posts: Sequence[AnyPost], seat: str | None) -> Choice:
    here = [post for post in posts if seat in (None, post.seat)]
    plain = [post for post in here if post.kind == "head" and not post.title]
    if plain or not here:
        return Choice(plain[0]) if plain else Choice(NewPost("head", seat or "", ""), is_new=True)
    heads = here if len(here) == 1 else [post for post in here if post.kind in HEADS]
    chosen = heads if len(heads) == 1 else _ambiguous(organisation, here)
    return Choice(chosen[0], loosely="default")


def _ambiguous(organisation: AnyOrganisation, posts: Iterable[AnyPost]) -> list[AnyPost]:
    keys = listed(key_of(organisation, post) for post in posts)
    raise Refused(f"{organisation.name} has several posts that this may be: {keys}; write the one you mean in the column post")


def listed(keys: Iterable[str]) -> str:
    """A few keys as an alternative: "a, b or c"."""
    first, *rest = keys
    shown_rest = [*rest[:4], f"{len(rest) - 4} more"] if len(rest) > 5 else rest
    return f"{', '.join([first, *shown_rest[:-1]])} or {shown_rest[-1]}" if rest else first
