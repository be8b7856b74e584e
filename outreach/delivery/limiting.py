"""How many letters may leave in an hour and a day, and how soon after another to the same domain: off unless set."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.config import SendingSettings
from outreach.database import take_turn
from outreach.delivery.models import Attempt
from outreach.letters.leaving import Numbers
from outreach.letters.models import Letter, LetterRecipient, LetterVersion

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def reasons(
    session: Session, letters: Numbers, held: Collection[int], limits: SendingSettings, outbox: str, at: datetime
) -> Mapping[int, str]:
    """Why letters may not leave by `outbox` now, by letter id, if those that are not `held` already left in their order.

    Counted over the last 60 minutes and 24 hours, whoever sent. Before each claim it is asked again, of a letter by its number:
    then no two senders count at once, and the second counts what the first has claimed. Nobody waits while a letter is sent.
    """
    if not (limits.per_hour or limits.per_day or limits.domain_pause_seconds):
        return {}
    if not isinstance(letters, Select):
        take_turn(session, "ceilings of sending")
    numbers = session.scalars(select(Letter.id).where(Letter.id.in_(letters)).order_by(Letter.id))
    free = [number for number in numbers if number not in held]
    found = {
        number: full
        for number, (left, full) in zip(free, _countdown(_free(session, limits, outbox, at)), strict=False)
        if not left
    }
    return {**_close_upon_another(session, letters, [one for one in free if one not in found], limits, outbox, at), **found}


def _close_upon_another(
    session: Session, letters: Numbers, free: Sequence[int], limits: SendingSettings, outbox: str, at: datetime
) -> dict[int, str]:
    if not limits.domain_pause_seconds:
        return {}
    resting = _resting(session, limits.domain_pause_seconds, outbox, at)
    domains, found = _domains(session, letters), dict[int, str]()
    for number in free:
        if busy := sorted(domains[number] & resting.keys()):
            until = max(resting[one] for one in busy)
            found[number] = f"another letter to {busy[0]} has just left; the next may from {until:%H:%M:%S} UTC on"
        else:
            resting |= dict.fromkeys(domains[number], at + timedelta(seconds=limits.domain_pause_seconds))
    return found


def _countdown(free: tuple[int, str] | None) -> Iterator[tuple[bool, str]]:
    left, full = free or (0, "")
    while True:
        yield free is None or left > 0, full
        left -= 1


def _free(session: Session, limits: SendingSettings, outbox: str, at: datetime) -> tuple[int, str] | None:
    """How many more may leave, and what to say to the next one; None where there is no ceiling."""
    ceilings = [(limits.per_hour, HOUR, "an hour"), (limits.per_day, DAY, "a day")]
    found = [(limit - _count(session, outbox, at - span), limit, span, word) for limit, span, word in ceilings if limit]
    if not found:
        return None
    left, limit, span, word = min(found)
    first = session.scalar(select(func.min(Attempt.started_at)).where(Attempt.outbox == outbox, Attempt.started_at > at - span))
    when = f"{(first or at) + span:%d %B %Y, %H:%M} UTC"
    return max(left, 0), f"{limit} letters {word} have left, the ceiling; more may from {when} on"


def _count(session: Session, outbox: str, since: datetime) -> int:
    query = select(func.count()).select_from(Attempt).where(Attempt.outbox == outbox, Attempt.started_at > since)
    return session.scalar(query) or 0


def _domains(session: Session, letters: Numbers) -> defaultdict[int, set[str]]:
    """The domains that each letter goes to."""
    query = (
        select(Letter.id, LetterRecipient.address)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .join(LetterRecipient, LetterRecipient.letter_version_id == LetterVersion.id)
        .where(Letter.id.in_(letters))
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for number, address in session.execute(query):
        found[number].add(_domain(address))
    return found


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _resting(session: Session, seconds: int, outbox: str, at: datetime) -> dict[str, datetime]:
    """Domains that were written to a moment ago, and until when they rest."""
    if not seconds:
        return {}
    pause = timedelta(seconds=seconds)
    query = (
        select(LetterRecipient.address, Attempt.started_at)
        .join(Attempt, Attempt.letter_version_id == LetterRecipient.letter_version_id)
        .where(Attempt.outbox == outbox, Attempt.started_at > at - pause)
        .order_by(Attempt.started_at)
    )
    return {_domain(address): started + pause for address, started in session.execute(query)}
