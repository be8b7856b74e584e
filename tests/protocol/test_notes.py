"""Notes verbales: third person, no salutation, full names of States at both ends, and only to missions and ministries."""

from dataclasses import replace

import pytest

from outreach.protocol.addressee import POST_KINDS
from outreach.protocol.forms import NoNote, NoteSender, OrganisationName, Unaddressable, address_note, languages, load
from outreach.protocol.notes import MAY_RECEIVE, personal_words
from tests.protocol.people import EUROPEAN_UNION, HOLY_SEE, ISOC, KENYA, executive, lokaale, representative

SENDERS = {language: load(language).example for language in languages()}
FULL = {
    "en": "of the Republic of Kenya",
    "fr": "de la République du Kenya",
    "es": "de la República de Kenya",
    "ru": "Республики Кения",
    "zh": "肯尼亚共和国",
    "ar": "لجمهورية كينيا",
}


def sender(language):
    example = SENDERS[language]
    return NoteSender(name=example.sender, gender=example.sender_gender or None)


def test_a_note_presents_compliments_and_renews_assurances(english):
    note = address_note(english, representative(lokaale()), sender("en"))
    mission = "the Permanent Mission of the Republic of Kenya to the United Nations"
    assert note.opening == f"The Secretariat of the Example Forum presents its compliments to {mission} and has the honour to"
    assert note.close == (
        f"The Secretariat of the Example Forum avails itself of this opportunity to renew to {mission}"
        " the assurances of its highest consideration."
    )


def test_a_french_note_presents_compliments_and_seizes_the_occasion(french):
    note = address_note(french, representative(None, "fr"), sender("fr"))
    assert " présente ses compliments à la Mission permanente de la République du Kenya " in note.opening
    assert note.opening.endswith(" et a l'honneur de")
    assert " saisit cette occasion pour renouveler à la Mission permanente de la République du Kenya " in note.close
    assert note.close.endswith(" les assurances de sa très haute considération.")


def test_a_spanish_note_salutes_attentively_and_has_the_honour():
    note = address_note(load("es"), representative(None, "es"), sender("es"))
    assert " saluda atentamente a la Misión Permanente de la República de Kenya " in note.opening
    assert note.opening.endswith(" y tiene el honor de")


@pytest.mark.parametrize("language", languages())
def test_a_note_has_no_salutation_and_both_ends_name_the_state_in_full(language):
    note = address_note(load(language), representative(None, language), sender(language))
    assert note.salutation == ""
    for end in (note.opening, note.close):
        assert FULL[language] in end
        assert SENDERS[language].sender in end
        assert "{" not in end
    assert note.block[0]


@pytest.mark.parametrize("language", languages())
def test_a_note_is_in_the_third_person_in_every_language(language):
    forms = load(language)
    note = address_note(forms, representative(None, language), sender(language))
    assert personal_words(forms.note.persons, f"{note.opening} {note.close}", language) == ()


def test_who_holds_the_post_does_not_matter_to_a_note(english):
    """Neither a vacant post nor an unknown gender changes or hinders it: it goes to the mission."""
    ways = (None, lokaale(), lokaale(gender=None, confirmed=False), lokaale(rank="charge"), lokaale(rank="royal"))
    assert len({address_note(english, representative(way), sender("en")) for way in ways}) == 1


@pytest.mark.parametrize("language", languages())
def test_geneva_is_another_mission(language):
    forms = load(language)
    here, there = (
        address_note(forms, representative(None, language, seat=seat), sender(language)) for seat in (None, "geneva")
    )
    assert here.opening != there.opening
    assert "notes.permanent-representative.seats.geneva" in there.used
    assert here.block != there.block


def test_the_arabic_state_follows_its_preposition():
    """ل before the article is written لل: للجمهورية اللبنانية."""
    lebanon = OrganisationName(
        short="لبنان", formal="الجمهورية اللبنانية", of_formal="الجمهورية اللبنانية", kind="member-state"
    )
    note = address_note(load("ar"), representative(None, "ar", organisation=lebanon), sender("ar"))
    assert "البعثة الدائمة للجمهورية اللبنانية لدى الأمم المتحدة" in note.opening
    assert "لالجمهورية" not in note.opening + note.close


