"""Notes verbales: in the third person, to a mission or a ministry, with no salutation and no signature."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from icu import BreakIterator, Locale

from outreach.errors import Refused
from outreach.protocol.addressee import Addressee, NoteSender, Unaddressable
from outreach.protocol.addressing import EVERY_LETTER, Address, awaiting
from outreach.protocol.cleaning import clean, legible, readable
from outreach.protocol.entries import Forms, Note, NoteAddressee
from outreach.protocol.routing import route
from outreach.protocol.titles import HOME_SEATS, home_of, mission, naming, of_name, seat_of, worded
from outreach.protocol.wording import Phrase, choose

# A State, an observer State, or an observer such as the European Union: what has a mission or a ministry.
MAY_RECEIVE = frozenset({"member-state", "observer-state", "observer"})


class NoNote(Refused):
    """A note verbale may not go to this addressee, or not from this sender."""


def address_note(forms: Forms, addressee: Addressee, sender: NoteSender) -> Address:
    """Return how a note verbale from `sender` to the mission or ministry of `addressee` begins and ends.

    `opening` begins the first paragraph and `close` is the last one; both name the State in full. There is no salutation, and
    who holds the post does not matter. Raises NoNote unless the addressee is a mission or ministry, Unaddressable when the
    record lacks what the formulas need.
    """
    formulas, to, name = _formulas(forms), *_addressed(forms, addressee)
    named = {
        "sender": _name(forms, sender),
        "to": _to(forms, addressee, to.to),
        "again": _to(forms, addressee, to.again or to.to),
    }
    delivered = route(forms, addressee)
    used = (*EVERY_LETTER, "note", name, *delivered.used)
    return Address(
        block=tuple(line for line in (_heading(forms, addressee, to), *delivered.lines) if line),
        salutation="",
        opening=_formula(forms, formulas.opening, sender, named),
        close=_formula(forms, formulas.close, sender, named),
        vocative="",
        warnings=tuple(awaiting(forms, used)),
        formal=True,
        used=used,
    )


def personal_words(persons: Iterable[str], text: str, language: str) -> tuple[str, ...]:
    """Return the words of `text` that are among `persons`: first and second person, which a note does not use; each once."""
    known = frozenset(persons)
    if not known:
        return ()
    return tuple(dict.fromkeys(word for word in _words(text, language) if _is_word_of(word, known)))


def _is_word_of(word: str, persons: frozenset[str]) -> bool:
    # "US" is a State, "us" is not; a capital alone ("I", "Я") is the word itself.
    abbreviation = len(word) > 1 and word.isupper()
    return not abbreviation and (word in persons or word.lower() in persons)


def _words(text: str, language: str) -> list[str]:
    """The words of `text` by the Unicode rules, and by a dictionary where no space parts them; "j'ai" is two."""
    breaks = BreakIterator.createWordInstance(Locale(language))
    plain = text.replace("'", " ").replace("’", " ")
    breaks.setText(plain)
    # ICU counts in UTF-16.
    units = plain.encode("utf-16-le")
    ends = [0, *breaks]
    return [units[2 * start : 2 * end].decode("utf-16-le") for start, end in pairwise(ends)]


def _formulas(forms: Forms) -> Note:
    if forms.note is None:
        raise Unaddressable(f"{forms.settings.name} has no formulas of notes verbales; add the entry [note].")
    return forms.note


def _addressed(forms: Forms, addressee: Addressee) -> tuple[NoteAddressee, str]:
    """The mission or ministry, and the name of the entry that words it."""
    organisation = addressee.organisation
    if organisation is None or organisation.kind not in MAY_RECEIVE:
        raise NoNote(f"{naming(addressee)} is no mission or ministry of a State, and gets no note verbale; write a letter.")
    kind, seat = home_of(addressee), seat_of(addressee)
    home = forms.notes.get(kind)
    if home is None:
        raise NoNote(
            f"{naming(addressee)} is no mission or ministry; a note verbale goes to the mission instead, or write a letter."
        )
    if seat in HOME_SEATS or not forms.posts[kind].mission:
        return home, f"notes.{kind}"
    if seat not in home.seats:
        raise Unaddressable(
            f"{naming(addressee)} has the seat {readable(seat)!r}, for which {forms.settings.name} has no note;"
            f" add the entry [notes.{kind}.seats.{readable(seat)}]."
        )
    return home.seats[seat], f"notes.{kind}.seats.{seat}"


def _to(forms: Forms, addressee: Addressee, template: str) -> str:
    """The addressee with the full name of the State."""
    organisation = addressee.organisation
    full = organisation and (organisation.of_formal or (forms.settings.of_is_name and organisation.formal))
    if not full or not legible(full):
        raise Unaddressable(
            f"{naming(addressee)}: a note verbale names the State in full; record its full name in {forms.settings.name}."
        )
    return worded(forms, template, of=of_name(forms, addressee, template))


def _name(forms: Forms, sender: NoteSender) -> str:
    name = clean(sender.name, "sender of notes")
    if not legible(name):
        raise Unaddressable(f"The sender of the note has no name in {forms.settings.name}; record it in the sender's profile.")
    return name


def _formula(forms: Forms, phrase: Phrase, sender: NoteSender, named: Mapping[str, str]) -> str:
    template = choose(phrase, sender.gender or "unknown")
    if template is None:
        raise Unaddressable(
            f"In {forms.settings.name} a note verbale turns on the grammatical gender of its sender, {readable(sender.name)};"
            f" record it in the sender's profile: female or male."
        )
    return worded(forms, template, **named)


def _heading(forms: Forms, addressee: Addressee, to: NoteAddressee) -> str:
    return _to(forms, addressee, to.block) if to.block else (mission(addressee, forms) or "")
