"""Whatever is recorded of somebody: either the whole letter can be signed, in any language, or it is not made."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.contacts.addressing import Reach
from outreach.letters.composing import Unwritable
from outreach.letters.vocatives import Spoken
from outreach.protocol.addressee import POST_KINDS, RANKS
from outreach.protocol.cleaning import FORBIDDEN
from outreach.protocol.forms import Forms, Holder, languages
from outreach.protocol.wording import Phrase, Wording
from tests.letters.desk import load_forms
from tests.letters.whole import NAMES, NOTE, Whole, found, post, write

LETTERS = [name for name in NAMES if name != NOTE]
# Full name and family name: of one word, with particles and apostrophes, of other scripts and both directions, with combining
# marks, a picture, words that programs take for nothing, and signs that could be a place to fill in.
PEOPLE = [
    ("Suryadi", ""),
    ("Li Junhua", "Li"),
    ("Aung San Suu Kyi", ""),
    ("Ludwig van der Berg", "van der Berg"),
    ("Siobhán O'Brien", "O'Brien"),
    ("Ngũgĩ D’Angelo-Ñandú", "D’Angelo-Ñandú"),
    ("Ze\u0301 Nguye\u0302\u0303n", "Nguye\u0302\u0303n"),
    ("محمد بن علي العلي", "العلي"),
    ("שרה כהן", "כהן"),
    ("李明", "李"),
    ("می\u200cآید رضایی", "رضایی"),
    ("Ana 🙂 Example", "Example"),
    ("None", "None"),
    ("Null Null", "Null"),
    ("Nil Undefined", " "),
    ("<b>Ada</b> & *Co*", "<b>"),
    ("Per %s {name}", "{family}"),
    ("X-Æ {{ opening }}", "{% if %}"),
    ("Dear Dear", "Dear"),
    ("Excellency Example", "Excellency"),
]
NOBODY = [("", ""), (" ", "Example"), ("—", "-"), ("\u200b", "")]
HIDDEN = [("Ada \u202eelpmaxE", "Example"), ("Ada Example", "\u2066Example"), ("Ada\nBcc: x@y.example", "Example")]
LONG = (
    "Deputy Director for the Coordination of the Follow-up to and Implementation of Outcomes, and for Their Annual Review Too"
)
TITLES = ["", "Director", LONG, "مدير عام", "Minister of {of}", "None"]
ORDINARY = [pair for pair in PEOPLE if not set("{}") & set("".join(pair))]


def holders(people: list[tuple[str, str]]) -> st.SearchStrategy[Holder | None]:
    """Somebody of these people, in any state of the record; or nobody."""
    return st.none() | st.builds(
        lambda names, **rest: Holder(full_name=names[0], family_name=names[1], **rest),
        st.sampled_from(people),
        gender=st.sampled_from(["female", "male", None]),
        rank=st.sampled_from([*RANKS, None]),
        academic_title=st.sampled_from(["", "Dr.", " "]),
        style=st.sampled_from(["", "His Royal Highness", "Sa Majesté", "?"]),
        salutation=st.sampled_from(["", "", "", " ,", "Your Grace,", "Dear Vint,", "Dear ,"]),
        close=st.sampled_from(["", "", "", "With respect,"]),
        confirmed=st.booleans(),
    )


def posts(people: list[tuple[str, str]]) -> st.SearchStrategy[Reach]:
    return st.builds(
        lambda kind, holder, title, postal: post(kind, holder, title=title, postal=postal),
        st.sampled_from(POST_KINDS),
        holders(people),
        st.sampled_from(TITLES),
        st.sampled_from([(), ("P.O. Box 1", "New  York"), ("شارع ١٢", "القاهرة")]),
    )


def attempt(name: str, language: str, to: list[Reach]) -> tuple[Whole | None, str]:
    """The letter, or None and the reason."""
    try:
        return write(name, language, to), ""
    except Unwritable as refusal:
        return None, str(refusal)


@pytest.mark.first
@given(
    st.sampled_from(LETTERS), st.sampled_from(languages()), st.lists(posts(PEOPLE + NOBODY + HIDDEN), min_size=1, max_size=2)
)
@settings(max_examples=250, deadline=None)
def test_a_letter_is_fit_to_sign_in_any_language_or_says_why_it_is_not_made(name: str, language: str, to: list[Reach]) -> None:
    whole, refusal = attempt(name, language, to)
    if whole is None:
        assert len(refusal) > 20
        assert not FORBIDDEN.search(refusal)
        return
    recorded = "".join(repr((one.holder, one.title)) for one in to)
    _nothing_is_left_to_fill_in(whole, recorded)
    _nobody_is_greeted_as_nobody(whole)
    _one_salutation_and_the_close_repeats_it(whole)
    if not set("{}") & set(recorded):
        assert [one.says for one in found(whole, to)] == []


def _nothing_is_left_to_fill_in(whole: Whole, recorded: str) -> None:
    assert not re.search("[\ue000\ue001\u202a-\u202e\u2066-\u2069]", whole.composed.body + whole.composed.salutation)
    if not set("{}") & set(recorded):
        assert not set("{}") & set(whole.text)
    for nothing in ("None", "Null", "null", "undefined", "nan"):
        assert nothing in recorded or not re.search(rf"\b{nothing}\b", whole.text)


def _nobody_is_greeted_as_nobody(whole: Whole) -> None:
    """Never "Dear ,", nor "Estimada señora :", "Уважаемый господин ,", "尊敬的：" or "عزيزي ،"."""
    assert _bare(whole.composed.salutation) not in {_bare(one) for one in _greetings_of_nobody(whole.composed.language)}
    assert not re.search(r"\S +[,،]( |$)|[,،:：] *[,،:：]", f"{whole.composed.salutation} {whole.composed.close}")
    assert all(line.strip() == line and "  " not in line for line in (whole.composed.salutation, *whole.composed.address_block))


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()


def _greetings_of_nobody(language: str) -> Iterator[str]:
    forms = load_forms(language)
    empty = dict.fromkeys(("vocative", "name", "family", "courtesy", "spoken_style"), "")
    for form in forms.forms.values():
        for greeting in _texts(form.salutation):
            yield greeting.format(**empty)
            for vocative in _texts(form.vocative):
                if "{" in vocative:
                    for courtesy in ("", *_texts(forms.settings.courtesy)):
                        yield greeting.format(vocative=vocative.format(**{**empty, "courtesy": courtesy}))


def _texts(phrase: Phrase | None) -> list[str]:
    return list(phrase.templates()) if isinstance(phrase, Wording) else [phrase] if phrase else []


def _one_salutation_and_the_close_repeats_it(whole: Whole) -> None:
    words, spoken = whole.composed, Spoken.of(load_forms(whole.composed.language))
    # A long one is broken over two lines.
    assert [line.strip() for line in whole.text.splitlines()].count(words.salutation) <= 1
    assert sum(map(words.body.count, {form.opening for form in load_forms(words.language).forms.values()})) == 1
    closing = spoken.closing(words.close)
    assert closing == "" or closing in spoken.openings(words.salutation)


@given(
    st.sampled_from(languages()), st.sampled_from(["permanent-representative", "foreign-minister"]), holders(PEOPLE + NOBODY)
)
@settings(max_examples=60, deadline=None)
def test_a_note_is_the_same_whoever_holds_the_post(language: str, kind: str, holder: Holder | None) -> None:
    assert write(NOTE, language, [post(kind, holder)]).text == write(NOTE, language, [post(kind, None)]).text


ARTICLES = {"la", "le", "les"}
# Any name of letters that no form has.
PLAIN = Holder(full_name="Qqq Zzz", family_name="Zzz")


@pytest.mark.parametrize("language", languages())
def test_unknown_gender_is_neutral_or_blocked_for_every_post_and_rank(language: str) -> None:
    forms, written = load_forms(language), 0
    gendered = _gendered(forms)
    assert len(gendered) >= 2
    style = next(iter(forms.styles))
    for kind in POST_KINDS:
        for rank in (*RANKS, None):
            for title in ("", "Dr."):
                holder = replace(PLAIN, rank=rank, academic_title=title, style=style if rank == "royal" else "")
                whole, refusal = attempt("thanks", language, [post(kind, holder, title="Ttt")])
                if whole is None:
                    assert "the gender is not recorded" in refusal
                    continue
                written += 1
                head = [*whole.composed.address_block, whole.composed.salutation, whole.composed.close]
                shown = " ".join(head).replace(style, "").replace(forms.styles[style].vocative, "")
                assert not gendered & _words(shown, language), (kind, rank, shown)
    assert written


def _gendered(forms: Forms) -> set[str]:
    """The words that stand in forms for a woman or a man, and in none that hold for everybody."""
    phrases: list[Phrase | None] = [forms.settings.courtesy]
    vacant = {each.vacant for each in forms.posts.values()}
    for form in (form for name, form in forms.forms.items() if name not in vacant):
        phrases += [form.vocative, form.name_line, form.salutation, form.close]
    for each in forms.posts.values():
        phrases += [each.title, each.block_title]
    known, open_to_all = set(), set()
    for phrase in phrases:
        if isinstance(phrase, Wording):
            known |= _spoken_words((phrase.female, phrase.male), forms.language)
            open_to_all |= _spoken_words((phrase.unknown, phrase.titled), forms.language)
        elif phrase:
            open_to_all |= _spoken_words((phrase,), forms.language)
    return known - open_to_all - ARTICLES


def _spoken_words(templates: tuple[str | None, ...], language: str) -> set[str]:
    return {word for text in templates if text for word in _words(re.sub(r"\{\w+\}", " ", text), language)}


def _words(text: str, language: str) -> set[str]:
    if language == "zh":
        return {text[at : at + 2] for at in range(len(text) - 1)} & {"先生", "女士"}
    return set(re.findall(r"[^\W\d_]+", text))
