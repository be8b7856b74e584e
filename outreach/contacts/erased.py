"""Addresses whose person was erased, known by a salted digest alone: a list that brings one back is told so."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.contacts.emails import normalised
from outreach.database import Base


class ErasedAddress(Base):
    """The salted digest of a normalised e-mail address, and the day on which its person was erased; no name, no address."""

    __tablename__ = "erased_addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    erased_on: Mapped[date]


def remember(session: Session, addresses: Iterable[str], on: date) -> None:
    """Remember these addresses, given in the form in which they are compared, as erased."""
    # One salt for the office: a list of thousands is then compared with one digest a line.
    salt = session.scalar(select(ErasedAddress.salt).limit(1)) or secrets.token_hex(16)
    session.add_all(ErasedAddress(salt=salt, digest=_digest(salt, one), erased_on=on) for one in addresses)
    session.flush()


def known(session: Session) -> Callable[[str], date | None]:
    """What tells of an address when its person was erased; None if nobody was. One query, whatever is asked afterwards."""
    rows = session.execute(select(ErasedAddress.salt, ErasedAddress.digest, ErasedAddress.erased_on)).all()
    salts = {salt for salt, _, _ in rows}
    days = {digest: day for _, digest, day in rows}

    def when(address: str) -> date | None:
        return next((days[found] for salt in salts if (found := _digest(salt, normalised(address))) in days), None)

    return when


def warning(session: Session, address: str) -> str:
    """What to say when this address is recorded; blank if nobody with it was erased."""
    day = known(session)(address)
    return said(day) if day else ""


def said(day: date) -> str:
    """The warning in words."""
    return f"this address was erased on {day} for data protection; keep it only if the person agrees"


def _digest(salt: str, address: str) -> str:
    return hashlib.sha256(f"{salt}{address}".encode()).hexdigest()
