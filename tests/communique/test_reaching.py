"""How far answers have got: coded, drawn on, or still without word on who may be named."""

from outreach.communique import reaching
from outreach.inputs import setting_aside
from outreach.inputs.models import AttributionLevel, Passage
from outreach.responses.models import Response, ResponseKind, ResponseState
from tests.cast import DANA, NOON
from tests.communique.world import World


def answer_of(world: World, passage: Passage) -> Response:
    return world.session.get_one(Response, passage.text.response_id)


def test_an_answer_counts_as_coded_once_however_many_passages_it_has(world: World) -> None:
    assert reaching.coded(world.session) == {}
    text = world.answer(world.organisation("Cedar Net"), "One thing. Another thing.")
    assert reaching.coded(world.session) == {}
    world.mark(text, "One thing.")
    world.mark(text, "Another thing.")
    world.said(world.organisation("Open Union"), "A third thing.")
    assert reaching.coded(world.session) == {"wsis20-input": 2}
    assert world.session.scalars(reaching.letters_coded()).all() != []


def test_what_is_set_aside_or_no_answer_of_substance_is_not_coded(world: World) -> None:
    session = world.session
    passages = [world.said(world.organisation(f"Net {n}"), f"Words {n}.") for n in range(5)]
    setting_aside.set_aside(session, passages[0], "off the point", by=DANA, at=NOON)
    setting_aside.set_aside(session, answer_of(world, passages[1]), "sent twice", by=DANA, at=NOON)
    answer_of(world, passages[2]).state = ResponseState.WITHDRAWN
    answer_of(world, passages[3]).kind = ResponseKind.ACKNOWLEDGEMENT
    session.flush()
    assert reaching.coded(session) == {"wsis20-input": 1}
    setting_aside.take_back(session, passages[0], by=DANA, at=NOON)
    assert reaching.coded(session) == {"wsis20-input": 2}


def test_a_letter_is_drawn_on_once_a_version_rests_on_its_answer(world: World) -> None:
    world.said(world.organisation("Cedar Net"), "One thing.")
    assert reaching.drawn_on(world.session) == {}
    world.draft()
    assert reaching.drawn_on(world.session) == {"wsis20-input": 1}
    world.said(world.organisation("Open Union"), "Another thing.")
    assert reaching.drawn_on(world.session) == {"wsis20-input": 1}
    assert reaching.coded(world.session) == {"wsis20-input": 2}


def test_answers_without_word_on_who_may_be_named_are_counted(world: World) -> None:
    world.said(world.organisation("Cedar Net"), "One thing.")
    still_open = world.said(world.organisation("Open Union"), "Another thing.", None)
    assert reaching.open_attributions(world.session) == 1
    # A word on one passage says nothing of the others.
    world.allow(still_open.text, AttributionLevel.ATTRIBUTED, still_open)
    assert reaching.open_attributions(world.session) == 1
    answer_of(world, still_open).state = ResponseState.SUPERSEDED
    world.session.flush()
    assert reaching.open_attributions(world.session) == 0
