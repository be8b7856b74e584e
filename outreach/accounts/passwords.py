"""Passwords of the desk: argon2id, checked in the same time whether or not the name exists."""

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import people
from outreach.accounts.models import Account
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role

SHORTEST, LONGEST = 12, 200


@cache
def _hasher() -> PasswordHasher:
    # The library's defaults are RFC 9106's second recommendation: argon2id, 64 MiB, three passes.
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


def give(session: Session, name: str, password: str, *, by: Actor, at: datetime) -> Account:
    """Give a person a password; sessions begun before end. One's own, or anybody's by a keeper.

    Raises Invalid for a password shorter than 12 or longer than 200 characters, or that is the name.
    """
    account = people.find(session, name)
    if account is None:
        raise NotFound(
            f"Nobody named {name!r} works here; look at how it is written.",
            to_type="`outreach people list` names those who do.",
        )
    if by.name != account.name:
        by.must_be(Role.KEEPER, "give others a password")
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters; a sentence is easy to remember.")
    if password.casefold() == account.name.casefold():
        raise Invalid("A password that is one's name is none; choose another.")
    account.password_hash, account.sessions_since = _hasher().hash(password), at
    session.flush()
    journal.record(session, by, "gave a password", f"person of the office {account.name}", at=at)
    return account


def check(session: Session, name: str, password: str) -> Account | None:
    """The person with this name and password who still acts here; None otherwise, after the same work."""
    account = people.find(session, name)
    usable = account is not None and account.active and bool(account.password_hash)
    kept = account.password_hash if account is not None and usable else _nobody()
    try:
        _hasher().verify(kept, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return None
    return account if usable else None


def change_own(session: Session, account: Account, old: str, new: str, *, at: datetime) -> None:
    """Change one's own password; raises Refused when `old` is not the present one."""
    if check(session, account.name, old) is None:
        raise Refused("That is not your present password; nothing was changed.")
    give(session, account.name, new, by=account.actor(), at=at)
