"""The ways of a letter: the bodies that hand it on, the liaison contacts that get a copy, and whom to call about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.addressing import Reach, reach
from outreach.contacts.models import Post
from outreach.letters.models import Letter, LetterAddressee
from outreach.protocol import forms as protocol


def copied(posts: Sequence[Reach]) -> dict[str, Reach]:
    """The addresses that get a copy since they are those of a liaison contact, and whose each is."""
    found: dict[str, Reach] = {}
    for post in posts:
        if post.liaison and post.liaison_copied and not post.liaison.do_not_contact:
            found |= {address: post.liaison for address in post.liaison.emails if address not in found}
    return found


def copies(posts: Sequence[Reach], standing: Sequence[str]) -> tuple[str, ...]:
    """Everybody who gets a copy of a letter to these posts, each address once; `standing` are the campaign's copies."""
    to = {address for post in posts for address in post.emails}
    return tuple(address for address in dict.fromkeys((*standing, *copied(posts))) if address not in to)


@dataclass(frozen=True)
class Named:
    """What the page says of who gets a copy, and the names of the entries of protocol that word it."""

    lines: tuple[str, ...]
    used: tuple[str, ...] = ()


def named(forms: protocol.Forms, posts: Sequence[Reach], standing: Sequence[str]) -> Named:
    """The copies as the page has them: the campaign's by address, liaison contacts by title and organisation, never by name."""
    got = set(copies(posts, standing))
    liaisons = {one.post_id: one for address, one in copied(posts).items() if address in got}
    found = [_named(forms, one) for one in liaisons.values()]
    lines = (line for one in found for line in one.lines)
    return Named((*standing, *lines), tuple(name for one in found for name in one.used))


def _named(forms: protocol.Forms, liaison: Reach) -> Named:
    post = replace(liaison.addressee(forms.language), holder=None, postal_lines=(), through=None)
    try:
        found = protocol.address(forms, [post])
    except protocol.Unaddressable:
        # A post that has no title of its own is its organisation's.
        return Named((liaison.name(forms.language).short,))
    return Named((forms.settings.comma.join(found.block),), found.used)


def doubts(posts: Sequence[Reach]) -> Iterator[str]:
    """Sentences on what is to be looked at in the way that a letter to these posts takes."""
    for post in posts:
        if post.through:
            yield f"The letter goes through another body: {post.key} through {post.through.key}."
        if post.liaison and post.liaison_copied:
            if why := post.liaison.do_not_contact:
                yield f"The liaison contact gets no copy, since it is not to be contacted ({why}): {post.key}."
            elif not post.liaison.emails:
                yield f"The liaison contact gets no copy, since it has no e-mail address: {post.key}."


@dataclass(frozen=True)
class Way:
    """How a letter reaches one of its addressees: the body that hands it on, and whom to call; None where there is none."""

    key: str
    through: Reach | None
    liaison: Reach | None
    liaison_copied: bool


def ways(session: Session, letter: Letter, *, stale_after: int) -> list[Way]:
    """The ways to those of the letter's addressees that have one of their own, as the record has them for its date."""
    query = select(Post.id).join(LetterAddressee, LetterAddressee.post_id == Post.id).order_by(LetterAddressee.position)
    routed = query.where(LetterAddressee.letter_id == letter.id, Post.through_id.is_not(None) | Post.liaison_id.is_not(None))
    found = reach(session, list(session.scalars(routed)), on=letter.version_now.dated, stale_after=stale_after)
    return [Way(one.key, one.through, one.liaison, one.liaison_copied) for one in found]
