import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Invalid
from outreach.typesetting import Heading, Link, Style, Table, Text, printable, words
from outreach.typesetting.tree import Footnote, LineBreak, Strong
from tests.typesetting.trees import plain


def test_control_characters_are_dropped_and_line_ends_become_one_space():
    assert Text("a\x00b\x1bc\ufffed\r\n\te").text == "abcd e"


def test_a_broken_character_is_shown_as_broken_not_dropped():
    assert Text("caf\udce9").text == "caf\N{REPLACEMENT CHARACTER}"


def test_no_break_spaces_and_marks_of_direction_stay():
    kept = "a\N{NO-BREAK SPACE}b\N{NARROW NO-BREAK SPACE}c\N{RIGHT-TO-LEFT MARK}\N{ZERO WIDTH NON-JOINER}d"
    assert printable(kept) == kept


@given(st.text(st.characters()))
def test_cleaning_twice_changes_nothing_more(text):
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize("href", ["https://igf.example/a?b=1&c=2#d", "mailto:office@igf.example", "HTTPS://IGF.EXAMPLE"])
def test_a_link_leads_to_the_secure_web_or_to_mail(href):
    assert Link(plain("x"), href).href == href


@pytest.mark.parametrize(
    "href",
    [
        "http://igf.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//igf.example",
        "",
        'https://igf.example/" onclick="x',
        "https://igf.example/ x",
        "https://igf.example/\nx",
        "https://igf.example/\x00",
        "https://",
    ],
)
def test_a_link_to_anything_else_is_refused(href):
    with pytest.raises(Invalid, match="neither an https: nor a mailto:"):
        Link(plain("x"), href)


def test_a_table_with_a_short_row_is_refused():
    with pytest.raises(Invalid, match="header, which has 2"):
        Table((plain("a"), plain("b")), ((plain("c"),),))


def test_a_table_with_widths_that_do_not_fit_is_refused():
    with pytest.raises(Invalid, match="2 columns"):
        Table((plain("a"), plain("b")), (), (1, 0))


def test_a_heading_has_six_levels():
    with pytest.raises(Invalid, match="from 1 to 6, not 7"):
        Heading(7, plain("x"))


def test_the_words_of_a_line_leave_its_notes_out():
    assert words((Text("a"), LineBreak(), Strong(plain("b")), Footnote(plain("note")))) == "a b"


def test_a_style_without_a_time_zone_is_a_mistake():
    from datetime import datetime

    with pytest.raises(ValueError, match="time zone"):
        Style(timestamp=datetime(2025, 1, 21))  # noqa: DTZ001 - the mistake under test
