"""The templates that come with the program: the same letter in six languages, with nothing left untranslated."""

import re
from collections import Counter

import pytest

from outreach.letters import templates
from outreach.letters.templates import Shelved
from outreach.letters.wording import Wording
from outreach.office import package_folder

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
NAMES = templates.names([package_folder("letters")])
ALL = [(name, language) for name in NAMES for language in LANGUAGES]
EVENT = {"event.day", "event.begins", "event.ends", "event.zone"}
REVIEW = {"document", "version", "day", "hour"}
OWN = {"earlier.reference", "earlier.date", "received", "wrong", "right", "enclosure"} | EVENT | REVIEW
KNOWN = {"opening", "deadline", "of_organisation", "reference", "reply_to"} | OWN
OPTIONAL = {"personal", "their_reference", "place", "link", "amount", "several", "earlier"}
SCRIPTS = {"ru": r"[\u0400-\u04ff]", "zh": r"[\u3400-\u9fff]", "ar": r"[\u0600-\u06ff]"}
# What stands in Latin letters in every language.
LATIN_NAMES = re.compile(r"IGF Leadership Panel|MAG\b|Word\b")


def shelved(name: str) -> Shelved:
    return templates.find(name, [package_folder("letters")])


def source(wording: Wording) -> str:
    return wording.path.read_text(encoding="utf-8")


def shown(wording: Wording) -> Counter[str]:
    return Counter(re.findall(r"\{\{ ([\w.]+) \}\}", source(wording)))


def paragraphs(wording: Wording) -> list[str]:
    words = re.sub(r"\{[{%].*?[}%]\}", "", source(wording))
    return [part for part in re.split(r"\n\s*\n", LATIN_NAMES.sub("", words)) if part.strip()]


@pytest.mark.parametrize("name", NAMES)
def test_each_template_is_there_in_the_six_languages_of_the_united_nations(name: str) -> None:
    assert shelved(name).languages == LANGUAGES


@pytest.mark.parametrize("name", NAMES)
def test_what_no_native_speaker_has_read_says_that_it_awaits_one(name: str) -> None:
    awaits = {language for language, tongue in shelved(name).about.languages.items() if tongue.awaits}
    assert awaits == {"ar", "es", "ru", "zh"}


@pytest.mark.parametrize(("name", "language"), ALL)
def test_it_shows_the_same_values_as_the_english_one(name: str, language: str) -> None:
    wording, english = (shelved(name).wording(one) for one in (language, "en"))
    assert shown(wording) == shown(english)
    assert wording.optional - {"several"} == english.optional - {"several"}


@pytest.mark.parametrize(("name", "language"), ALL)
def test_it_shows_only_values_that_letters_have(name: str, language: str) -> None:
    wording = shelved(name).wording(language)
    assert wording.required <= KNOWN
    assert wording.optional <= OPTIONAL


@pytest.mark.parametrize(("name", "language"), ALL)
def test_the_body_begins_with_the_opening_and_has_it_once(name: str, language: str) -> None:
    wording = shelved(name).wording(language)
    assert shown(wording)["opening"] == 1
    assert source(wording).partition("\n")[2].lstrip().startswith("{{ opening }}")


@pytest.mark.parametrize(("name", "language"), ALL)
def test_it_has_as_many_paragraphs_as_the_english_one(name: str, language: str) -> None:
    wording, english = (shelved(name).wording(one) for one in (language, "en"))
    assert len(paragraphs(wording)) == len(paragraphs(english))


@pytest.mark.parametrize(("name", "language"), [(name, language) for name, language in ALL if language in SCRIPTS])
def test_each_paragraph_is_in_the_script_of_its_language(name: str, language: str) -> None:
    for paragraph in paragraphs(shelved(name).wording(language)):
        letters = re.sub(r"[\W\d_]", "", paragraph)
        own = re.findall(SCRIPTS[language], letters)
        assert len(own) >= 0.95 * len(letters), paragraph


@pytest.mark.parametrize(("name", "language"), [(name, language) for name, language in ALL if language in ("es", "fr")])
def test_no_english_is_left_in_the_other_languages_of_latin_letters(name: str, language: str) -> None:
    words = set(re.findall(r"\w+", " ".join(paragraphs(shelved(name).wording(language))).lower()))
    assert not words & {"the", "and", "of", "for", "with", "which", "your", "would"}


@pytest.mark.parametrize("name", ["input-request", "attribution-check"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_that_ask_for_attribution_have_the_four_boxes(name: str, language: str) -> None:
    assert source(shelved(name).wording(language)).count(r"\[ \]") == 4


@pytest.mark.parametrize("name", NAMES)
def test_letter_toml_explains_every_value_that_the_office_gives(name: str) -> None:
    wording = shelved(name).wording("en")
    given = {value.partition(".")[0] for value in wording.required | wording.optional} - {"deadline", "several"}
    explained = set(shelved(name).about.values)
    # The event is put together from what the office says of its beginning and end.
    assert given - {"event"} <= explained | {"event"}
    assert "event" not in given or explained >= {"start", "end", "zone"}
