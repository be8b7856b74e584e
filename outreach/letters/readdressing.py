"""Addressing letters anew, to whoever holds the post on the letter's date: a new version of each, to be approved again."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters import comparing, drafting
from outreach.letters.composed import Composed
from outreach.letters.composing import Composer
from outreach.letters.editing import successor, supersede
from outreach.letters.models import Letter, LetterState

BECAUSE = "it was addressed anew after it was approved"
BY_HAND = "The text was written by hand, before the letter was addressed anew; read its first sentence."
# What of a letter written by hand follows from whom it addresses.
_FRAME = ("address_block", "salutation", "close", "warnings", "wording")


def readdress(session: Session, letter: Letter, composer: Composer, *, by: Actor, at: datetime) -> None:
    """Write a letter that has not left anew, from the contacts as they stand; an approval is void.

    `composer` is the campaign's, of the letter's own date. Words written by hand stay, between the new salutation and the new
    close. Raises Refused once the letter has left, when nobody can be written to there, and when words written by hand are in
    another language than the addressee's now.
    """
    by.must_be(Role.DRAFTER, "readdress letters")
    letter.must_be_at_home("addressed anew")
    voided = letter.state is LetterState.APPROVED
    if letter.version_now.template_sha256:
        _draft(session, letter, composer, by, at)
    else:
        _frame(session, letter, comparing.template_now(session, letter, composer), by, at)
    session.refresh(letter)
    version = letter.version_now
    subject = f"letter {letter.reference}"
    journal.record(
        session, by, "readdressed", subject, at=at, version=version.number, digest=version.digest, approval_voided=voided
    )


def _draft(session: Session, letter: Letter, composer: Composer, by: Actor, at: datetime) -> None:
    campaign = comparing.campaign_of(letter)
    if letter.state is LetterState.APPROVED:
        letter.void_approval(at, BECAUSE)
        session.flush()
    done = drafting.draft(session, campaign, composer, by=by, at=at, redraft=True, only={letter.id})
    if done.refused:
        raise Refused(f"{letter.reference} cannot be addressed anew: {done.refused[0]}")


def _frame(session: Session, letter: Letter, written: Composed, by: Actor, at: datetime) -> None:
    old = letter.version_now
    if old.language != written.language:
        raise Refused(
            f"{letter.reference} was written by hand in {old.language}, and its addressee is written to in {written.language};"
            " cancel it and draft it again."
        )
    values: dict[str, Any] = {name: getattr(written, name) for name in _FRAME}
    values |= {"address_block": list(written.address_block), "warnings": [*written.warnings, BY_HAND]}
    whom: dict[str, Any] = {"recipients": written.recipients, "holders": written.holders}
    supersede(session, letter, successor(old, letter, values, by=by, at=at, **whom), at, BECAUSE)
