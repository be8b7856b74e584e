from html.parser import HTMLParser

from hypothesis import given

from outreach.typesetting import BulletList, Link, NumberedList, Paragraph, Quotation, Table, Text, to_html
from tests.typesetting.trees import EVERYTHING, TRAPS, WORDS_IN_ORDER, any_blocks, assert_in_order, leaves, paragraph, plain

VOID = {"br", "hr", "col", "meta"}


class Reader(HTMLParser):
    """Reads as a browser would; fails on a tag that is not closed."""

    def __init__(self):
        super().__init__()
        self.text, self.open, self.tags, self.attributes = "", [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


def test_everything_is_there_in_order():
    assert_in_order((*WORDS_IN_ORDER, "As received."), read(to_html(EVERYTHING.blocks)).text)


def test_text_is_escaped():
    reader = read(to_html((paragraph(TRAPS, number="<1>", anchor='"><i>'),)))
    assert TRAPS in reader.text
    assert reader.tags == {"p", "span"}
    assert ("id", '"><i>') in reader.attributes


def test_an_address_is_escaped():
    href = "https://igf.example/?a='1'&b=<2>".replace("<2>", "2")
    reader = read(to_html((Paragraph((Link(plain("x"), href),)),)))
    assert ("href", href) in reader.attributes


def test_a_note_is_called_and_stands_at_the_end():
    html = to_html(EVERYTHING.blocks, prefix="p-")
    assert '<sup><a href="#p-note-1">1</a></sup>' in html
    assert html.endswith('<ol class="footnotes">\n<li id="p-note-1">As received.</li>\n</ol>\n')


def test_lists_keep_their_count_and_their_letters():
    items = ((paragraph("x"),),)
    assert '<ol start="4">\n<li>x</li>' in to_html((NumberedList(items, start=4),))
    assert '<ol type="a">\n<li>x</li>' in to_html((NumberedList(items, kind="letters"),))
    assert to_html((BulletList(items),)) == "<ul>\n<li>x</li>\n</ul>\n"


def test_the_words_of_another_language_are_marked_with_their_direction():
    assert '<blockquote lang="ar" dir="rtl">' in to_html((Quotation((paragraph("نص"),), language="ar"),))


def test_a_table_names_its_columns():
    html = to_html((Table((plain("a"), plain("b")), ((plain("c"), plain("d")),), (1, 3)),))
    assert '<th scope="col">a</th>' in html
    assert '<col style="width: 25%"><col style="width: 75%">' in html


@given(any_blocks)
def test_no_text_of_a_tree_is_lost_or_becomes_a_tag(blocks):
    reader = read(to_html(blocks))
    assert all(leaf in reader.text for leaf in leaves(blocks))
    assert not reader.tags & {"script", "img", "b", "style", "iframe", "form"}


def test_an_empty_text_is_empty():
    assert to_html(()) == ""
    assert to_html((Paragraph((Text(""),)),)) == "<p></p>\n"
