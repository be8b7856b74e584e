import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.typesetting import Link, NumberedList, Paragraph, Text, to_text, wrap
from outreach.typesetting.plain import columns
from tests.typesetting.trees import (
    EVERYTHING,
    TRAPS,
    WORDS_IN_ORDER,
    any_blocks,
    any_text,
    assert_in_order,
    leaves,
    paragraph,
    plain,
    squeezed,
)


def test_everything_is_there_in_order_with_its_notes_last():
    assert_in_order((*WORDS_IN_ORDER, "[1] As received."), " ".join(to_text(EVERYTHING.blocks).split()))


def test_text_has_no_markup_of_its_own():
    assert squeezed(TRAPS) in squeezed(to_text((paragraph(TRAPS),)))


def test_lists_are_counted_from_their_start():
    items = ((paragraph("one"),), (paragraph("two"),))
    assert to_text((NumberedList(items, start=9),)) == "  9.  one\n  10. two\n"
    assert to_text((NumberedList(items, kind="letters"),)) == "  (a) one\n  (b) two\n"
    assert to_text((NumberedList(items, kind="letters"),), language="fr") == "  a) one\n  b) two\n"


def test_letters_go_on_after_z():
    items = tuple((paragraph(str(number)),) for number in range(28))
    assert "(z)  25\n  (aa) 26\n  (ab) 27" in to_text((NumberedList(items, kind="letters"),))


def test_a_link_shows_its_address_unless_it_reads_so():
    site, mail = "https://igf.example/", "office@igf.example"
    links = (Link(plain("site"), site), Link(plain(site), site), Link(plain(mail), f"mailto:{mail}"))
    apart = [inline for link in links for inline in (link, Text(", "))]
    assert to_text((Paragraph(tuple(apart[:-1])),)) == f"site <{site}>, {site}, {mail}\n"


@pytest.mark.parametrize("width", [20, 72])
def test_lines_keep_within_the_width(width):
    text = "word " * 60 + "论坛对会员国的价值" * 12
    assert max(columns(line) for line in wrap(text, width)) <= width


def test_an_address_that_is_too_long_stays_whole():
    address = "https://igf.example/" + "a" * 90
    assert address in wrap(f"See {address} and more")


def test_a_chinese_line_never_starts_with_a_comma():
    assert wrap("一二三四五，六", 10) == ["一二三四", "五，六"]


def test_a_no_break_space_does_not_break():
    assert wrap("aaaa bb\N{NO-BREAK SPACE}cc", 8) == ["aaaa", "bb\N{NO-BREAK SPACE}cc"]


@given(st.text(), st.integers(4, 80))
def test_wrapping_loses_nothing_but_spaces(text, width):
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "")


@given(any_blocks)
def test_no_word_of_a_tree_is_lost(blocks):
    text = squeezed(to_text(blocks))
    assert all(squeezed(leaf) in text for leaf in leaves(blocks))


@given(any_text)
def test_a_paragraph_never_runs_into_the_next(text):
    assert to_text((paragraph(text), paragraph("END"))).endswith("\n\nEND\n")
