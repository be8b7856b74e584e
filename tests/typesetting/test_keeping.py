import pytest

from outreach.typesetting import BulletList, Footnote, Heading, LineBreak, Paragraph, Quotation, Table, Text
from outreach.typesetting.keeping import is_whole, leads_in
from tests.typesetting.trees import paragraph, plain

LINE = "One line of some eighty letters, as wide as a page of A4 between its two margins. "
COLON = paragraph("The following is reproduced:")


def stacked(lines):
    return Paragraph(tuple(part for number in range(lines) for part in (LineBreak(), Text(f"Line {number}")))[1:])


@pytest.mark.parametrize(("lines", "whole"), [(1, False), (2, True), (6, True), (7, False)])
def test_up_to_six_lines_set_below_each_other_are_whole(lines, whole):
    assert is_whole(stacked(lines)) == whole


def test_a_line_that_runs_on_counts_as_several():
    assert not is_whole(Paragraph((*plain(LINE * 6), LineBreak(), Text("x"))))


@pytest.mark.parametrize(("lines", "whole"), [(1, True), (3, True), (6, False)])
def test_a_quotation_of_few_lines_is_whole(lines, whole):
    assert is_whole(Quotation((paragraph(LINE * lines),))) == whole


def test_the_lines_of_all_paragraphs_of_a_quotation_count():
    assert is_whole(Quotation((paragraph("a"), paragraph("b"))))
    assert not is_whole(Quotation((paragraph("a"),) * 5))


def test_a_quotation_of_more_than_paragraphs_may_be_broken():
    assert not is_whole(Quotation((COLON, BulletList(((paragraph("a"),),)))))


def test_chinese_signs_are_wide():
    assert is_whole(Quotation((paragraph("a" * 200),)))
    assert not is_whole(Quotation((paragraph("论" * 200),)))


def test_a_table_of_few_rows_is_whole():
    assert is_whole(Table((plain("a"),), ((plain("b"),),) * 14))
    assert not is_whole(Table((plain("a"),), ((plain("b"),),) * 15))


@pytest.mark.parametrize("following", [paragraph("x"), BulletList(()), Quotation(()), Table((plain("a"),), ())])
def test_what_ends_with_a_colon_leads_in_what_follows(following):
    assert leads_in(COLON, following)
    assert leads_in(paragraph("如下\N{FULLWIDTH COLON}"), following)
    assert leads_in(Paragraph((*plain("See:"), Footnote(plain("A note.")))), following)


def test_a_paragraph_leads_in_a_quotation_and_nothing_else_without_a_colon():
    assert leads_in(paragraph("He said."), Quotation(()))
    assert not leads_in(paragraph("He said."), paragraph("She did."))


def test_a_colon_before_a_heading_or_the_end_leads_nowhere():
    assert not leads_in(COLON, Heading(1, plain("x")))
    assert not leads_in(COLON, None)


def test_a_long_paragraph_leaves_no_large_hole_behind():
    assert not leads_in(paragraph(LINE * 11 + ":"), Quotation(()))
