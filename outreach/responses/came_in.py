"""What came in by mail, in counts that add up: each message stands once in each split."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.mail.classes import MailClass
from outreach.responses.models import IncomingMail, MailFolder, MailState, MissedMail

# Of mail that was taken in before classes were kept.
NOT_KEPT = "not kept"


@dataclass(frozen=True)
class Report:
    """How much mail came in: `total` is the sum of `by_state`, that of `by_kind`, and that of each row of `both`.

    `fetched` messages were brought from mailboxes; `repeated` of them were here already, or came in two folders. `missed` lie
    there and could not be had.
    """

    total: int
    by_state: Mapping[str, int]
    by_kind: Mapping[str, int]
    both: Mapping[str, Mapping[str, int]]
    fetched: int
    repeated: int
    missed: int


def report(session: Session) -> Report:
    """Count all mail that ever came in; three queries."""
    counted = session.execute(
        select(IncomingMail.kind, IncomingMail.state, func.count()).group_by(IncomingMail.kind, IncomingMail.state)
    )
    by_state: Counter[str] = Counter({state.value: 0 for state in MailState})
    by_kind: Counter[str] = Counter({kind.value: 0 for kind in MailClass})
    both: dict[str, dict[str, int]] = {}
    for kind, state, number in counted:
        word = kind.value if kind else NOT_KEPT
        by_state[state.value] += number
        by_kind[word] += number
        both.setdefault(word, {one.value: 0 for one in MailState})[state.value] += number
    fetched, added = session.execute(select(func.sum(MailFolder.fetched), func.sum(MailFolder.added))).one()
    missed = session.scalar(select(func.count()).select_from(MissedMail)) or 0
    fetched, added = int(fetched or 0), int(added or 0)
    return Report(sum(by_state.values()), by_state, by_kind, both, fetched, fetched - added, missed)
