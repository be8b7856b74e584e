"""Giving letters the date of the day on which they leave: a new version of each, to be approved again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.journal import Actor, Role
from outreach.letters import drafting, editing, register
from outreach.letters.composing import Composer
from outreach.letters.models import AT_HOME, LetterState

BECAUSE = "the letter was given another date"


@dataclass(frozen=True)
class Redated:
    """Letters that bear the new date now, how many approvals are void, and who cannot be written to with that date and why."""

    references: tuple[str, ...]
    voided: int
    refused: tuple[str, ...]


def redate(
    session: Session,
    campaign: Campaign,
    composer: Composer,
    *,
    by: Actor,
    at: datetime,
    step: Callable[[], None] = lambda: None,
) -> Redated:
    """Give every letter of the campaign that has not left and bears another date that of `composer`; approvals are void.

    Letters as the template wrote them are written anew; in those edited by hand only the date changes.
    """
    by.must_be(Role.DRAFTER, "redate letters")
    others = [
        letter for letter in register.of_campaign(session, campaign, AT_HOME) if letter.version_now.dated != composer.dated
    ]
    approved = [letter for letter in others if letter.state is LetterState.APPROVED]
    by_hand = [letter for letter in others if not letter.version_now.template_sha256]
    for letter in approved:
        letter.void_approval(at, BECAUSE)
    session.flush()
    if approved:
        journal.record(
            session,
            by,
            "redated",
            f"campaign {campaign.slug}",
            at=at,
            dated=composer.dated,
            approvals_voided=[letter.reference for letter in approved],
        )
    drafted = drafting.draft(
        session, campaign, composer, by=by, at=at, redraft=True, step=step, only={one.id for one in others}
    )
    for letter in by_hand:
        editing.date_anew(session, letter, composer.dated, by=by, at=at)
    done = (*drafted.revised, *(letter.reference for letter in by_hand))
    return Redated(done, len(approved), tuple(drafted.refused))
