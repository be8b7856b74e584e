import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.typesetting import (
    BulletList,
    Document,
    Emphasis,
    Heading,
    LineBreak,
    Link,
    NumberedList,
    Paragraph,
    Quotation,
    Rule,
    Strong,
    Table,
    Text,
    from_markdown,
    to_markdown,
)
from tests.typesetting.trees import (
    EVERYTHING,
    TRAPS,
    WORDS_IN_ORDER,
    any_document,
    any_text,
    assert_in_order,
    document,
    leaves,
    paragraph,
    plain,
)


def test_a_letter_in_markdown_becomes_its_tree():
    text = "# Head\n\nWe *stress* and **hold**\nthat  \nlines break.\n\n1. one\n2. two\n\n- a\n\n> quoted\n\n***\n"
    assert from_markdown(text) == (
        Heading(1, plain("Head")),
        Paragraph(
            (
                Text("We "),
                Emphasis(plain("stress")),
                Text(" and "),
                Strong(plain("hold")),
                Text(" that"),
                LineBreak(),
                Text("lines break."),
            )
        ),
        NumberedList(((paragraph("one"),), (paragraph("two"),))),
        BulletList(((paragraph("a"),),)),
        Quotation((paragraph("quoted"),)),
        Rule(),
    )


def test_a_table_in_markdown_becomes_a_table():
    assert from_markdown("| Who | What |\n| --- | --- |\n| ISOC | a *b* |\n") == (
        Table((plain("Who"), plain("What")), ((plain("ISOC"), (Text("a "), Emphasis(plain("b")))),)),
    )


def test_raw_html_is_text_and_an_image_is_its_description():
    assert from_markdown("<script>x</script> ![a map](https://igf.example/m.png)") == (paragraph("<script>x</script> a map"),)


def test_code_is_its_lines():
    assert from_markdown("```\n#let x\n\ny\n```") == (
        Paragraph((Text("#let x"), LineBreak(), Text(""), LineBreak(), Text("y"))),
    )


def test_a_secure_link_stays_a_link():
    assert from_markdown("[here](https://igf.example/?a=1)") == (Paragraph((Link(plain("here"), "https://igf.example/?a=1"),)),)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[here](http://igf.example)", "here (http://igf.example)"),
        ("<http://igf.example>", "http://igf.example"),
        ("[here](javascript:alert)", "[here](javascript:alert)"),
        ("[here]()", "here"),
    ],
)
def test_any_other_link_is_its_words_and_its_address(markdown, text):
    assert from_markdown(markdown) == (paragraph(text),)


@given(any_text)
def test_any_text_can_be_read(text):
    from_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 5_000 + "x",
        "- " * 5_000 + "x",
        "*" * 5_000 + "x" + "*" * 5_000,
        "![" * 1_500 + "x" + "](a)" * 1_500,
        "[" * 3_000 + "x" + "](a)" * 3_000,
    ],
    ids=["quotes", "lists", "stars", "images", "links"],
)
def test_nesting_without_end_is_read_in_finite_depth(text):
    assert "x" in "".join(leaves(from_markdown(text)))


def test_everything_is_written_in_order():
    written = to_markdown(EVERYTHING)
    assert_in_order(("# A title", *WORDS_IN_ORDER), written)
    assert "[^1]: As received." in written


def test_what_the_two_share_comes_back_as_it_was():
    blocks = (
        Heading(2, plain("1. Head # with *signs*")),
        Paragraph(
            (Text("a "), Strong(plain("b")), Text(" "), Emphasis((Text("c "), Strong(plain("d")))), LineBreak(), Text("- e"))
        ),
        paragraph("+ no list, 1) neither"),
        paragraph(TRAPS),
        NumberedList(((paragraph("one"), paragraph("more")), (paragraph("two"),)), start=3),
        NumberedList(((paragraph("another list"),),)),
        BulletList(((paragraph("x"), BulletList(((paragraph("y"),),))),)),
        BulletList(((paragraph("z"),),)),
        Quotation((paragraph("q"), Quotation((paragraph("r"),)))),
        Quotation((paragraph("s"),)),
        Paragraph((Link(plain("w"), "https://igf.example/?a=1&b=(2)"),)),
        Table((plain("a|b"), plain("c")), ((plain("d"), plain("e `f`")),)),
        Rule(),
    )
    assert from_markdown(to_markdown(document(*blocks, title=""))) == blocks


@given(st.lists(st.text("#$*_<>&\"'\\[]()`~|-+=.:!?1a \t\n", min_size=1, max_size=30), max_size=3))
def test_no_text_turns_into_markup_on_the_way_out_and_in(texts):
    blocks = tuple(paragraph(text) for text in texts)
    back = from_markdown(to_markdown(document(*blocks, title="")))
    assert ["".join(leaves(block)).split() for block in back] == [words for text in texts if (words := Text(text).text.split())]


@given(any_document)
def test_any_document_can_be_written(given_document):
    assert to_markdown(given_document).endswith("\n")


@pytest.mark.parametrize("words", ["Point #", "Point ##", "#", "C#", "Point # ", "Point \\#"])
def test_a_heading_keeps_the_signs_at_its_end(words: str) -> None:
    blocks = (Heading(2, (Text(words.rstrip()),)),)
    assert from_markdown(to_markdown(Document(language="en", title="", blocks=blocks))) == blocks
