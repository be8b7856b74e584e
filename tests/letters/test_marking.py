"""What stands around the text: Confidential, a courtesy translation, where the address is, whether a reply keeps the form."""

from typing import Any

import msgspec
import pypdfium2
import pytest

from outreach.contacts.addressing import Reach
from outreach.letters.composing import Composer, Sender, Unwritable
from outreach.letters.layout import letter_docx, letter_html, letter_pdf, letter_text
from outreach.letters.templates import find
from outreach.office import package_folder
from outreach.protocol.forms import Holder, languages
from tests.letters import whole
from tests.letters.desk import load_forms
from tests.letters.test_layout_pdf import pages
from tests.letters.whole import NOTE, composer_of, found, post, write

AMBASSADOR = Holder(full_name="Ada Kamau", family_name="Kamau", gender="female", rank="ambassador")
WORDS = {
    "en": "Confidential",
    "fr": "Confidentiel",
    "es": "Confidencial",
    "ru": "Конфиденциально",
    "zh": "机密",
    "ar": "سري",
}


def mission(**changes: Any) -> Reach:
    return post("permanent-representative", AMBASSADOR, postal=("Sample Street 4", "New York"), **changes)


def sender(*, writes: tuple[str, ...] = languages(), fallbacks: dict[str, str] | None = None, **profile: Any) -> Sender:
    """The sender of these tests, with something else in its profile or in what the office writes."""
    settings = whole.sender().settings
    chair = msgspec.structs.replace(settings.sender("chair"), **profile)
    office = msgspec.structs.replace(settings.office, languages=writes, fallback_languages=fallbacks or {})
    return Sender(msgspec.structs.replace(settings, senders={"chair": chair}, office=office), chair)


@pytest.mark.parametrize("language", languages())
def test_confidential_stands_under_the_reference(language: str) -> None:
    text = write("thanks", language, [mission()], confidential="yes").text
    lines = text.splitlines()
    reference = next(at for at, line in enumerate(lines) if line.endswith("IGF/LP/2025/0120"))
    assert lines[reference + 1] == WORDS[language]
    assert WORDS[language] not in write("thanks", language, [mission()]).text.splitlines()


def test_confidential_stands_on_every_kind_of_page() -> None:
    sheet = write("thanks", "en", [mission()], confidential="yes").sheet
    assert pages(letter_pdf(sheet))[0].partition("Her Excellency")[0].count("Confidential") == 1
    assert ">Confidential</p>" in letter_html(sheet)
    assert b"Confidential" not in letter_docx(write("thanks", "en", [mission()]).sheet)


def test_what_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(Unwritable, match="its value confidential is 'very'; write yes, or leave it out"):
        write("thanks", "en", [mission()], confidential="very")


def test_every_template_has_a_place_for_it() -> None:
    """So that it can be given for a campaign or for one addressee, on the command line and at the desk."""
    for name in whole.NAMES:
        assert {"confidential", "translation", "their_form"} <= set(find(name, (package_folder("letters"),)).places)


def test_a_reply_that_does_not_keep_the_incoming_form_is_listed_before_approval() -> None:
    """A note verbale is answered by a note verbale, a letter by a letter."""
    says = "What is answered came as a note verbale, and this is a letter; a reply keeps the form."
    assert says in write("thanks", "en", [mission()], their_form="note-verbale").composed.warnings
    assert says not in write("thanks", "en", [mission()], their_form="letter").composed.warnings
    answered = write(NOTE, "en", [mission()], their_form="note-verbale").composed.warnings
    assert not [one for one in answered if "keeps the form" in one]
    with pytest.raises(Unwritable, match="its value their_form is 'telex'; write letter or note-verbale"):
        write("thanks", "en", [mission()], their_form="telex")


@pytest.mark.parametrize("language", languages())
def test_a_reply_cites_the_date_and_the_reference_of_what_it_answers(language: str) -> None:
    for name in ("thanks", "attribution-check"):
        text = " ".join(write(name, language, [mission()], their_reference="MIS/7/2025").composed.body.split())
        assert "MIS/7/2025" in text
        assert "IGF/LP/2025/0012" in text
        # Received a week before the letter's date.
        assert "20" in text.partition("MIS/7/2025")[0]


def test_a_signature_with_an_honorific_is_listed() -> None:
    """ST/DCS/4/Rev.1: the signature block omits honorifics."""
    signatory = whole.sender().profile.signatories[0]
    named = sender(signatories=(msgspec.structs.replace(signatory, name="H.E. Ada Example"),))
    letter = write("thanks", "en", [mission()], composer_of("thanks", named))
    assert "The signature says “H.E. Ada Example”; it has no honorific: leave it out in outreach.toml." in [
        one.says for one in whole.everything_found(letter, [mission()])
    ]
    assert "honorific" not in [one.kind for one in whole.everything_found(write("thanks", "en", [mission()]), [mission()])]


def _height(pdf: bytes, words: str) -> float:
    """How high on the first page these words stand, in points from its foot."""
    with pypdfium2.PdfDocument(pdf) as opened:
        text = opened[0].get_textpage()
        place = text.search(words).get_next()
        assert place is not None, words
        return float(text.get_charbox(place[0])[1])


