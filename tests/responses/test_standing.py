"""The numbers of a campaign: every letter counts once, and the parts add up to the whole."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.contacts.models import Channel, Post
from outreach.database import connect, office_url
from outreach.errors import NotFound
from outreach.letters.models import Letter, LetterRelation, LetterState, RelationKind
from outreach.responses import closing, standing, taking_in
from outreach.responses.models import Response, ResponseKind, ResponseLetter, ResponseState
from outreach.responses.standing import Standing, Tally
from tests.cast import DANA, NOON, kenya, society
from tests.responses.building import campaign, letter, mail

TODAY = NOON.date()
PAST, FUTURE = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def came(session: Session, kind: ResponseKind, *letters: Letter, state: ResponseState = ResponseState.RECEIVED) -> None:
    answers = [ResponseLetter(letter=each, reason="", confidence=100, matched_by="") for each in letters]
    made = {"channel": Channel.EMAIL, "received_on": TODAY, "logged_by": DANA.name, "logged_at": NOON}
    session.add(Response(kind=kind, state=state, answers=answers, **made))
    session.flush()


def total(session: Session, slug: str = "value-of-the-igf", today: date = TODAY) -> Tally:
    (found,) = standing.standings(session, today=today, slug=slug)
    return found.total


@pytest.mark.parametrize(
    ("state", "kinds", "where"),
    [
        (LetterState.DRAFT, [], Standing.DRAFT),
        (LetterState.APPROVED, [], Standing.APPROVED),
        (LetterState.CANCELLED, [], Standing.CANCELLED),
        (LetterState.DEFERRED, [], Standing.UNDELIVERED),
        (LetterState.ACCEPTED, [], Standing.SILENT),
        (LetterState.ACCEPTED, ["acknowledgement"], Standing.ACKNOWLEDGED),
        (LetterState.ACCEPTED, ["acknowledgement", "question"], Standing.QUESTION),
        (LetterState.ACCEPTED, ["unread", "acknowledgement"], Standing.UNREAD),
        (LetterState.ACCEPTED, ["decline", "unread"], Standing.DECLINED),
        (LetterState.ACCEPTED, ["decline", "substantive", "substantive"], Standing.ANSWERED),
        (LetterState.UNKNOWN, ["substantive"], Standing.ANSWERED),
    ],
)
def test_a_letter_counts_once_under_what_says_most(
    session: Session, state: LetterState, kinds: list[str], where: Standing
) -> None:
    sent = letter(session, kenya(session), state=state, part_of=campaign(session))
    for kind in kinds:
        came(session, ResponseKind(kind), sent)
    assert total(session).counts == {where: 1}


@pytest.mark.parametrize("state", [ResponseState.SUPERSEDED, ResponseState.WITHDRAWN])
def test_a_response_no_longer_in_force_answers_nothing(session: Session, state: ResponseState) -> None:
    sent = letter(session, kenya(session), part_of=campaign(session))
    came(session, ResponseKind.SUBSTANTIVE, sent, state=state)
    assert total(session).counts == {Standing.SILENT: 1}


@pytest.mark.parametrize(
    ("kind", "overdue"), [(None, 1), ("acknowledgement", 1), ("question", 1), ("unread", 1), ("decline", 0), ("substantive", 0)]
)
def test_what_does_not_close_a_letter_leaves_it_overdue(session: Session, kind: str | None, overdue: int) -> None:
    sent = letter(session, kenya(session), part_of=campaign(session, deadline=PAST))
    if kind:
        came(session, ResponseKind(kind), sent)
    assert total(session).overdue == overdue


def test_a_letter_is_overdue_from_the_day_after_its_deadline(session: Session) -> None:
    letter(session, kenya(session), part_of=campaign(session, deadline=TODAY))
    assert (total(session).overdue, total(session, today=FUTURE).overdue) == (0, 1)


def test_an_addressees_own_deadline_goes_before_the_campaigns(session: Session) -> None:
    part_of = campaign(session, deadline=PAST)
    letter(session, kenya(session), part_of=part_of, deadline=FUTURE)
    letter(session, society(session), part_of=part_of, deadline=PAST - timedelta(days=9))
    assert total(session).overdue == 1


@pytest.mark.parametrize("state", [LetterState.DRAFT, LetterState.APPROVED, LetterState.CANCELLED, LetterState.REFUSED])
def test_a_letter_that_has_not_arrived_is_never_overdue(session: Session, state: LetterState) -> None:
    letter(session, kenya(session), state=state, part_of=campaign(session, deadline=PAST))
    assert total(session).overdue == 0


def corrected(session: Session, state: LetterState) -> tuple[Letter, Letter]:
    """A letter that left, and its correction in `state`, of the same campaign."""
    post = kenya(session)
    sent = letter(session, post, state=LetterState.ACCEPTED, part_of=campaign(session))
    correction = letter(session, post, state=state)
    correction.campaign = sent.campaign
    session.add(LetterRelation(letter_id=correction.id, other_id=sent.id, kind=RelationKind.CORRECTS))
    session.flush()
    return sent, correction


def test_a_correction_that_left_counts_with_the_letter_that_it_corrects(session: Session) -> None:
    sent, correction = corrected(session, LetterState.DRAFT)
    assert total(session).counts == {Standing.SILENT: 1, Standing.DRAFT: 1}
    correction.state = LetterState.ACCEPTED
    session.flush()
    assert total(session).counts == {Standing.SILENT: 1}
    assert list(session.scalars(standing.letters_at([Standing.SILENT]))) == [sent.id]


def test_what_answers_a_correction_answers_the_letter_that_it_corrects(session: Session) -> None:
    sent, correction = corrected(session, LetterState.ACCEPTED)
    came(session, ResponseKind.SUBSTANTIVE, correction)
    assert total(session).counts == {Standing.ANSWERED: 1}
    assert list(session.scalars(standing.letters_at([Standing.ANSWERED]))) == [sent.id]
    assert sent.id in closing.closed(session, [sent.id])


def test_letters_are_split_by_groups_and_a_joint_one_stands_apart(session: Session) -> None:
    part_of, nairobi, open_net = campaign(session), kenya(session), society(session)
    for posts in ([nairobi], [open_net], [nairobi, open_net]):
        sent = letter(session, *posts)
        sent.campaign = part_of
    session.flush()
    (found,) = standing.standings(session, today=TODAY, slug=part_of.slug)
    groups = {name: tally.letters for name, tally in found.by_group.items()}
    regions = {name: tally.letters for name, tally in found.by_region.items()}
    assert groups == {"government": 1, "technical-community": 1, "several": 1}
    assert regions == {"african": 1, "none": 1, "several": 1}
    (bare,) = standing.standings(session, today=TODAY, slug=part_of.slug, parts=False)
    assert (bare.total, bare.by_group, bare.by_region) == (found.total, {}, {})


def test_waiting_mail_counts_with_the_letter_that_it_may_answer(session: Session, tmp_path: Path) -> None:
    letter(session, society(session), part_of=campaign(session))
    located = [("1.eml", mail()), ("2.eml", mail("li@stranger.example"))]
    list(taking_in.take_in(session, Archive(tmp_path), located, by=DANA, at=NOON, own_addresses=()))
    (found,) = standing.standings(session, today=TODAY)
    assert found.waiting_mail == 1


def test_letters_without_a_campaign_are_counted_apart(session: Session) -> None:
    campaign(session)
    letter(session, kenya(session))
    found = standing.standings(session, today=TODAY)
    assert [(each.slug, each.total.letters) for each in found] == [("value-of-the-igf", 0), ("", 1)]


def test_an_unknown_campaign_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="There is no campaign 'nothing'"):
        standing.standings(session, today=TODAY, slug="nothing")


LETTERS = st.lists(
    st.tuples(
        st.sampled_from(LetterState),
        st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=2, unique=True),
        st.sampled_from([None, PAST, TODAY, FUTURE]),
        st.sampled_from(["one", "two", None]),
    ),
    max_size=8,
)
CAME = st.lists(
    st.tuples(st.sampled_from(ResponseKind), st.sampled_from(ResponseState), st.sets(st.integers(0, 7))), max_size=8
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=LETTERS, responses=CAME)
def test_the_numbers_add_up(
    empty_sqlite: Path,
    letters: list[tuple[LetterState, list[int], date | None, str | None]],
    responses: list[tuple[ResponseKind, ResponseState, set[int]]],
) -> None:
    engine = connect(office_url(f"sqlite:///{empty_sqlite}", Path()))
    with Session(engine) as session:
        made = made_letters(session, letters)
        for kind, state, numbers in responses:
            came(session, kind, *(made[number] for number in numbers if number < len(made)), state=state)
        found = standing.standings(session, today=TODAY)
        bare = standing.standings(session, today=TODAY, parts=False)
        overdue = session.scalars(standing.letters_at(standing.OPEN, today=TODAY)).all()
    engine.dispose()
    assert [each.total for each in bare] == [each.total for each in found]
    assert len(set(overdue)) == len(overdue) == sum(each.total.overdue for each in found)
    assert sum(each.total.letters for each in found) == len(letters)
    for each in found:
        assert_adds_up(each)
    counted = sum((Counter(each.total.counts) for each in found), Counter[Standing]())
    stands = [expected(number, state, responses) for number, (state, *_) in enumerate(letters)]
    assert counted == Counter(stands)
    open_past_due = [
        day == PAST and where in standing.OPEN for (_, _, day, slug), where in zip(letters, stands, strict=True) if slug
    ]
    assert sum(each.total.overdue for each in found) == sum(open_past_due)


def expected(number: int, state: LetterState, responses: list[tuple[ResponseKind, ResponseState, set[int]]]) -> Standing:
    """Where a letter stands, said in another way."""
    kinds = {kind for kind, stands, numbers in responses if number in numbers and stands in {"received", "late"}}
    words = {
        "substantive": Standing.ANSWERED,
        "decline": Standing.DECLINED,
        "unread": Standing.UNREAD,
        "question": Standing.QUESTION,
        "acknowledgement": Standing.ACKNOWLEDGED,
    }
    for kind, where in words.items():
        if kind in kinds:
            return where
    at_home = {
        "draft": Standing.DRAFT,
        "approved": Standing.APPROVED,
        "placed": Standing.PLACED,
        "cancelled": Standing.CANCELLED,
    }
    return at_home.get(state, Standing.SILENT if state == "accepted" else Standing.UNDELIVERED)


def made_letters(session: Session, letters: list[tuple[LetterState, list[int], date | None, str | None]]) -> list[Letter]:
    posts: list[Post] = [kenya(session), society(session), society(session, "other-net", "other-net.example")]
    wanted = {(slug, day) for _, _, day, slug in letters if slug}
    campaigns = {(slug, day): campaign(session, f"{slug}-{day}", day) for slug, day in wanted}
    made = []
    for state, numbers, day, slug in letters:
        made.append(letter(session, *(posts[number] for number in numbers), state=state))
        made[-1].campaign = campaigns[slug, day] if slug else None
    session.flush()
    return made


def assert_adds_up(found: standing.CampaignStanding) -> None:
    whole = found.total
    home = whole.of(Standing.DRAFT, Standing.APPROVED, Standing.PLACED, Standing.CANCELLED, Standing.UNDELIVERED)
    assert whole.letters == home + whole.sent
    assert whole.sent == whole.open + whole.of(Standing.ANSWERED, Standing.DECLINED)
    assert whole.overdue <= whole.open
    for parts in (found.by_group, found.by_region):
        summed: Counter[str] = Counter()
        for tally in parts.values():
            summed.update(tally.row())
        assert {name: summed[name] for name in whole.row()} == whole.row()


def test_the_letters_at_each_standing_are_as_many_as_were_counted(session: Session) -> None:
    part_of = campaign(session, deadline=PAST)
    posts = [society(session, f"society-{place}") for place in range(len(LetterState) + len(ResponseKind))]
    for post, state in zip(posts, LetterState, strict=False):
        letter(session, post, state=state, part_of=part_of)
    for post, kind in zip(posts[len(LetterState) :], ResponseKind, strict=True):
        came(session, kind, letter(session, post, part_of=part_of))
    found = total(session)
    for each in Standing:
        assert len(session.scalars(standing.letters_at([each])).all()) == found.of(each), each
    late = session.scalars(standing.letters_at(standing.OPEN, today=TODAY)).all()
    assert len(late) == found.overdue > 0
    assert standing.unread(session) == 1
    assert standing.together([found, found]).letters == 2 * found.letters
