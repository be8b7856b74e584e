"""HTML of strangers, shown safely and read as text."""

import pytest

from outreach.mail.hypertext import bare_text, is_workable, sanitised, text_of


def text(html: str) -> str:
    return text_of(sanitised(html) or "")


TRAPS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)>",
    "<iframe src=https://x.example></iframe>",
    "<p style='background:url(https://x.example)'>x",
    "<form action=https://x.example><input>",
    "<link rel=stylesheet href=https://x.example>",
    "<img src='https://x.example/1.gif'>",
    "<img src='//x.example/1.gif'>",
    "<img src=data:image/png;base64,AAAA>",
    "<table background=https://x.example/1>",
    "<math><mtext><style><img src=x onerror=alert(1)>",
    "<meta http-equiv=refresh content='0;url=https://x.example'>",
]


@pytest.mark.parametrize("html", TRAPS)
def test_nothing_that_acts_or_loads_is_left(html):
    found = sanitised(html) or ""
    for sign in ("alert", "x.example", "<script", "<iframe", "<form", "style", "base64", "onload"):
        assert sign not in found


def test_direction_language_links_and_own_pictures_stay():
    link = '<a href="https://igf.example" rel="noopener noreferrer">x</a>'
    html = f'<div dir="rtl" lang="ar">{link}<img src="cid:logo" alt="Logo"></div>'
    assert sanitised(html) == html


def test_paragraphs_lines_lists_and_tables_are_set_apart():
    html = """<h1>Input</h1> <p>One
       line&nbsp;of <b>text</b>.</p><p></p><div>A</div><div>B<br>C</div><ul><li>x</li><li><p>y</p></li></ul>
       <ol><li>first<li>second</ol><table><tr><td>Kenya</td><td>54</td></tr><tr><td>Fiji</td></tr></table>"""
    assert text(html) == (
        "Input\n\nOne line of text.\n\nA\nB\nC\n\n- x\n\n- y\n\n1. first\n2. second\n\nKenya\t54\nFiji"
    )  # fmt: skip


def test_quotations_are_marked_so_that_own_words_are_found():
    quoted = "<blockquote><p>May we?</p><blockquote>Earlier</blockquote></blockquote>"
    html = f"<div>Yes.</div><div>On 3 Feb Chair wrote:<br></div>{quoted}No."
    assert text(html) == "Yes.\nOn 3 Feb Chair wrote:\n\n> May we?\n\n> > Earlier\n\nNo."


def test_preformatted_text_keeps_its_spaces():
    assert text("<pre>a  b\n  c</pre>d") == "a  b\n  c\n\nd"


def test_html_that_no_letter_is_made_of_is_not_parsed():
    for html in ("<div>" * 301, "<svg>" + "<td>" * 400, "<p " + "a " * 6000 + ">", "x" * 1_000_001):
        assert not is_workable(html)
        assert sanitised(html) is None
    assert is_workable("<p>x<br><li>y" * 1000 + "<div><b>x</b></div>" * 1000)


def test_large_pictures_inside_the_html_do_not_count():
    assert sanitised('<p>x<img src="data:image/png;base64,' + "A" * 2_000_000 + '"></p>') == "<p>x<img></p>"


def test_bare_text_takes_the_tags_out():
    assert bare_text("<p>a &lt; b</p>" + "<div>" * 3 + "c") == "a < b    c"
