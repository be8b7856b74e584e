"""How far the office has come in fetching from each mailbox, what could not be had there, and how the last time went."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach.mail.arriving import Lot, Missed, Position
from outreach.responses.models import MailFolder, MissedMail
from outreach.responses.taking_in import Taken


@dataclass(frozen=True)
class Standing:
    """Where a fetch from a folder begins: what was fetched and settled, and the keys of what was missed."""

    position: Position
    settled: int = 0
    missed: tuple[str, ...] = ()


def standing(session: Session, mailbox: str, folder: str) -> Standing:
    """Where a fetch from this folder begins; at its beginning when nothing was ever fetched."""
    row = _row(session, mailbox, folder)
    if row is None:
        return Standing(Position())
    return Standing(Position(row.validity, row.last), row.settled, tuple(one.key for one in row.missed))


def keep(session: Session, mailbox: str, folder: str, lot: Lot, taken: Sequence[Taken], *, at: datetime) -> None:
    """Remember that `lot` was taken in; to be committed together with it, so that a fetch that is cut off loses nothing."""
    row = _row(session, mailbox, folder)
    if row is None:
        row = MailFolder(mailbox=mailbox, folder=folder, validity=0, last=0, settled=0, fetched=0, added=0, trouble="")
        session.add(row)
    if row.validity != lot.after.validity:
        row.validity, row.last, row.settled, row.missed = lot.after.validity, 0, 0, []
    row.last = max(row.last, lot.after.last)
    row.fetched += len(lot.arrived)
    row.added += sum(one.is_new for one in taken)
    row.fetched_at, row.trouble = at, ""
    _note(row, lot.missed, at)
    session.flush()


def _note(row: MailFolder, missed: Sequence[Missed], at: datetime) -> None:
    known = {one.key: one for one in row.missed}
    for one in missed:
        if one.key in known:
            known[one.key].why = one.why
        else:
            row.missed.append(MissedMail(key=one.key, place=one.where, why=one.why, since=at))


def end(session: Session, mailbox: str, folder: str, missed: Collection[str], *, at: datetime, settled: int = 0) -> None:
    """Remember that all was fetched but the messages `missed`; `settled` is how far the settings' wish was done."""
    row = _row(session, mailbox, folder)
    if row is not None:
        row.missed = [one for one in row.missed if one.key in missed]
        row.settled = max(row.settled, settled)
        row.fetched_at = at
        session.flush()


def fail(session: Session, mailbox: str, folder: str, why: str, *, at: datetime) -> None:
    """Remember why a fetch ended early."""
    row = _row(session, mailbox, folder)
    if row is None:
        row = MailFolder(mailbox=mailbox, folder=folder, validity=0, last=0, settled=0, fetched=0, added=0)
        session.add(row)
    row.trouble = why
    row.fetched_at = at
    session.flush()


def listing(session: Session) -> Mapping[str, Sequence[MailFolder]]:
    """The folders that were ever fetched from, with what was missed there, by the name of their mailbox."""
    query = select(MailFolder).options(selectinload(MailFolder.missed)).order_by(MailFolder.mailbox, MailFolder.folder)
    found: dict[str, list[MailFolder]] = {}
    for row in session.scalars(query):
        found.setdefault(row.mailbox, []).append(row)
    return found


def _row(session: Session, mailbox: str, folder: str) -> MailFolder | None:
    query = select(MailFolder).where(MailFolder.mailbox == mailbox, MailFolder.folder == folder)
    return session.scalar(query.options(selectinload(MailFolder.missed)).with_for_update())
