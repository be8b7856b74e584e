"""By which other posts a post is reached: the body that hands its letters on, and its liaison contact.

One step and no more: a letter goes to a body that receives its own mail, and is handed on from there.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import finding
from outreach.contacts.models import Post
from outreach.errors import Refused

# How a field that names another post is called on the post itself; copying is a column of another name.
WAYS = ("through", "liaison")
_COLUMN = {"copy_liaison": "liaison_copied"}


def columns(session: Session, post: Post | None, said: Mapping[str, Any]) -> dict[str, Any]:
    """`said` with the posts that it names; `post` is the one to be set, None for one that is to be added.

    Raises NotFound for a post that is not there, Refused when no letter could go that way.
    """
    found = {_COLUMN.get(name, name): value for name, value in said.items()}
    for name in found.keys() & set(WAYS):
        found[name] = finding.post(session, found[name]) if found[name] else None
    if through := found.get("through"):
        _must_receive_itself(session, post, through)
    liaison: Post | None = found.get("liaison")
    if liaison is not None and liaison is post:
        raise Refused(f"{liaison.key} cannot be its own liaison contact; name another post.")
    return found


def _must_receive_itself(session: Session, post: Post | None, through: Post) -> None:
    if post is through:
        raise Refused(f"{through.key} cannot be reached through itself; name the body that hands its letters on.")
    if (further := through.through) is not None:
        raise Refused(f"{through.key} is itself reached through {further.key}; name a post that receives its own mail.")
    if post is not None and session.scalar(select(Post.id).where(Post.through_id == post.id).limit(1)):
        raise Refused(f"Letters to others go through {post.key}, which must receive its own mail; give those another way.")


def plain(value: Any) -> Any:
    """A value as the journal has it: a post by its key."""
    return value.key if isinstance(value, Post) else value
