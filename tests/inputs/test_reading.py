"""A text laid out for reading loses and adds no code point, whatever covers what."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from outreach.inputs import reading
from outreach.inputs.coding import Span

TEXTS = st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("ab .\r\n\u0301\U0001f600。")))
PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=6)


def whole(content: str) -> Span:
    return Span(0, len(content))


@given(TEXTS, st.integers(1, 20))
def test_the_parts_of_a_text_are_the_text(content: str, size: int) -> None:
    parts = reading.parts(content, size)
    assert "".join(content[part.start : part.end] for part in parts) == content
    assert all(part.end - part.start <= size for part in parts)


@given(TEXTS, PLACES, st.integers(1, 40))
def test_each_code_point_stands_in_one_segment_with_exactly_the_passages_that_cover_it(
    content: str, places: list[tuple[int, int]], size: int
) -> None:
    spans = [(number, Span(start, min(start + length, len(content)))) for number, (start, length) in enumerate(places)]
    spans = [(number, span) for number, span in spans if span.start < span.end]
    laid = [segment for part in reading.parts(content, size) for segment in reading.segments(content, part, spans)]
    assert "".join(segment.words for segment in laid) == content
    for segment in laid:
        for place in range(segment.start, segment.start + len(segment.words)):
            assert set(segment.passages) == {number for number, span in spans if span.start <= place < span.end}


def test_a_passage_is_announced_where_it_begins_and_again_where_a_part_begins_within_it() -> None:
    content = "first line\nsecond line"
    parts = reading.parts(content, 12)
    laid = [reading.segments(content, part, [(7, Span(6, 17))]) for part in parts]
    assert [(segment.words, segment.beginning) for part in laid for segment in part] == [
        ("first ", ()),
        ("line\n", (7,)),
        ("second", (7,)),
        (" line", ()),
    ]


def test_sentences_end_at_stops_and_lines_in_any_script() -> None:
    content = 'The IGF matters. "Really?" Yes!\r\n\r\n- One item\nهل هذا صحيح؟ نعم。对。好'
    found = [content[span.start : span.end] for span in reading.sentences(content, whole(content))]
    assert found == ["The IGF matters.", '"Really?"', "Yes!", "- One item", "هل هذا صحيح؟", "نعم。", "对。", "好"]


@given(TEXTS)
def test_sentences_hold_all_words_in_order_and_no_white_space_at_their_ends(content: str) -> None:
    spans = reading.sentences(content, whole(content))
    said = [content[span.start : span.end] for span in spans]
    assert "".join("".join(said).split()) == "".join(content.split())
    assert all(each == each.strip() for each in said)
    assert all(one.end <= two.start for one, two in pairwise(spans))


def test_the_part_in_which_a_place_lies_is_found() -> None:
    parts = reading.parts("x" * 25, 10)
    assert [reading.part_with(parts, place) for place in (0, 9, 10, 24, 99)] == [1, 1, 2, 3, 3]
