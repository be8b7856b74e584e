"""Adding people of the office, and finding out who acts."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts.models import Account
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role

# Whoever runs `init` has the folder in their hands; nobody else stands above the first keeper.
FOUNDING = Actor("init", Role.KEEPER)


def add(session: Session, name: str, role: Role, *, by: Actor, at: datetime) -> Account:
    """Add a person of the office; raises Refused unless `by` is a keeper, Invalid for a blank or taken name."""
    by.must_be(Role.KEEPER, "add people")
    name = _tidy(name)
    if not name or not name.isprintable() or len(name) > 200:
        raise Invalid("A person of the office needs a name of 1 to 200 printable characters.")
    if find(session, name):
        raise Invalid(f"There is already somebody named {name}; choose a name that tells the two apart.")
    account = Account(name=name, role=role, active=True, created_at=at)
    session.add(account)
    session.flush()
    journal.record(session, by, "added", f"person of the office {name}", at=at, role=role)
    return account


def everybody(session: Session) -> Sequence[Account]:
    """All people of the office by name."""
    return session.scalars(select(Account).order_by(Account.name)).all()


def find(session: Session, name: str) -> Account | None:
    """The person with exactly this name, however its accents are encoded."""
    # Bytes that are no text, as a terminal may send them, would break the query.
    return session.scalar(select(Account).where(Account.name == _tidy(name))) if name.isprintable() else None


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()))


def acting(session: Session, name: str | None) -> Actor:
    """Who acts: the one named, else the only one there is.

    Raises NotFound for an unknown name, Refused when nobody is named and there are several.
    """
    if name is None:
        accounts = [account for account in everybody(session) if account.active]
        if len(accounts) == 1:
            return accounts[0].actor()
        if not accounts:
            raise NotFound("Nobody works here any more; bring the database back from a backup.")
        raise Refused("Several people work here; say who acts.", to_type="`--as NAME` or OUTREACH_AS says it.")
    account = find(session, name)
    if account is None or not account.active:
        raise NotFound(
            f"Nobody named {name!r} works here; look at how it is written.",
            to_type="`outreach people list` names those who do.",
        )
    return account.actor()


def change(
    session: Session, name: str, *, role: Role | None = None, active: bool | None = None, by: Actor, at: datetime
) -> Account:
    """Give a person another role, or say that they left (`active` False) or came back.

    Raises Refused unless `by` is a keeper, and when nobody would be left who keeps the office.
    """
    by.must_be(Role.KEEPER, "change people")
    account = find(session, name)
    if account is None:
        raise NotFound(
            f"Nobody named {name!r} works here; look at how it is written.",
            to_type="`outreach people list` names those who do.",
        )
    before = {"role": account.role, "active": account.active}
    account.role = role or account.role
    account.active = account.active if active is None else active
    if not any(one.active and one.role is Role.KEEPER for one in everybody(session)):
        raise Refused(f"{account.name} is the last keeper; make somebody else a keeper first.")
    session.flush()
    after = {"role": account.role, "active": account.active}
    journal.record(session, by, "changed", f"person of the office {account.name}", at=at, before=before, after=after)
    return account
