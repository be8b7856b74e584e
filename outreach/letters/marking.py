"""What any letter can be given besides the values of its template: a mark that it is confidential, a courtesy translation,
and the form of what it answers.

They are values like the template's own: for everybody in the campaign, or for one addressee.
"""

from collections.abc import Mapping
from typing import Any

from outreach.errors import Invalid
from outreach.letters.noting import NOTE
from outreach.protocol import forms as protocol

CONFIDENTIAL, TRANSLATION, ANSWERED_FORM = "confidential", "translation", "their_form"
LETTER = "letter"
PLACES: Mapping[str, str] = {
    CONFIDENTIAL: "yes prints Confidential under the reference; may be left out",
    TRANSLATION: "a language, as es, in which a courtesy translation is enclosed; may be left out",
    ANSWERED_FORM: "the form of what is answered, letter or note-verbale, which a reply keeps; may be left out",
}


def confidential(values: Mapping[str, Any], forms: protocol.Forms) -> str:
    """The word under the reference; "" for a letter that is not confidential. Raises Invalid unless yes or no is said."""
    said = str(values.get(CONFIDENTIAL) or "no").strip().lower()
    if said not in ("yes", "no"):
        raise Invalid(f"its value {CONFIDENTIAL} is {said!r}; write yes, or leave it out.")
    return forms.words.confidential if said == "yes" else ""


def translation(values: Mapping[str, Any]) -> str:
    """The language in which a courtesy translation is wanted; "" where none is."""
    return str(values.get(TRANSLATION) or "").strip()


def other_form(values: Mapping[str, Any], form: str) -> list[str]:
    """The sentence for whoever approves a reply that does not keep the incoming form. Raises Invalid for another word."""
    came_as = str(values.get(ANSWERED_FORM) or form).strip()
    if came_as not in (LETTER, NOTE):
        raise Invalid(f"its value {ANSWERED_FORM} is {came_as!r}; write {LETTER} or {NOTE}, or leave it out.")
    if came_as == form:
        return []
    named = {LETTER: "a letter", NOTE: "a note verbale"}
    return [f"What is answered came as {named[came_as]}, and this is {named[form]}; a reply keeps the form."]