def test_the_arabic_verb_agrees_with_the_sender():
    arabic = load("ar")
    post = representative(None, "ar")
    assert address_note(arabic, post, NoteSender(name="الأمانة", gender="female")).opening.startswith("تهدي الأمانة")
    assert address_note(arabic, post, NoteSender(name="المكتب", gender="male")).opening.startswith("يهدي المكتب")
    with pytest.raises(Unaddressable, match=r"turns on the grammatical gender of its sender.*female or male"):
        address_note(arabic, post, NoteSender(name="المكتب"))


def test_observers_and_delegations_receive_notes(english):
    holy_see = representative(None, post_kind="permanent-observer", organisation=HOLY_SEE)
    assert (
        "the Permanent Observer Mission of the Holy See to the United Nations"
        in address_note(english, holy_see, sender("en")).opening
    )
    union = representative(None, post_kind="head-of-delegation", organisation=EUROPEAN_UNION)
    assert "the Delegation of the European Union to the United Nations" in address_note(english, union, sender("en")).opening


def test_a_ministry_receives_a_note(english):
    ministry = representative(None, post_kind="foreign-minister", seat="capital")
    note = address_note(english, ministry, sender("en"))
    assert "to the Ministry of Foreign Affairs of the Republic of Kenya and" in note.opening
    assert note.block[0] == "Ministry of Foreign Affairs of the Republic of Kenya"


@pytest.mark.parametrize("kind", ["organisation", "igf-body", "nri"])
def test_no_note_goes_to_an_organisation_a_company_or_an_initiative(english, kind):
    assert kind not in MAY_RECEIVE
    for post_kind in POST_KINDS:
        post = replace(executive(lokaale()), post_kind=post_kind, organisation=replace(ISOC, kind=kind, of_formal="of x"))
        with pytest.raises(NoNote, match="is no mission or ministry of a State, and gets no note verbale; write a letter"):
            address_note(english, post, sender("en"))


def test_no_note_goes_to_an_individual(english):
    for organisation in (None, KENYA["en"]):
        person = replace(executive(lokaale()), post_kind="person", organisation=organisation)
        with pytest.raises(NoNote, match="is no mission or ministry"):
            address_note(english, person, sender("en"))


@pytest.mark.parametrize("kind", ["head-of-state", "minister", "president"])
def test_no_note_goes_to_an_office_that_is_no_mission(english, kind):
    with pytest.raises(NoNote, match="a note verbale goes to the mission instead"):
        address_note(english, representative(lokaale(), post_kind=kind, post_title="President"), sender("en"))


def test_a_state_without_its_full_name_is_named(english):
    bare = OrganisationName(short="Kenya", of_short="of Kenya", kind="member-state")
    with pytest.raises(Unaddressable, match="names the State in full; record its full name in English"):
        address_note(english, representative(None, organisation=bare), sender("en"))


def test_a_sender_without_a_name_and_a_seat_without_a_note_are_refused(english):
    with pytest.raises(Unaddressable, match="The sender of the note has no name in English"):
        address_note(english, representative(None), NoteSender(name=" "))
    with pytest.raises(Unaddressable, match=r"add the entry \[notes.permanent-representative.seats.vienna\]"):
        address_note(english, representative(None, seat="Vienna"), sender("en"))


@pytest.mark.parametrize("bad", ["x\nBcc: y", "x\u202ey"])
def test_a_line_break_in_the_senders_name_is_refused(english, bad):
    with pytest.raises(Unaddressable, match="line break or an invisible control character"):
        address_note(english, representative(None), NoteSender(name=bad))


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "We in the US think that I and your Us matter.", ("We", "I", "your", "Us")),
        ("en", "The Permanent Mission will use its own means; WE ARE.", ()),
        ("fr", "J'ai l'honneur de vous dire que notre Forum m’a aidé.", ("J", "vous", "notre", "m")),
        ("fr", "Le Gouvernement jugera ; il sera remercié.", ()),
        ("es", "Nuestro Foro agradece su nota a ustedes.", ("Nuestro", "ustedes")),
        ("ru", "Я и наш форум; яблоко.", ("Я", "наш")),
        ("zh", "我们认为贵国的经验很重要，自我评估亦然。", ("我们", "贵")),
        ("zh", "各国政府的意见将予以考虑。", ()),
        ("ar", "نحن نكتب إليكم بشأن المنتدى.", ("نحن", "إليكم")),
    ],
)
def test_words_of_the_first_and_second_person_are_found_by_language(language, text, words):
    assert personal_words(load(language).note.persons, text, language) == words
