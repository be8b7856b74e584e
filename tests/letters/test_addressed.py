"""Letters whose addressee changed: they are found, wait at the gate, and are addressed anew."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from outreach.contacts import handing_over
from outreach.contacts.models import Gender, Post
from outreach.errors import Refused
from outreach.letters import addressed, comparing, editing, leaving, readdressing, register
from outreach.letters.models import Letter, LetterState
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.letters.desk import TODAY, Desk

ACT = {"by": DANA, "at": NOON}


def drafted(session: Session, desk: Desk, post: Post) -> Letter:
    return register.find(session, desk.draft(session, desk.campaign(session, post)).new[0])


def hand_over(session: Session, post: Post, on: date = TODAY) -> None:
    given = {"full_name": "Max New", "family_name": "New", "gender": Gender.MALE}
    handing_over.hand_over(session, post, on=on, today=TODAY, **given, **ACT)  # type: ignore[arg-type]


def reasons(session: Session, *letters: Letter) -> list[str | None]:
    found = leaving.reasons_to_stay(session, [letter.id for letter in letters], needs_address=True)
    return [found.get(letter.id) for letter in letters]


def readdress(session: Session, desk: Desk, letter: Letter) -> None:
    composer = desk.composer(comparing.campaign_of(letter), dated=letter.version_now.dated)
    readdressing.readdress(session, letter, composer, **ACT)  # type: ignore[arg-type]


@pytest.mark.parametrize("approved", [False, True])
def test_a_letter_to_the_one_before_is_listed_and_waits(session: Session, desk: Desk, approved: bool) -> None:
    post = society(session)
    letter = drafted(session, desk, post)
    if approved:
        desk.approve(session, letter)
    assert reasons(session, letter) == [None]
    hand_over(session, post)
    [found] = addressed.misaddressed(session, posts=[post.id])
    assert (found.reference, found.state, found.post) == (letter.reference, letter.state, post.key)
    assert addressed.count_misaddressed(session) == 1
    [reason] = reasons(session, letter)
    assert reason is not None
    assert reason.startswith("holder changed")


def test_a_handover_after_the_letters_date_changes_nothing_for_it(session: Session, desk: Desk) -> None:
    post = society(session)
    letter = drafted(session, desk, post)
    hand_over(session, post, TODAY + timedelta(days=1))
    assert addressed.misaddressed(session) == []
    assert reasons(session, letter) == [None]


def test_a_post_that_was_vacant_has_an_addressee_now(session: Session, desk: Desk) -> None:
    post = kenya(session)
    campaign = desk.campaign(session, post, template="member-state")
    letter = register.find(session, desk.draft(session, campaign).new[0])
    hand_over(session, post)
    assert [found.reference for found in addressed.misaddressed(session)] == [letter.reference]


def test_drafting_anew_ends_the_waiting(session: Session, desk: Desk) -> None:
    post = society(session)
    letter = drafted(session, desk, post)
    hand_over(session, post)
    assert desk.draft(session, letter.campaign, redraft=True).revised == [letter.reference]  # type: ignore[arg-type]
    session.refresh(letter)
    assert letter.version_now.salutation == "Dear Mr. New,"
    assert reasons(session, letter) == [None]


def test_addressing_anew_voids_the_approval_and_writes_the_new_name(session: Session, desk: Desk) -> None:
    post = society(session)
    letter = drafted(session, desk, post)
    desk.approve(session, letter)
    hand_over(session, post)
    readdress(session, desk, letter)
    assert (letter.state, letter.current) == (LetterState.DRAFT, 2)
    assert letter.version_now.salutation == "Dear Mr. New,"
    assert letter.approvals[0].void_reason == "it was addressed anew after it was approved"
    assert reasons(session, letter) == [None]
    assert desk.draft(session, letter.campaign, redraft=True).unchanged == 1, "its words are the template's"  # type: ignore[arg-type]


def test_words_written_by_hand_stay_between_the_new_salutation_and_close(session: Session, desk: Desk) -> None:
    post = society(session)
    letter = drafted(session, desk, post)
    editing.edit(session, letter, {"body": "By hand.\n", "subject": "Mine"}, by=DANA, at=NOON)
    hand_over(session, post)
    assert reasons(session, letter) != [None], "the edited version addresses the one before as well"
    readdress(session, desk, letter)
    version = letter.version_now
    assert (version.subject, version.body, version.salutation) == ("Mine", "By hand.\n", "Dear Mr. New,")
    assert readdressing.BY_HAND in version.warnings
    assert reasons(session, letter) == [None]
    assert desk.draft(session, letter.campaign, redraft=True).revised == [], "they are still nobody else's"  # type: ignore[arg-type]


def test_a_letter_that_left_stays_as_it_left(session: Session, desk: Desk) -> None:
    post = society(session)
    letter = drafted(session, desk, post)
    letter.state = LetterState.ACCEPTED
    hand_over(session, post)
    assert addressed.misaddressed(session) == []
    with pytest.raises(Refused, match="can no longer be addressed anew"):
        readdress(session, desk, letter)


def test_a_reader_addresses_nothing_anew(session: Session, desk: Desk) -> None:
    letter = drafted(session, desk, society(session))
    composer = desk.composer(comparing.campaign_of(letter))
    with pytest.raises(Refused, match="may not readdress letters"):
        readdressing.readdress(session, letter, composer, by=RENE, at=NOON)
