"""What each letter of a campaign gets of its own, looked up for many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.letters import citing, enclosing
from outreach.letters.citing import Earlier
from outreach.letters.enclosing import Enclosed
from outreach.letters.tokens import NO_TOKENS, Tokens


@dataclass(frozen=True)
class Wish:
    """What one letter gets of its own: language, deadline, values, copies and files.

    `earlier` is the letter that it cites, which the values name by its reference; `tokens` are the letter's own.
    """

    language: str = ""
    deadline: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    copies: tuple[str, ...] = ()
    enclosures: tuple[Enclosed, ...] = ()
    earlier: Earlier | None = None
    tokens: Tokens = NO_TOKENS


@dataclass(frozen=True)
class Wishes:
    """What the letters of a campaign get: files for all, and `own` ones by post; `earlier` are the letters that they cite."""

    campaign: Campaign
    enclosures: tuple[Enclosed, ...]
    own: Mapping[int, tuple[Enclosed, ...]]
    earlier: Mapping[str, Earlier]

    def of(self, row: Any, tokens: Tokens = NO_TOKENS) -> Wish:
        """What the letter to an addressee's `row` gets; the row's own values go before the campaign's."""
        values = {**self.campaign.values, **row.values}
        earlier = self.earlier.get(citing.named(values))
        files = (*self.enclosures, *self.own.get(row.post_id, ()))
        return Wish(row.language, row.deadline, values, tuple(self.campaign.copies), files, earlier, tokens)


def gather(session: Session, campaign: Campaign, rows: Iterable[Any]) -> Wishes:
    """Look up what the letters to these addressee rows get; a handful of queries however many there are."""
    cited = (citing.named({**campaign.values, **row.values}) for row in rows)
    own = enclosing.of_addressees(session, campaign)
    return Wishes(campaign, enclosing.of_campaign(session, campaign), own, citing.find(session, cited))
