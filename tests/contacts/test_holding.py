"""Who holds a post when: handing over, whatever the order in which the office learns of it, and confirming."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from outreach import schema
from outreach.contacts import confirming, editing, finding, handing_over
from outreach.contacts.addressing import reach
from outreach.contacts.finding import Filter
from outreach.contacts.handing_over import Handover
from outreach.contacts.holding import addressed
from outreach.contacts.models import Holder, OrganisationKind, Post, StakeholderGroup
from outreach.errors import Invalid, OutreachError, Refused
from outreach.journal import START, HeadRow
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.contacts.test_editing import last

TODAY = NOON.date()
ACT = {"by": DANA, "at": NOON}
A_DAY = timedelta(days=1)


def hand_over(session: Session, post: Post, name: str, on: date, **options: object) -> Handover:
    given = {"full_name": name, "today": TODAY, **ACT, **options}
    return handing_over.hand_over(session, post, on=on, **given)  # type: ignore[arg-type]


def times(post: Post) -> list[tuple[str, date | None, date | None]]:
    return [(holder.person.full_name, holder.from_date, holder.to_date) for holder in post.holders]


def test_one_holder_follows_another_without_a_day_between(session: Session) -> None:
    post = society(session)
    done = hand_over(session, post, "Max New", TODAY, family_name="New", gender="male", source="note of 20 January")
    assert times(post) == [("Li Example", None, TODAY - A_DAY), ("Max New", TODAY, None)]
    assert [holder.person.full_name for holder in done.ended] == ["Li Example"]
    assert (done.holder.confirmed_on, done.holder.source) == (TODAY, "note of 20 January")
    verb, subject, values = last(session)
    assert (verb, subject) == ("handed over", f"person {done.holder.person_id} at {post.key}")
    assert values["ended"] == [f"person {post.holders[0].person_id} at {post.key}"], "nobody but the new one is named"


def test_a_letter_takes_the_holder_of_its_own_date_also_a_later_one(session: Session) -> None:
    post = society(session)
    hand_over(session, post, "Max New", TODAY + 30 * A_DAY)
    names = []
    for days in (0, 29, 30):
        [found] = reach(session, [post.id], on=TODAY + days * A_DAY, stale_after=180)
        assert found.holder is not None
        names.append(found.holder.full_name)
    assert names == ["Li Example", "Li Example", "Max New"]


def test_a_charge_stands_in_between_two_heads(session: Session) -> None:
    post = kenya(session)
    hand_over(session, post, "Amina Head", date(2024, 1, 1), rank="ambassador")
    charge = hand_over(session, post, "Ben Between", date(2025, 3, 1), charge=True).holder
    hand_over(session, post, "Cleo Head", date(2025, 4, 15), rank="ambassador")
    assert (charge.rank, charge.in_charge) == ("charge", True)
    assert times(post) == [
        ("Amina Head", date(2024, 1, 1), date(2025, 2, 28)),
        ("Ben Between", date(2025, 3, 1), date(2025, 4, 14)),
        ("Cleo Head", date(2025, 4, 15), None),
    ]


def test_who_stands_in_until_a_day_ends_nobody(session: Session) -> None:
    post = society(session)
    done = hand_over(session, post, "Dee Puty", TODAY, charge=True, until=TODAY + 9 * A_DAY)
    assert done.ended == []
    found = [finding.holder_on(post, TODAY + days * A_DAY) for days in (-1, 0, 9, 10)]
    assert [one and one.person.full_name for one in found] == ["Li Example", "Dee Puty", "Dee Puty", "Li Example"]


def test_what_is_learnt_late_leaves_the_later_one_where_it_is(session: Session) -> None:
    post = society(session)
    hand_over(session, post, "Later", TODAY + 30 * A_DAY)
    hand_over(session, post, "Between", TODAY + 10 * A_DAY)
    assert times(post)[1:] == [
        ("Later", TODAY + 30 * A_DAY, None),
        ("Between", TODAY + 10 * A_DAY, TODAY + 29 * A_DAY),
    ]
    assert post.holders[0].to_date == TODAY + 9 * A_DAY


def test_somebody_recorded_for_that_very_day_is_corrected(session: Session) -> None:
    post = society(session)
    hand_over(session, post, "Wrong Name", TODAY)
    hand_over(session, post, "Right Name", TODAY)
    assert not post.holders[1].is_ever()
    assert finding.holder_on(post, TODAY) is post.holders[2]
    assert finding.holder_on(post, TODAY - A_DAY) is post.holders[0], "and the one before ended once"


def test_who_comes_back_is_the_same_person_with_what_is_said_anew(session: Session) -> None:
    post = society(session)
    hand_over(session, post, "Max New", TODAY)
    again = hand_over(session, post, "EXAMPLE Li", TODAY + 9 * A_DAY, salutation="Dear Li,").holder
    assert again.person is post.holders[0].person
    assert again.person.salutation == "Dear Li,"


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("Li Example", {}, "holds .* on 2025-01-27 already; confirm that instead"),
        ("Max New", {"until": TODAY}, "Only somebody who stands in does so until a day"),
        ("Max New", {"charge": True, "until": TODAY - A_DAY}, "is before the first"),
        ("", {}, "A holder needs a name"),
        ("Max New", {"gender": "Mx"}, "gender: 'Mx' is no gender"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    session: Session, name: str, options: dict[str, object], sentence: str
) -> None:
    post = society(session)
    with pytest.raises(OutreachError, match=sentence):
        hand_over(session, post, name, TODAY, **options)
    assert times(post) == [("Li Example", None, None)]


def test_two_do_not_stand_in_at_once(session: Session) -> None:
    post = society(session)
    hand_over(session, post, "Dee Puty", TODAY, charge=True, until=TODAY + 9 * A_DAY)
    with pytest.raises(Refused, match=r"stands in for .* already between"):
        hand_over(session, post, "Second", TODAY + 9 * A_DAY, charge=True, until=TODAY + 20 * A_DAY)
    with pytest.raises(Refused, match="correct that time first"):
        hand_over(session, post, "Third", TODAY - 9 * A_DAY, charge=True)


def test_a_reader_hands_nothing_over(session: Session) -> None:
    with pytest.raises(Refused, match="may not edit contacts"):
        hand_over(session, society(session), "Max New", TODAY, by=RENE)


# --- whatever the order in which the office learns of it

DAYS = st.integers(0, 40)
ACTS = st.lists(
    st.tuples(st.sampled_from("ABCD"), DAYS, st.sampled_from(["head", "charge", "stand-in"]), st.integers(0, 10)), max_size=8
)
FIRST = date(2025, 1, 1)


@pytest.fixture(scope="module")
def memory() -> Engine:
    """A database in memory, for many short examples."""
    engine = create_engine("sqlite://")
    schema.METADATA.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(HeadRow(id=1, count=0, hash=START))
    return engine


def numbers_on(post: Post, day: date) -> tuple[int, int]:
    present = [holder for holder in post.holders if holder.holds_on(day)]
    return sum(not holder.in_charge for holder in present), sum(holder.in_charge for holder in present)


@settings(max_examples=50)
@given(acts=ACTS)
def test_after_any_handovers_one_is_in_charge_a_day_and_no_gap_is_invented(
    memory: Engine, acts: list[tuple[str, int, str, int]]
) -> None:
    calendar = [FIRST + day * A_DAY for day in range(-2, 60)]
    with Session(memory) as session:
        post = kenya(session)
        for name, start, how, lasts in acts:
            held = {day for day in calendar if any(numbers_on(post, day))}
            on = FIRST + start * A_DAY
            options = {"charge": how != "head", "until": on + lasts * A_DAY if how == "stand-in" else None}
            try:
                done = hand_over(session, post, name, on, **options)
            except Refused:
                session.expire_all()
                continue
            heads, charges = zip(*(numbers_on(post, day) for day in calendar), strict=True)
            assert max(heads) <= 1
            assert max(charges) <= 1
            assert all(any(numbers_on(post, day)) for day in held), "whoever was there is followed"
            assert done.holder.holds_on(on)
        session.flush()
        for day in {FIRST + start * A_DAY for _, start, _, _ in acts}:
            by_rule = finding.holder_on(post, day)
            in_sql = session.scalars(select(Holder).where(Holder.post_id == post.id, addressed(day))).all()
            assert in_sql == ([by_rule] if by_rule else []), "a query finds whom the rule names"


# --- confirming


def test_several_are_confirmed_at_once_and_a_younger_confirmation_stays(session: Session) -> None:
    one, two = society(session, "one"), society(session, "two", "two.example")
    one.holders[0].confirmed_on = TODAY - 300 * A_DAY
    day = TODAY - A_DAY
    count = confirming.confirm(session, [one.id, two.id], on=day, today=TODAY, source="by telephone", **ACT)
    session.expire_all()
    assert count == 1
    assert [post.holders[0].confirmed_on for post in (one, two)] == [day, TODAY]
    verb, subject, values = last(session)
    assert (verb, subject, values["source"]) == ("confirmed", "2 holders", "by telephone")
    assert values["posts"] == [one.key, two.key]


def test_all_are_confirmed_or_none(session: Session) -> None:
    held, vacant = society(session), kenya(session)
    before = held.holders[0].confirmed_on
    with pytest.raises(Refused, match=f"Nobody is recorded as holding {vacant.key} on 2025-01-27; nothing was confirmed"):
        confirming.confirm(session, [held.id, vacant.id], on=TODAY, today=TODAY, **ACT)
    with pytest.raises(Invalid, match="is still to come"):
        confirming.confirm(session, [held.id], on=TODAY + A_DAY, today=TODAY, **ACT)
    session.expire_all()
    assert held.holders[0].confirmed_on == before


def test_a_selection_is_confirmed_only_with_its_exact_number(session: Session) -> None:
    society(session)
    kenya(session)
    found = confirming.fitting(session, Filter(group=StakeholderGroup.TECHNICAL_COMMUNITY), on=TODAY)
    assert confirming.exactly(found, 1) == found
    for count, said in ((2, "1 posts with a holder fit and 2 was given"), (None, "no number was given")):
        with pytest.raises(Refused, match=said):
            confirming.exactly(found, count)
    with pytest.raises(Refused, match="Nobody is recorded as holding a post that fits"):
        confirming.exactly(confirming.fitting(session, Filter(group=StakeholderGroup.GOVERNMENT), on=TODAY), 0)


def test_a_selection_may_be_of_one_seat(session: Session) -> None:
    owner = society(session).organisation
    assert owner.kind is OrganisationKind.ORGANISATION
    geneva = editing.add_post(session, owner, kind="liaison", seat="geneva", **ACT)
    hand_over(session, geneva, "Gen Eva", TODAY)
    assert confirming.fitting(session, Filter(seat="geneva"), on=TODAY) == [geneva.id]


def test_holders_not_confirmed_for_long_are_found(session: Session) -> None:
    fresh, stale, never = (society(session, key, f"{key}.example") for key in ("fresh", "stale", "never"))
    stale.holders[0].confirmed_on = TODAY - 181 * A_DAY
    never.holders[0].confirmed_on = None
    vacant = kenya(session)
    session.flush()
    posts = [never.id, vacant.id, fresh.id, stale.id]
    found = confirming.unconfirmed(session, posts, on=TODAY, stale_after=180)
    assert [(one.key, one.confirmed_on) for one in found] == [(never.key, None), (stale.key, TODAY - 181 * A_DAY)]
    confirming.must_be_counted(found, 2, stale_after=180, act="drafted")
    with pytest.raises(Refused, match="2 holders are not confirmed for 180 days, and 1 was given; nothing was drafted"):
        confirming.must_be_counted(found, 1, stale_after=180, act="drafted")


def test_of_two_at_once_the_query_agrees_with_the_rule(session: Session) -> None:
    post = society(session)
    for name, start, in_charge in (("B", None, False), ("C", TODAY, True), ("D", TODAY, False), ("E", TODAY, True)):
        other = society(session, name.lower(), f"{name}.example").holders[0].person
        session.add(Holder(post=post, person=other, from_date=start, in_charge=in_charge))
    session.flush()
    session.refresh(post)
    for kept in combinations(post.holders, 3):
        for holder in post.holders:
            holder.to_date = None if holder in kept else date(2000, 1, 1)
        session.flush()
        [found] = session.scalars(select(Holder).where(Holder.post_id == post.id, addressed(TODAY)))
        assert found is finding.holder_on(post, TODAY)
        [read] = reach(session, [post.id], on=TODAY, stale_after=1)
        assert read.holder_id == found.id
