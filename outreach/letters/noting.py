"""Notes verbales among the letters: who may issue one, how it is addressed and ends, and that it stays in the third person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from outreach.config import NoteSettings, SenderSettings
from outreach.errors import Refused
from outreach.protocol import forms as protocol

NOTE = "note-verbale"
_THIRD_PERSON = "A note verbale is in the third person, and this one says: "


def must_be_entitled(profile: SenderSettings, template: str) -> None:
    """Raise Refused unless the sender may issue notes verbales."""
    if not profile.may_issue_notes_verbales:
        raise Refused(
            f"The template {template} makes notes verbales, and this sender may not issue them: write letters, choose another"
            f" sender, or say may_issue_notes_verbales = true in its profile in outreach.toml if it is entitled to."
        )


def for_show(profile: SenderSettings, languages: Iterable[str], forms: Callable[[str], protocol.Forms]) -> SenderSettings:
    """`profile` as it would have to be to issue notes in these languages, for looking at them only.

    Where it has no name for notes, the invented sender stands on whom the forms of address are shown.
    """
    notes = dict(profile.notes)
    for language in languages:
        example = forms(language).example if language not in notes else None
        if example is not None:
            notes[language] = NoteSettings(name=example.sender, place=profile.place or "…", gender=example.sender_gender)
    return msgspec.structs.replace(profile, may_issue_notes_verbales=True, notes=notes)


def doubt(profile: SenderSettings, template: str) -> str:
    """Why this sender issues no such notes, as a sentence; "" when it may."""
    try:
        must_be_entitled(profile, template)
    except Refused as refusal:
        return str(refusal)
    return ""


def address(forms: protocol.Forms, addressees: Sequence[protocol.Addressee], profile: SenderSettings) -> protocol.Address:
    """How a note to this mission or ministry begins and ends; raises NoNote for several of them together."""
    if len(addressees) != 1:
        raise protocol.NoNote("A note verbale goes to one mission or ministry; choose the addressees one by one.")
    mine = _mine(profile, forms)
    return protocol.address_note(forms, addressees[0], protocol.NoteSender(name=mine.name, gender=mine.gender or None))


def layout(profile: SenderSettings, forms: protocol.Forms) -> dict[str, Any]:
    """What a note has on its page in place of a letter's: no signature, the place for the end, and who issues it."""
    mine = _mine(profile, forms)
    return {
        "form": NOTE,
        "signatories": [],
        "on_behalf": "",
        "place": mine.place,
        "issuer": {"name": mine.name, "gender": mine.gender},
        "persons": list(forms.note.persons if forms.note else ()),
    }


def issuer(layout: Mapping[str, Any]) -> protocol.NoteSender | None:
    """Who issues the note that this layout is of; None for a letter."""
    if layout.get("form") != NOTE:
        return None
    return protocol.NoteSender(name=layout["issuer"]["name"], gender=layout["issuer"]["gender"] or None)


def _mine(profile: SenderSettings, forms: protocol.Forms) -> NoteSettings:
    try:
        return profile.notes[forms.language]
    except KeyError:
        raise protocol.NoNote(
            f"The sender has no name for notes verbales in {forms.settings.name}; add its table"
            f" [senders.<name>.notes.{forms.language}] in outreach.toml."
        ) from None


def personal(layout: Mapping[str, Any], body: str, language: str) -> list[str]:
    """The sentence that names words of the first and second person in the body of a note; none for a letter."""
    words = protocol.personal_words(layout.get("persons", ()), body, language)
    return [f"{_THIRD_PERSON}{', '.join(words)}."] if words else []
