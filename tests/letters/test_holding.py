"""Letters that are held, and addressees that are left out: what leaves, what is drafted, what the record says."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.contacts.models import Post
from outreach.errors import NotFound, Refused
from outreach.journal import Entry, EntryValues
from outreach.letters import holding, leaving, register
from outreach.letters.models import Letter, LetterState
from tests.cast import CHAIR, DANA, NOON, RENE, kenya, society
from tests.letters.desk import Desk

ACT = {"by": DANA, "at": NOON}


def drafted(session: Session, desk: Desk, *posts: Post) -> list[Letter]:
    return register.find_all(session, desk.draft(session, desk.campaign(session, *posts)).new)


def last(session: Session) -> tuple[str, str, dict[str, object]]:
    entry = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert entry is not None
    side = session.get(EntryValues, entry.seq)
    assert side is not None
    return entry.verb, entry.subject, side.values()


def test_a_letter_that_is_held_does_not_leave_though_it_is_approved_until_it_is_released(session: Session, desk: Desk) -> None:
    (letter,) = drafted(session, desk, society(session))
    holding.hold(session, letter, "  a letter of thanks is out ", **ACT)
    assert last(session) == ("held", f"letter {letter.reference}", {"because": "a letter of thanks is out"})
    desk.approve(session, letter)
    reasons = leaving.reasons_to_stay(session, [letter.id], needs_address=True)
    assert reasons == {letter.id: "held: a letter of thanks is out"}
    holding.release(session, letter, **ACT)
    assert leaving.reasons_to_stay(session, [letter.id], needs_address=True) == {}
    assert letter.state is LetterState.APPROVED
    assert last(session)[2] == {"held_because": "a letter of thanks is out"}


def test_holding_wants_a_reason_a_letter_that_is_here_and_somebody_who_drafts(session: Session, desk: Desk) -> None:
    (letter,) = drafted(session, desk, society(session))
    with pytest.raises(Refused, match="Say why"):
        holding.hold(session, letter, " ", **ACT)
    with pytest.raises(Refused, match="is not held"):
        holding.release(session, letter, **ACT)
    with pytest.raises(Refused):
        holding.hold(session, letter, "why", by=RENE, at=NOON)
    letter.state = LetterState.ACCEPTED
    with pytest.raises(Refused, match="accepted and can no longer be held"):
        holding.hold(session, letter, "why", **ACT)


def test_letters_that_are_held_are_listed_with_the_reason(session: Session, desk: Desk) -> None:
    first, _second = drafted(session, desk, society(session), society(session, "two-net", "two.example"))
    holding.hold(session, first, "waits", **ACT)
    assert [(one["reference"], one["held"]) for one in register.listed(session, held=True)] == [(first.reference, "waits")]
    assert len(list(register.listed(session))) == 2


def test_who_is_left_out_is_not_drafted_and_is_again_when_taken_in(session: Session, desk: Desk) -> None:
    first, second = society(session), society(session, "two-net", "two.example")
    campaign = desk.campaign(session, first, second)
    assert holding.leave_out(session, campaign, first, "written to by telephone", **ACT) is None
    assert last(session)[2] == {"post": first.key, "because": "written to by telephone"}
    assert planning.count_addressees(session, campaign) == 1
    assert [number for _campaign, number in planning.listed(session)] == [1]
    assert len(desk.draft(session, campaign).new) == 1
    with pytest.raises(Refused, match="left out of wsis20-input already: written to by telephone"):
        holding.leave_out(session, campaign, first, "again", **ACT)
    row = planning.addressee(session, campaign, first)
    planning.take_in(session, row, **ACT)
    assert last(session)[:2] == ("taken in", "campaign wsis20-input")
    assert len(desk.draft(session, campaign).new) == 1
    with pytest.raises(Refused, match="is not left out"):
        planning.take_in(session, row, **ACT)


def test_the_letter_of_who_is_left_out_is_cancelled_with_the_reason(session: Session, desk: Desk) -> None:
    post = society(session)
    (letter,) = drafted(session, desk, post)
    assert letter.campaign
    assert holding.leave_out(session, letter.campaign, post, "covered by another letter", **ACT) is letter
    assert letter.state is LetterState.CANCELLED
    assert letter.cancelled_because == f"{post.key} is left out of wsis20-input: covered by another letter"


def test_only_an_approver_leaves_out_whose_letter_is_approved(session: Session, desk: Desk) -> None:
    post = society(session)
    (letter,) = drafted(session, desk, post)
    assert letter.campaign
    desk.approve(session, letter)
    point = session.begin_nested()
    with pytest.raises(Refused, match="cancel an approved letter"):
        holding.leave_out(session, letter.campaign, post, "covered", **ACT)
    point.rollback()
    holding.leave_out(session, letter.campaign, post, "covered", by=CHAIR, at=NOON)
    assert letter.state is LetterState.CANCELLED


def test_nobody_is_left_out_without_a_reason_after_the_letter_left_or_from_a_joint_letter(session: Session, desk: Desk) -> None:
    first, second, third = society(session), society(session, "two-net", "two.example"), kenya(session)
    campaign = desk.campaign(session, first, second)
    for post in (first, second):
        planning.personalise(session, planning.addressee(session, campaign, post), {"joint": "both"}, {}, **ACT)
    (reference,) = desk.draft(session, campaign).new
    letter = register.find(session, reference)
    with pytest.raises(Refused, match="is to others as well"):
        holding.leave_out(session, campaign, first, "why", **ACT)
    with pytest.raises(NotFound, match="not among the addressees"):
        holding.leave_out(session, campaign, third, "why", **ACT)
    letter.state = LetterState.ACCEPTED
    with pytest.raises(Refused, match="accepted and can no longer be left out of wsis20-input"):
        holding.leave_out(session, campaign, first, "why", **ACT)
    letter.state = LetterState.CANCELLED
    with pytest.raises(Refused, match="Say why"):
        holding.leave_out(session, campaign, first, " ", **ACT)
