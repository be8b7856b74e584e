"""Whatever is recorded: either a letter can be signed, or it says why it cannot be made."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.protocol.addressee import POST_KINDS, RANKS
from outreach.protocol.forms import Address, Addressee, Forms, Holder, Unaddressable, address, languages, load
from tests.protocol.people import ISOC, KENYA, lokaale, representative

FORMS = {language: load(language) for language in languages()}
ODD = st.sampled_from(
    [
        "",
        " ",
        "-",
        "Li",
        "Ekitela  Lokaale",
        "<b>x</b>",
        "*x*",
        "{name}",
        "{",
        "%s",
        "محمد بن علي",
        "李明",
        "\u200b",
        "O'B",
        "x\ny",
    ]
)
NAMES = ODD | st.text(max_size=12)
TITLES = st.sampled_from(["", "Director", "x" * 120, "Minister of {of}"])


def attempt(forms: Forms, letter: list[Addressee]) -> tuple[Address | None, str]:
    """The address, or None and the reason."""
    try:
        return address(forms, letter), ""
    except Unaddressable as refusal:
        return None, str(refusal)


def holders() -> st.SearchStrategy[Holder | None]:
    return st.none() | st.builds(
        Holder,
        full_name=NAMES,
        family_name=NAMES,
        gender=st.sampled_from(["female", "male", None]),
        rank=st.sampled_from([*RANKS, None]),
        academic_title=st.sampled_from(["", "Dr.", " "]),
        style=st.sampled_from(["", "His Royal Highness", "Her Majesty", "?"]),
        salutation=st.sampled_from(["", " ", ",", "Your Grace,", "Dear Vint,", "Dear", "Dear ,"]),
        close=st.sampled_from(["", "", "Bye,"]),
        confirmed=st.booleans(),
    )


def addressees(language: str) -> st.SearchStrategy[Addressee]:
    return st.builds(
        Addressee,
        language=st.just(language),
        post_kind=st.sampled_from(POST_KINDS),
        seat=st.sampled_from([None, "geneva", "paris"]),
        post_title=TITLES,
        organisation=st.sampled_from([None, KENYA[language], ISOC]),
        holder=holders(),
        postal_lines=st.sampled_from([(), ("", " "), ("P.O. Box 1", "New  York")]),
    )


@given(st.sampled_from(languages()).flatmap(lambda each: st.lists(addressees(each), min_size=1, max_size=3)))
@settings(max_examples=600, deadline=None)
def test_a_letter_is_either_fit_to_sign_or_not_made(letter):
    forms = FORMS[letter[0].language]
    found, refusal = attempt(forms, letter)
    if found is None:
        assert len(refusal) > 20
        assert "\n" not in refusal
        return
    written = [found.salutation, found.opening, found.close, found.vocative, *found.block]
    assert not any("  " in text or "\n" in text or text != text.strip() for text in written)
    assert any(char.isalnum() for char in found.vocative)
    assert not re.search(r"\b(Dear|Accept),? ,", " ".join(written))
    assert "" not in found.block if len(letter) == 1 else found.block.count("") == len(letter) - 1
    assert found.block[0]
    _no_placeholder(written, letter)
    assert found.vocative in found.salutation


def _no_placeholder(written, letter):
    if not set("{}") & set(repr(letter)):
        assert not any("{" in text or "}" in text for text in written)


@given(st.sampled_from(languages()), st.sampled_from([*RANKS, None]), st.sampled_from(["female", "male"]))
def test_the_closing_vocative_is_the_opening_one(language, rank, gender):
    forms = FORMS[language]
    style = "" if rank != "royal" else next(iter(forms.styles))
    found = address(forms, [representative(lokaale(rank=rank, gender=gender, style=style), language)])
    name = forms.by_rank[rank] if rank else forms.posts["permanent-representative"].form
    if "{vocative}" in str(forms.forms[name].close):
        assert found.vocative in found.close


@given(holders().filter(bool), st.sampled_from(POST_KINDS))
@settings(deadline=None)
def test_unknown_gender_never_yields_a_gendered_word(holder, kind):
    # What is recorded may hold any word; here only the words that protocol adds count.
    plain = replace(holder, full_name="Ekitela", family_name="", gender=None, style="", salutation="")
    found, _ = attempt(FORMS["en"], [representative(plain, post_kind=kind, post_title="Chair")])
    if found is not None:
        written = " ".join([found.salutation, found.close, *found.block])
        assert not re.search(r"\b(Mr|Ms|Sir|Madam|His|Her)\b", written)
