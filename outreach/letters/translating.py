"""Courtesy translations: the same letter in another language, enclosed as a page that says what it is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError

from outreach.letters.composed import Composed
from outreach.letters.enclosing import Enclosed
from outreach.letters.layout import letter_pdf
from outreach.letters.marking import TRANSLATION
from outreach.letters.register import file_stem
from outreach.letters.sheet import Sheet
from outreach.letters.sheets import sheet_of
from outreach.letters.wishing import Wish
from outreach.protocol import forms as protocol

GetForms = Callable[[str], protocol.Forms]


def wish(wanted: Wish, into: str) -> Wish:
    """What the translation into the language `into` gets of a letter that gets `wanted`."""
    values = {name: value for name, value in wanted.values.items() if name != TRANSLATION}
    return replace(wanted, language=into, values=values)


def title(forms: protocol.Forms, into: protocol.Forms) -> str:
    """What the page of a letter in the language of `forms` calls its translation."""
    words = forms.words.courtesy_translation or into.words.courtesy_translation
    return words + forms.words.counted.format(count=own_name(into))


def own_name(forms: protocol.Forms) -> str:
    """What a language calls itself: "español", "русский"; its name in the forms where Babel does not know it."""
    try:
        return str(Locale.parse(forms.language).get_display_name() or forms.settings.name)
    except (UnknownLocaleError, ValueError):
        return forms.settings.name


def name_of(reference: str, into: str) -> str:
    """What the file of the translation into the language `into` is called."""
    return f"{file_stem(reference)}-{into}.pdf"


def doubts(translation: Composed | None, forms: GetForms) -> list[str]:
    """What whoever approves the letter should know of its translation."""
    if translation is None or not any(used["awaits"] for used in translation.wording.values()):
        return []
    name = forms(translation.language).settings.name
    return [f"The courtesy translation into {name} stands on words that no reader of it has signed off yet."]


def page(whole: Composed, translation: Composed, reference: str, dated: date, forms: protocol.Forms) -> Sheet:
    """The translation as a page: it says what it is and from which language, nobody signs it, and nothing goes with it."""
    marks = (forms.words.courtesy_translation, forms.words.translated_from.get(whole.language, ""))
    plain: Mapping[str, Any] = {"signatories": (), "enclosures": (), "copies": (), "on_behalf": ""}
    return replace(sheet_of(translation.version(dated), reference), translation=tuple(filter(None, marks)), **plain)


def enclosed(whole: Composed, reference: str, dated: date, forms: GetForms, keep: Callable[[bytes], str]) -> Composed:
    """`whole` with its translation, if it has one, as a file that goes with it."""
    if whole.translation is None:
        return whole
    into = forms(whole.translation.language)
    content = letter_pdf(page(whole, whole.translation, reference, dated, into))
    name = name_of(reference, into.language)
    file = Enclosed(title(forms(whole.language), into), name, "application/pdf", keep(content))
    return replace(whole, enclosures=(*whole.enclosures, file))
