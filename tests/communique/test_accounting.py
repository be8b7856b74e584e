"""Nothing that came in is unaccounted for, to the last paragraph, and what is counted by theme and group adds up."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from outreach.communique import accounting
from outreach.communique.models import WordingSource
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.inputs import setting_aside
from outreach.inputs.coverage import Account
from outreach.inputs.models import AttributionLevel
from tests.cast import DANA, NOON
from tests.communique.world import CIVIL, GOVERNMENT, TECHNICAL, World

LATER = NOON.replace(hour=23)


def test_before_anything_is_drafted_answers_need_only_be_coded(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    found = accounting.ledger(world.session)
    assert found.complete
    world.answer(world.organisation("Birch Net"), "Unread words.")
    found = accounting.ledger(world.session)
    assert (len(found.open), found.unused, found.complete) == (1, (), False)


def test_a_coded_answer_that_no_paragraph_rests_on_is_unaccounted_for_until_it_is_set_aside(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    passage = world.said(world.organisation("Birch Net"), "Fund it.")
    world.draft()
    assert accounting.ledger(world.session).complete
    world.session.execute(delete(WordingSource).where(WordingSource.passage_id == passage.id))
    world.session.expire_all()
    found = accounting.ledger(world.session)
    assert found.unused == (passage.text.response_id,)
    assert found.use(passage.text.response_id) == "unused"
    setting_aside.set_aside(world.session, passage.text.response, "off the point", by=DANA, at=NOON)
    assert accounting.ledger(world.session).unused == ()


def test_what_may_not_appear_is_held_and_not_missing(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    passage = world.said(world.organisation("Birch Net"), "Fund it.", AttributionLevel.CONFIDENTIAL)
    world.draft()
    found = accounting.ledger(world.session)
    assert found.use(passage.text.response_id) == "held"
    assert found.complete


def test_a_paragraph_without_a_source_is_named(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    row = next(row for row in version.wordings if row.sources and "counts:" in row.basis)
    row.basis = "people"
    world.session.execute(delete(WordingSource).where(WordingSource.wording_id == row.id))
    world.session.flush()
    world.session.expire_all()
    [place] = accounting.ledger(world.session).unfounded
    assert place.startswith("wsis20 version 1, paragraph ")


def test_themes_are_counted_by_group_and_a_single_voice_is_told(world: World) -> None:
    kenya = world.organisation("Kenya", GOVERNMENT, region=RegionalGroup.AFRICAN)
    world.said(kenya, "Make it last. ", AttributionLevel.ATTRIBUTED, "wsis20-mandate", "wsis20-youth")
    world.said(kenya, "Hear the young.", AttributionLevel.ATTRIBUTED, "wsis20-youth")
    world.said(world.organisation("Alder Net"), "Last it should.", None)
    found = accounting.balance(world.session)
    lines = {line.code: line for line in found.lines}
    assert (lines["wsis20-youth"].answers, lines["wsis20-youth"].single) == (2, True)
    mandate = lines["wsis20-mandate"].groups
    assert (mandate[GOVERNMENT], mandate[RegionalGroup.AFRICAN], mandate[TECHNICAL]) == (1, 1, 1)
    assert [line.code for line in found.single] == ["wsis20-youth"]
    assert found.total.answers == 3


CHOICES = st.tuples(
    st.sampled_from([(GOVERNMENT, RegionalGroup.WEOG), (TECHNICAL, None), (CIVIL, None), None]),
    st.lists(st.sampled_from(["wsis20-mandate", "wsis20-youth", "wsis20-ai", "iww-4"]), max_size=3, unique=True),
    st.sampled_from([None, AttributionLevel.ATTRIBUTED, AttributionLevel.CONFIDENTIAL]),
    st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(st.lists(CHOICES, min_size=1, max_size=5), st.booleans())
def test_coverage_adds_up(
    world: World, answers: list[tuple[object, list[str], AttributionLevel | None, bool]], drafted: bool
) -> None:
    assert world.campaign
    with world.session.begin_nested() as trial:
        for n, (group, codes, level, aside) in enumerate(answers):
            of = world.organisation(f"Body {n}", group[0], region=group[1]) if isinstance(group, tuple) else None
            text = world.answer(of, f"Words number {n}.", level)
            if codes:
                world.mark(text, "Words number", *codes)
            if aside:
                setting_aside.set_aside(world.session, text.response, "twice", by=DANA, at=NOON)
        if drafted and any(codes and level == "attributed" and not aside for _, codes, level, aside in answers):
            world.draft()
        found, spread = accounting.ledger(world.session), accounting.balance(world.session)
        assert sum(found.coverage.count(account) for account in Account) == len(found.coverage.rows) == len(answers)
        uses = Counter(found.use(row.response_id) for row in found.coverage.rows if row.account is Account.CODED)
        assert uses.total() == found.coverage.count(Account.CODED)
        assert uses["unused"] == 0
        for line in (*spread.lines, spread.total):
            assert sum(line.groups[group] for group in (*StakeholderGroup, None)) == line.answers
            assert 1 <= line.contributors <= line.answers or not line.answers
        in_use = {n for n, (_, codes, _, aside) in enumerate(answers) if codes and not aside}
        assert spread.total.answers == len(in_use)
        trial.rollback()
    world.session.expire_all()
