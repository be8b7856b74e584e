"""Suggestions of themes: ranked, in six languages, explained by words of the text, and learning from what was filed."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.inputs import codebook, coding, describing, encoding, setting_aside, stemming
from outreach.inputs.codebook import ThemeEntry
from outreach.inputs.describing import Described
from outreach.inputs.suggesting import LEAST, Suggester
from outreach.office import package_folder
from tests.cast import KIM, NOON, society
from tests.inputs.answers import answer, load_codebook

SHIPPED = codebook.read(package_folder("seeds") / "themes.toml")
SAYING = {
    "en": ("The mandate of the Forum should be made permanent.", "wsis20-mandate"),
    "fr": ("Il faut un financement durable, et un Secrétariat solide.", "wsis20-funding"),
    "es": ("Los jóvenes piden un lugar propio.", "wsis20-youth"),
    "ru": ("Искусственному интеллекту нужны общие правила.", "wsis20-ai"),
    "zh": ("人工智能治理需要共同规则。", "wsis20-ai"),
    "ar": ("نحتاج إلى تمويل مستدام وإلى أمانة قوية للمنتدى.", "wsis20-funding"),
}


@pytest.fixture(scope="module")
def plain() -> Suggester:
    return Suggester(describing.described([entry for entry in SHIPPED if entry.codebook == "wsis20"]))


@pytest.mark.parametrize("language", SAYING)
def test_each_official_language_finds_its_theme_by_words_alone(plain: Suggester, language: str) -> None:
    text, theme = SAYING[language]
    assert plain.suggest(text)[0].theme == theme


def test_what_speaks_for_a_theme_is_shown_in_the_words_of_the_text(plain: Suggester) -> None:
    first = plain.suggest("We ask for contributions to the Trust Fund, and for a Trust Fund that lasts.")[0]
    assert (first.theme, first.words[0]) == ("wsis20-funding", "Trust Fund")


def test_an_acronym_is_not_taken_for_a_word_that_is_spelled_alike(plain: Suggester) -> None:
    assert not plain.suggest("J'ai reçu votre lettre.")
    assert plain.suggest("The rules for AI are young.")[0].theme == "wsis20-ai"


def test_a_text_that_speaks_of_nothing_in_the_codebook_gets_no_suggestion(plain: Suggester) -> None:
    assert plain.suggest("Thank you for your letter; we shall reply in due course.") == []
    assert plain.suggest("") == plain.suggest("... !!! 🌍") == []


def test_saying_more_about_a_theme_never_lowers_its_score(plain: Suggester) -> None:
    once, twice = "The technical community.", "The technical community. The domain name system belongs to it."
    assert plain.suggest(once)[0].score < plain.suggest(twice)[0].score <= 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_an_ordered_list_of_themes_that_exist(text: str) -> None:
    known = {entry.code for entry in SHIPPED}
    found = Suggester(describing.described(SHIPPED)).suggest(text)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.theme in known and LEAST <= one.score <= 1 for one in found)


def test_a_codebook_with_english_titles_alone_borrows_the_words_of_a_theme_that_is_called_alike() -> None:
    bare = [
        ThemeEntry(code="a", codebook="own", title="Artificial intelligence"),
        ThemeEntry(code="y", codebook="own", title="Youth"),
    ]
    assert Suggester(describing.described(bare)).suggest(SAYING["ru"][0]) == []
    assert Suggester(describing.described(bare, SHIPPED)).suggest(SAYING["ru"][0])[0].theme == "a"


def test_codes_that_two_codebooks_share_are_named_with_their_codebook() -> None:
    shared = [ThemeEntry(code="1", codebook=book, title=title) for book, title in (("one", "Youth"), ("two", "Climate"))]
    assert [one.theme for one in describing.described(shared)] == ["one:1", "two:1"]


def test_passages_that_people_filed_teach_what_a_theme_is_about(session: Session, tmp_path: Path) -> None:
    load_codebook(session, tmp_path)
    text = answer(session, "Students ought to sit at the table.", organisation=society(session).organisation)
    asked = "Let students sit at our table."
    assert Suggester(describing.of_office(session)).suggest(asked) == []
    passage = coding.mark(session, text, 0, 35, [codebook.find(session, "wsis20-youth")], by=KIM, at=NOON)
    assert Suggester(describing.of_office(session)).suggest(asked)[0].theme == "wsis20-youth"
    setting_aside.set_aside(session, passage, "a slip", by=KIM, at=NOON)
    assert Suggester(describing.of_office(session)).suggest(asked) == []


def test_meaning_finds_what_no_word_of_the_codebook_says() -> None:
    model = encoding.encoder()
    if model is None:
        pytest.skip("The extra `themes` is not installed: suggestions by meaning are not tested.")
    themes = describing.described([entry for entry in SHIPPED if entry.codebook == "wsis20"])
    file = Path(__file__).parents[2] / "bench/themes/sentences.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["sentence"]
    mandate = next(row["en"] for row in rows if row["theme"] == "wsis20-mandate")
    assert "wsis20-mandate" not in [one.theme for one in Suggester(themes).suggest(mandate)]
    first = Suggester(themes, model).suggest(mandate)[0]
    assert (first.theme, first.words[0]) == ("wsis20-mandate", mandate)


def test_words_are_cut_and_stemmed_by_their_script() -> None:
    assert [word.said for word in stemming.words("人工智能, l’Internet 🌍!")] == ["人工", "智能", "l’Internet"]
    alike = [("mandates", "mandate"), ("финансирования", "финансирование"), ("والشباب", "شباب"), ("l’Internet", "Internet")]
    assert all(stemming.stems(one) & stemming.stems(other) for one, other in alike)


def test_a_theme_with_others_under_it_is_found_by_its_words_only() -> None:
    broad = Described("all", ("WSIS+20",), broad=True)
    assert Suggester([broad, Described("y", ("Youth",))]).suggest("On WSIS+20 we say this.")[0].theme == "all"


def test_themes_that_are_numbered_alike_do_not_borrow_from_each_other() -> None:
    lines = [entry for entry in SHIPPED if entry.codebook == "wsis"]
    assert "broadband" not in next(one for one in describing.described(lines, SHIPPED) if one.theme == "wsis-c3").phrases