def test_the_address_stands_over_the_salutation_or_at_the_foot_of_the_first_page() -> None:
    """Letters of the United Nations have it flush left at the foot; most offices over the salutation."""
    above = letter_pdf(write("thanks", "en", [mission()]).sheet)
    at_foot = write("thanks", "en", [mission()], composer_of("thanks", sender(address_at_foot=True))).sheet
    below = letter_pdf(at_foot)
    assert _height(above, "Sample Street") > _height(above, "Excellency,")
    assert _height(below, "Sample Street") < _height(below, "highest consideration")
    assert _height(below, "Sample Street") < 250
    assert "Sample Street 4" in letter_text(at_foot)


def test_the_address_at_the_foot_of_a_long_letter_is_on_the_first_page() -> None:
    found = pages(
        letter_pdf(write("member-state", "en", [mission()], composer_of("member-state", sender(address_at_foot=True))).sheet)
    )
    assert ["Sample Street" in page for page in found] == [True, False]


class Shelf(dict[str, bytes]):
    """Keeps files by a number."""

    def __call__(self, content: bytes) -> str:
        self[str(len(self))] = content
        return str(len(self) - 1)


def translated(language: str, into: str, by: Sender | None = None, name: str = "thanks") -> tuple[whole.Whole, str]:
    shelf = Shelf()
    letter = write(name, language, [mission()], composer_of(name, by or whole.sender(), shelf), translation=into)
    return letter, " ".join(" ".join(pages(content)) for content in shelf.values())


def test_a_courtesy_translation_is_enclosed_and_says_what_it_is() -> None:
    letter, page = translated("en", "es")
    [file] = letter.composed.enclosures
    assert (file.title, file.filename) == ("Courtesy translation (español)", "IGF-LP-2025-0120-es.pdf")
    assert "Enclosure: Courtesy translation (español)" in letter.text
    assert "Traducción de cortesía Traducido del inglés" in page
    assert "Señora Embajadora:" in page
    assert "Tengo el honor de" in page
    assert "IGF/LP/2025/0120" in page


def test_nobody_signs_a_translation_and_nothing_is_enclosed_with_it() -> None:
    _letter, page = translated("en", "fr")
    assert "The Chair" not in page
    assert "Pièce" not in page
    _note, page = translated("en", "fr", name=NOTE)
    assert "Paraphe" not in page


@pytest.mark.parametrize("into", languages())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_translation_between_any_two_languages_says_from_which(language: str, into: str) -> None:
    words = load_forms(into).words
    assert into == language or words.translated_from[language]
    assert words.courtesy_translation


def test_a_letter_in_the_wanted_language_needs_no_translation() -> None:
    letter, page = translated("fr", "fr")
    assert (letter.composed.enclosures, page) == ((), "")


def test_a_translation_may_be_in_a_language_that_the_office_writes_no_letters_in() -> None:
    letter, page = translated("en", "es", sender(writes=("en",)))
    assert letter.composed.language == "en"
    assert "Traducción de cortesía" in page


def test_a_translation_into_a_language_that_the_template_lacks_is_refused() -> None:
    with pytest.raises(
        Unwritable, match="a courtesy translation into 'pt' is wanted, and the template thanks has no wording in pt"
    ):
        translated("en", "pt")


def test_who_approves_hears_of_a_translation_whose_words_no_reader_has_signed_off() -> None:
    says = "The courtesy translation into Spanish stands on words that no reader of it has signed off yet."
    assert says in translated("en", "es")[0].composed.warnings
    assert not [one for one in translated("en", "fr")[0].composed.warnings if "courtesy translation" in one]


def test_a_translation_of_words_that_were_changed_by_hand_is_found() -> None:
    letter, _page = translated("en", "es")
    changed = whole.everything_found(letter, [mission()], template_sha256="")
    assert "translation" in [one.kind for one in changed]
    assert "translation" not in [one.kind for one in whole.everything_found(letter, [mission()])]


def test_the_same_letter_with_a_translation_has_the_same_digest_twice() -> None:
    first, second = (translated("en", "es")[0].composed for _ in range(2))
    assert first.digest("r", whole.DAY) == second.digest("r", whole.DAY)


def test_a_mission_whose_language_is_not_written_here_gets_the_one_that_goes_with_it() -> None:
    """English or French by the mission's own language; the default where nothing is said."""
    by = sender(writes=("en", "fr"), fallbacks={"ar": "fr", "es": "zh"})
    composer: Composer = composer_of("thanks", by)
    found = {language: write("thanks", language, [mission()], composer).composed for language in ("ar", "es", "ru", "fr")}
    assert {language: one.language for language, one in found.items()} == {"ar": "fr", "es": "en", "ru": "en", "fr": "fr"}
    assert found["ar"].warnings[0].startswith("The letter is in fr, since ar is not written here: ")


def test_the_shipped_profile_asks_for_none_of_it() -> None:
    letter = write("thanks", "en", [mission()])
    assert not {"classification", "translation", "address_at_foot"} & set(letter.composed.layout)
    assert found(letter, [mission()]) == []


@pytest.mark.parametrize("name", whole.NAMES)
def test_the_page_has_a_masthead_of_words_no_emblem_and_no_invented_document_symbol(name: str) -> None:
    """General Assembly resolution 92 (I): the emblem is the United Nations' own; so are symbols and distribution lines."""
    letter = write(name, "en", [mission()])
    with pypdfium2.PdfDocument(letter_pdf(letter.sheet)) as opened:
        kinds = {thing.type for page in opened for thing in page.get_objects()}
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert letter.text.startswith("IGF Leadership Panel\n")
    for sign in ("A/", "Distr.", "GENERAL", "United Nations"):
        assert sign not in letter.text.partition("Reference: ")[0]
