"""A passage is exactly the words that were marked; its place never moves and its digest tells when they changed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs import codebook, coding
from outreach.inputs.models import InputText, Passage, Stance
from outreach.journal import Entry
from outreach.responses.models import Response, ResponseKind, ResponseState
from tests.cast import DANA, NOON, RENE
from tests.inputs.answers import answer, load_codebook, text_of

CONTENT = "The Forum should be permanent.\nIts  mandate\nmatters, 李明 said: “The Forum should last.” 🌍 Thank you."


@pytest.fixture
def text(session: Session, tmp_path: Path) -> InputText:
    load_codebook(session, tmp_path)
    return answer(session, CONTENT)


def mark(session: Session, text: InputText, start: int, end: int, *codes: str, **said: object) -> Passage:
    themes = codebook.find_all(session, codes or ["wsis20-mandate"])
    return coding.mark(session, text, start, end, themes, by=DANA, at=NOON, **said)  # type: ignore[arg-type]


def test_a_passage_gives_back_exactly_the_marked_words(session: Session, text: InputText) -> None:
    place = coding.find_words(text, "李明 said")
    assert coding.words(mark(session, text, place.start, place.end)) == "李明 said"


def test_words_are_found_across_line_ends_and_stand_as_received(session: Session, text: InputText) -> None:
    place = coding.find_words(text, "Its mandate matters")
    assert coding.words(mark(session, text, place.start, place.end)) == "Its  mandate\nmatters"


@pytest.mark.parametrize(("quote", "says"), [("The Forum should", "occur 2 times"), ("never said", "do not occur")])
def test_words_that_do_not_occur_exactly_once_are_refused(text: InputText, quote: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        coding.find_words(text, quote)


def test_overlapping_occurrences_are_counted(session: Session) -> None:
    with pytest.raises(Refused, match="occur 3 times"):
        coding.find_words(answer(session, "no no no no"), "no no")


def test_no_words_are_invalid(text: InputText) -> None:
    with pytest.raises(Invalid, match="Give the words"):
        coding.find_words(text, " \n")


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (4, 4), (5, 4), (0, 10_000)])
def test_a_place_outside_the_text_is_refused(session: Session, text: InputText, start: int, end: int) -> None:
    with pytest.raises(Invalid, match="is no span of it"):
        mark(session, text, start, end)


def test_white_space_alone_is_refused(session: Session, text: InputText) -> None:
    place = CONTENT.index("  mandate")
    with pytest.raises(Invalid, match="only white space"):
        mark(session, text, place, place + 2)


def test_the_same_span_and_theme_twice_add_nothing(session: Session, text: InputText) -> None:
    first = mark(session, text, 0, 30, stance=Stance.SUPPORTS)
    entries = session.scalar(select(func.count()).select_from(Entry))
    assert mark(session, text, 0, 31, stance=Stance.SUPPORTS).id == first.id
    assert session.scalar(select(func.count()).select_from(Entry)) == entries
    assert len(coding.passages(session)) == 1


def test_the_same_span_takes_further_themes_and_another_stance(session: Session, text: InputText) -> None:
    mark(session, text, 0, 30, stance=Stance.SUPPORTS, memo="clear")
    passage = mark(session, text, 0, 30, "wsis20-mandate", "wsis20-youth", stance=Stance.QUALIFIES, memo="on second reading")
    assert {row.theme.code: row.stance for row in passage.themes} == {
        "wsis20-mandate": Stance.QUALIFIES,
        "wsis20-youth": Stance.QUALIFIES,
    }
    assert passage.memo == "clear\non second reading"


def test_passages_may_overlap(session: Session, text: InputText) -> None:
    assert mark(session, text, 0, 30).id != mark(session, text, 4, 30).id


def test_altered_words_are_found(session: Session, text: InputText) -> None:
    passage = mark(session, text, 0, 30)
    session.execute(update(InputText).values(content=CONTENT.replace("should", "cannot")))
    session.refresh(text)
    with pytest.raises(coding.Altered, match=rf"passage {passage.id} \(response {text.response_id}\)"):
        coding.words(passage)


@pytest.mark.parametrize("state", [ResponseState.SUPERSEDED, ResponseState.WITHDRAWN])
def test_a_response_that_no_longer_stands_is_not_coded(session: Session, text: InputText, state: ResponseState) -> None:
    text.response.state = state
    with pytest.raises(Refused, match=f"is {state}"):
        mark(session, text, 0, 30)


def test_only_a_substantive_response_is_coded(session: Session, text: InputText) -> None:
    text.response.kind = ResponseKind.ACKNOWLEDGEMENT
    with pytest.raises(Refused, match="say first that it is substantive"):
        mark(session, text, 0, 30)


def test_a_reader_marks_nothing(session: Session, text: InputText) -> None:
    with pytest.raises(Refused, match="may not mark passages"):
        coding.mark(session, text, 0, 30, codebook.find_all(session, ["wsis20-ai"]), by=RENE, at=NOON)


def test_of_several_texts_one_must_be_named(session: Session, text: InputText) -> None:
    response = session.get_one(Response, text.response_id)
    assert coding.find_text(session, response).id == text.id
    other = text_of(session, response, "Annex", origin="annex.pdf")
    with pytest.raises(Refused, match=r"annex\.pdf.*say which"):
        coding.find_text(session, response)
    assert coding.find_text(session, response, other.id).content == "Annex"
    with pytest.raises(NotFound, match="has no text 99"):
        coding.find_text(session, response, 99)


def test_passages_are_listed_by_theme_and_by_response(session: Session, text: InputText) -> None:
    mine = mark(session, text, 0, 30, "wsis20-youth")
    other = mark(session, answer(session, "Something else entirely."), 0, 9, "wsis20-ai")
    assert [p.id for p in coding.passages(session)] == [mine.id, other.id]
    assert [p.id for p in coding.passages(session, theme=codebook.find(session, "wsis20-ai"))] == [other.id]
    assert [p.id for p in coding.passages(session, response=text.response)] == [mine.id]
    with pytest.raises(NotFound, match="no passage 99"):
        coding.find(session, 99)


@given(st.text(min_size=1), st.data())
def test_a_span_holds_the_marked_words_without_outer_white_space(content: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start + 1, len(content)))
    marked = content[start:end]
    from_word = start + len(marked) - len(marked.lstrip())
    ends = (from_word, from_word + len(marked.strip()))
    if not marked.strip() or any(coding.cuts_character(content, place) for place in ends):
        with pytest.raises(Invalid):
            coding.span_of(content, start, end)
        return
    span = coding.span_of(content, start, end)
    assert content[span.start : span.end] == marked.strip()
    assert coding.span_of(content, span.start, span.end) == span


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1))
def test_words_found_are_the_words_asked_for(parts: list[str]) -> None:
    content = " \n".join(parts)
    quote = " ".join(content.split())
    text = InputText(id=1, response_id=1, content=f"<<{content}>>")
    if not quote:
        return
    span = coding.find_words(text, f"<<{quote}>>" if content == content.strip() else quote)
    assert " ".join(text.content[span.start : span.end].split()).strip("<>") == quote.strip("<>")


def test_what_somebody_saw_selected_must_be_what_stands_there(session: Session, text: InputText) -> None:
    start = CONTENT.index("李明")
    assert coding.span_said(text, start - 1, start + 7, "李明 said") == coding.Span(start, start + 7)
    # Forms send line ends as CR LF, whatever stood in the text.
    assert coding.span_said(text, 31, 51, "Its  mandate\r\nmatters").start == 31
    with pytest.raises(Refused, match="select them again"):
        coding.span_said(text, start + 1, start + 8, "李明 said")


def test_a_theme_is_taken_off_and_the_last_one_stays(session: Session, text: InputText) -> None:
    passage = mark(session, text, 0, 30, "wsis20-mandate", "wsis20-youth", stance=Stance.SUPPORTS)
    mandate, youth = codebook.find_all(session, ["wsis20-mandate", "wsis20-youth"])
    assert coding.counts(session) == {mandate.id: 1, youth.id: 1}
    with pytest.raises(Refused, match="may not take themes off"):
        coding.take_off(session, passage, youth, by=RENE, at=NOON)
    coding.take_off(session, passage, youth, by=DANA, at=NOON)
    session.expire_all()
    assert [row.theme.code for row in coding.find(session, passage.id).themes] == ["wsis20-mandate"]
    assert coding.counts(session) == {mandate.id: 1}
    with pytest.raises(NotFound, match="does not stand under wsis20-youth"):
        coding.take_off(session, passage, youth, by=DANA, at=NOON)
    with pytest.raises(Refused, match="is the only theme of passage"):
        coding.take_off(session, passage, mandate, by=DANA, at=NOON)
    last = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert last is not None
    assert (last.verb, last.actor) == ("took a theme off", DANA.name)


def test_passages_are_read_a_page_at_a_time(session: Session, text: InputText) -> None:
    made = [mark(session, text, place, place + 3).id for place in (0, 4, 10)]
    theme = codebook.find(session, "wsis20-mandate")
    assert [each.id for each in coding.passages(session, theme=theme, offset=1, limit=1)] == made[1:2]


@pytest.mark.parametrize("quote", ["cafe", "\u0301 culture", "👩", "💻 work", "👍"])
def test_a_quote_does_not_find_a_letter_without_its_accent_nor_part_of_an_emoji(session: Session, quote: str) -> None:
    with pytest.raises(Refused, match="do not occur"):
        coding.find_words(answer(session, "The cafe\u0301 culture 👩\u200d💻 works 👍🏽."), quote)


def test_a_letter_is_found_beside_the_same_letter_with_an_accent(session: Session) -> None:
    assert coding.find_words(answer(session, "The cafe\u0301 is a cafe."), "cafe").start == 15


@pytest.mark.parametrize(("start", "end"), [(0, 4), (4, 7), (6, 7), (6, 8), (8, 9), (10, 11), (11, 12)])
def test_a_span_that_cuts_what_is_seen_as_one_character_is_refused(start: int, end: int) -> None:
    with pytest.raises(Invalid, match="cuts a letter from its accent, or an emoji in two"):
        coding.span_of("cafe\u0301 👩\u200d💻 ☎\ufe0f", start, end)


def test_whole_letters_and_whole_emoji_are_marked() -> None:
    content = "cafe\u0301 👩\u200d💻 ☎\ufe0f"
    assert coding.span_of(content, 0, 5) == coding.Span(0, 5)
    assert coding.span_of(content, 6, 9) == coding.Span(6, 9)
    assert coding.span_of(content, 10, 12) == coding.Span(10, 12)
