from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from outreach.letters.layout import letter_html, letter_text
from tests.letters.sheets import ARABIC, CHAIR, LETTER, MAG, PARTS_IN_ORDER, body, letter, trapped
from tests.typesetting.trees import TRAPS, any_blocks, any_text, assert_in_order, leaves, squeezed


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.tags, self.attributes = "", [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_the_text_part_reads_like_a_letter():
    assert (
        letter_text(LETTER)
        == """\
Leadership Panel of the Forum
Office of the Chair
Multistakeholder and open

Reference: IGF/LP/2025/0012
Confidential
New York, 21 January 2025

By e-mail

H.E. the Permanent Representative
Permanent Mission of the Republic of Kenya
New York, NY 10017

Subject: Input on the value of the Forum

Excellency,

I have the honour to write to you.

  (a) Which outcomes were of use?
  (b) What should change?

An answer by March would help.

Accept, Excellency, the assurances of my highest consideration.

On behalf of the Panel

The Chair
Leadership Panel
Internet Governance Forum

Enclosures (2):
  Questionnaire
  Terms of reference

cc: Permanent Mission of the Republic of Albania

Palais des Nations, Geneva
office@igf.example
"""
    )


def test_no_line_of_the_text_part_is_longer_than_72_columns():
    long = letter(subject="word " * 40, body=body("word " * 200), enclosures=("word " * 40,), footer=("word " * 40,))
    assert max(len(line) for line in letter_text(long).splitlines()) <= 72


def test_values_stand_in_the_text_part_as_they_are():
    assert squeezed(letter_text(trapped(TRAPS))).count(squeezed(TRAPS)) >= 19


def test_no_value_can_start_a_line_of_its_own():
    text = letter_text(letter(subject="Hello\nBcc: victim@igf.example", address_block=("a\r\nb",)))
    assert "Subject: Hello Bcc: victim@igf.example\n" in text
    assert "\na b\n" in text


def test_the_html_part_holds_the_parts_in_order():
    parts = [part for part in PARTS_IN_ORDER if part not in {"Terms of reference"}]
    assert_in_order((*parts, "Palais des Nations, Geneva"), " ".join(read(letter_html(LETTER)).text.split()))


def test_the_html_part_is_a_whole_page_in_its_language():
    html = letter_html(LETTER)
    assert html.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">')
    assert "<title>Input on the value of the Forum</title>" in html
    assert '<html lang="ar" dir="rtl">' in letter_html(ARABIC)


def test_the_html_part_asks_for_nothing_from_elsewhere():
    reader = read(letter_html(letter(body=body("x"))))
    assert not set(reader.tags) & {"img", "link", "script", "iframe", "object", "style", "form", "video"}
    assert not any("url(" in (value or "") or name in {"src", "background"} for name, value in reader.attributes)


def test_values_in_the_html_part_are_escaped():
    reader = read(letter_html(trapped(TRAPS)))
    assert reader.text.count(TRAPS) >= 19
    assert "tag" not in reader.tags
    assert "b" not in reader.tags


def test_latin_lines_keep_their_direction_in_an_arabic_letter():
    assert '<span dir="ltr">866 United Nations Plaza, Room 304</span>' in letter_html(ARABIC)


@pytest.mark.parametrize("make", [letter_text, letter_html])
def test_a_specimen_says_so_first(make):
    assert "SPECIMEN" in make(letter(specimen=True)).split("Leadership Panel")[0]
    assert "SPECIMEN" not in make(LETTER)


@pytest.mark.parametrize("make", [letter_text, letter_html])
def test_both_sign_a_joint_letter(make):
    assert_in_order(("The Chair", "The Chair of the Group"), make(letter(signatories=(CHAIR, MAG))))


@pytest.mark.parametrize("make", [letter_text, letter_html])
def test_french_is_spaced(make):
    found = make(letter(language="fr", salutation="Monsieur l’Ambassadeur,", body=body("Pourquoi?")))
    assert "Pourquoi\u202f?" in found
    assert "Référence\u202f: IGF" in found


@settings(deadline=None)
@given(any_text, any_blocks)
def test_no_text_of_any_letter_is_lost(text, blocks):
    sheet = letter(subject=text, address_block=(text,), body=blocks)
    plain, page = squeezed(letter_text(sheet)), read(letter_html(sheet)).text
    assert all(squeezed(leaf) in plain and leaf in page for leaf in leaves(blocks))
