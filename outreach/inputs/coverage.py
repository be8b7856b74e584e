"""Coverage: each substantive response is coded or set aside with a reason; what is neither is listed until it is."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.inputs.models import InputText, Passage
from outreach.inputs.setting_aside import all_in_force
from outreach.responses.closing import IN_FORCE
from outreach.responses.models import Response, ResponseKind


class Account(StrEnum):
    """What became of a response."""

    CODED = "coded"
    SET_ASIDE = "set-aside"
    OPEN = "open"


@dataclass(frozen=True)
class Accounted:
    """A response with what became of it; `used` of its `passages` are not set aside."""

    response_id: int
    account: Account
    passages: int
    used: int
    texts: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """All substantive responses that stand, by number."""

    rows: tuple[Accounted, ...]

    def count(self, account: Account) -> int:
        """How many responses are accounted for in this way."""
        return sum(row.account is account for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether nothing is unaccounted for."""
        return self.count(Account.OPEN) == 0


def coverage(session: Session) -> Coverage:
    """What became of every substantive response that stands (neither superseded nor withdrawn); four queries."""
    aside = all_in_force(session)
    responses = {row.response_id: row.reason for row in aside if row.response_id is not None}
    passages = {row.passage_id: row.reason for row in aside if row.passage_id is not None}
    marked: dict[int, list[int]] = {}
    for response_id, passage_id in session.execute(select(InputText.response_id, Passage.id).join(Passage.text)):
        marked.setdefault(response_id, []).append(passage_id)
    texts = Counter(session.scalars(select(InputText.response_id)))
    numbers = session.scalars(
        select(Response.id).where(Response.kind == ResponseKind.SUBSTANTIVE, Response.state.in_(IN_FORCE)).order_by(Response.id)
    )
    return Coverage(tuple(_accounted(n, marked.get(n, []), texts[n], responses, passages) for n in numbers))


def _accounted(number: int, marked: list[int], texts: int, responses: dict[int, str], passages: dict[int, str]) -> Accounted:
    used = [passage for passage in marked if passage not in passages]
    reasons = [passages[passage] for passage in marked if passage in passages]
    if number in responses:
        return Accounted(number, Account.SET_ASIDE, len(marked), 0, texts, (responses[number],))
    account = Account.CODED if used else Account.SET_ASIDE if marked else Account.OPEN
    return Accounted(number, account, len(marked), len(used), texts, tuple(reasons))
