"""Why an approved letter stays: two contacts that were written to apart became one since."""

import pytest
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts import merging
from outreach.letters.leaving import reasons_to_stay
from outreach.letters.models import Letter, LetterAddressee, LetterRelation, LetterState, RelationKind
from tests.cast import DANA, NOON, society


def two_letters(session: Session, first: LetterState, second: LetterState) -> tuple[Letter, Letter]:
    """A campaign's letters to one society that was in the directory twice."""
    campaign = Campaign(slug="ask", title="Ask", template="t", sender="s", selection="all", owner="Kim", created_at=NOON)
    posts = society(session), society(session, "ons-2", "ons.example")
    letters = [
        Letter(reference=f"R/{number}", campaign=campaign, state=state, owner="Kim", created_at=NOON)
        for number, state in enumerate((first, second), 1)
    ]
    for letter, post in zip(letters, posts, strict=True):
        letter.addressees = [LetterAddressee(position=0, post=post)]
    session.add_all(letters)
    session.flush()
    merged, into = posts[1].organisation, posts[0].organisation
    merging.merge(session, merged, into, by=DANA, at=NOON, on=NOON.date(), write=True)
    return letters[0], letters[1]


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        (LetterState.APPROVED, LetterState.APPROVED, {"R/2"}),
        (LetterState.ACCEPTED, LetterState.APPROVED, {"R/2"}),
        (LetterState.APPROVED, LetterState.ACCEPTED, {"R/1"}),
        (LetterState.DRAFT, LetterState.APPROVED, set()),
        (LetterState.CANCELLED, LetterState.APPROVED, set()),
    ],
)
def test_of_two_letters_of_one_campaign_to_one_post_only_one_leaves(
    session: Session, first: LetterState, second: LetterState, stays: set[str]
) -> None:
    letters = two_letters(session, first, second)
    waiting = [letter.id for letter in letters if letter.state is LetterState.APPROVED]
    reasons = reasons_to_stay(session, waiting, needs_address=False)
    assert {letter.reference for letter in letters if letter.id in reasons} == stays
    assert all("goes to the same post; cancel one of them" in reason for reason in reasons.values())


def test_a_reminder_is_meant_to_follow(session: Session) -> None:
    first, second = two_letters(session, LetterState.ACCEPTED, LetterState.APPROVED)
    session.add(LetterRelation(letter_id=second.id, other_id=first.id, kind=RelationKind.REMINDS))
    session.flush()
    assert reasons_to_stay(session, [second.id], needs_address=False) == {}
