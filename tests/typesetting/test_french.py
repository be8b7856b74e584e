import pytest
from hypothesis import given

from outreach.typesetting import (
    Emphasis,
    Link,
    Paragraph,
    Quotation,
    Strong,
    Text,
    french_blocks,
    french_inlines,
    french_text,
    localized,
)
from tests.typesetting.trees import any_blocks, any_text, leaves, plain, squeezed

N = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("given_text", "spaced"),
    [
        ("Quelle est la valeur du Forum ?", f"Quelle est la valeur du Forum{N}?"),
        ("Objet: contribution", f"Objet{N}: contribution"),
        ("Oui\N{NO-BREAK SPACE}! Non; bien", f"Oui{N}! Non{N}; bien"),
        ("Il dit «bonjour» puis « au revoir »", f"Il dit «{N}bonjour{N}» puis «{N}au revoir{N}»"),
        ("(voir l’annexe) : oui", f"(voir l’annexe){N}: oui"),
        ("Quoi ?!", f"Quoi{N}?!"),
        ("« Quoi ? »", f"«{N}Quoi{N}?{N}»"),
        ("50 % ; 60 %", f"50 %{N}; 60 %"),
    ],
)
def test_high_punctuation_and_guillemets_take_the_narrow_space(given_text, spaced):
    assert french_text(given_text) == spaced


@pytest.mark.parametrize(
    "text", ["à 10:30", "https://igf.example/a?b;c", "office@igf.example", "www.igf.example/?x", "C1/C2", ""]
)
def test_times_and_addresses_stay_as_they_are(text):
    assert french_text(text) == text


@given(any_text)
def test_spacing_twice_changes_nothing_more(text):
    once = french_text(text)
    assert french_text(once) == once


@given(any_text)
def test_spacing_changes_nothing_but_spaces(text):
    assert squeezed(french_text(text)) == squeezed(text)


@given(any_blocks)
def test_spacing_a_tree_twice_changes_nothing_more(blocks):
    once = french_blocks(blocks)
    assert french_blocks(once) == once
    assert [squeezed(leaf) for leaf in leaves(once)] == [squeezed(leaf) for leaf in leaves(blocks)]


def test_a_sign_after_bold_words_takes_its_space_too():
    assert french_inlines((Strong(plain("Objet")), Text(" : oui"))) == (Strong(plain("Objet")), Text(f"{N}: oui"))
    assert french_inlines((Text("« "), Emphasis(plain("mot")), Text(" »"))) == (
        Text(f"«{N}"),
        Emphasis(plain("mot")),
        Text(f"{N}»"),
    )


def test_the_words_of_a_link_stay_as_they_are():
    link = Link(plain("Annexe: a"), "https://igf.example/")
    assert french_inlines((link,)) == (link,)


def test_only_french_text_is_spaced_and_not_the_words_of_others_in_it():
    english = Quotation((Paragraph(plain("Why?")),), language="en")
    own = Paragraph(plain("Pourquoi?"))
    assert localized((english, own), "fr-CA") == (english, Paragraph(plain(f"Pourquoi{N}?")))
    assert localized((own,), "en") == (own,)
