"""The forms of address of one language as a PDF, for somebody who reads it to go through, mark and sign."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from importlib import resources
from pathlib import Path
from typing import Any

from outreach.letters.sheets import typographic
from outreach.protocol.dates import date_line
from outreach.protocol.entries import Forms
from outreach.protocol.forms import Address
from outreach.protocol.specimens import SITUATIONS, notes, royals, specimens
from outreach.protocol.wording import Entry
from outreach.typesetting.data import language_data, lines_data
from outreach.typesetting.french import localized_text
from outreach.typesetting.pdf import Layout, compile_pdf
from outreach.typesetting.tree import printable

_STATES = frozenset({"member-state", "observer-state", "observer"})
_FIRST = date(2025, 1, 1)


def reading_sheet(forms: Forms, *, office: str, day: date) -> bytes:
    """Every form of the language as it reads, the standing of each entry, and a place to sign; a tagged PDF.

    `office` and `day` stand at the head; the sheet's code is `forms.code`. Raises CannotTypeset for a character no font has.
    """
    folder = Path(str(resources.files("outreach._templates"))) / "letters" / "_reading"
    made = datetime.combine(day, time(), tzinfo=UTC)
    return compile_pdf(Layout(folder, "reading.typ"), _data(forms, office, day), made)


def _data(forms: Forms, office: str, day: date) -> dict[str, Any]:
    name = forms.settings.name
    return {
        "language": language_data("en"),
        "of": language_data(forms.language, within="en"),
        "title": f"Forms of address in {printable(name)}",
        "facts": printable(f"{office} · {date_line(day, 'en')} · code {forms.code}"),
        "code_line": f"code {forms.code}",
        "intro": f"For somebody who reads {name}. Please mark what is wrong, however small, write what it should say, and sign"
        " at the end. The persons and organisations are invented; a letter goes on where the dots stand.",
        "open_means": "awaits a reader",
        "full_means": "has a source, or was signed off",
        "groups": [
            _group("Letters to States and observers", _letters(forms, states=True)),
            _group("Letters to organisations and persons", _letters(forms, states=False)),
            _group("Royal and other styles", _royals(forms)),
            _group(
                "Notes verbales",
                _notes(forms),
                "The first paragraph begins and the last one reads as shown; there is no salutation and no signature.",
            ),
        ],
        "other_title": "Dates and single words",
        "others": list(_others(forms)),
        "standing_title": "Where the entries that await nobody come from",
        "standing_head": ["entry", "source, or whose word"],
        "standings": [[one.name, printable(one.in_words)] for one in forms.standings() if not forms.awaits(one.name)],
        "word_title": "The reader's word",
        "word": f"I read {name}. I have gone through this sheet and find its forms right, except where I have marked them.",
        "word_lines": ["Name", "Date", "Signature", "Place"],
        "recorded": f"To record it: outreach protocol sign-off --language {forms.language} --by NAME --date DATE"
        f" --sheet {forms.code}",
    }


def _group(title: str, situations: Iterable[dict[str, Any]], about: str = "") -> dict[str, Any]:
    return {"title": title, "about": about, "situations": list(situations)}


def _letters(forms: Forms, *, states: bool) -> Iterator[dict[str, Any]]:
    for situation in SITUATIONS:
        if (situation.of in _STATES) == states:
            found = specimens(forms, situation)
            without = [one.case for one in found if one.address is None]
            used = dict.fromkeys(name for one in found if one.address for name in one.address.used)
            cases = [_letter(forms, one.case, one.address, one.title) for one in found if one.address]
            yield _situation(
                forms, situation.label, used, cases, f"No letter is made: {', '.join(without)}." if without else ""
            )


def _situation(forms: Forms, label: str, used: Iterable[str], cases: list[dict[str, Any]], without: str = "") -> dict[str, Any]:
    return {"label": label, "marks": _marks(forms, used), "cases": cases, "without": without}


def _royals(forms: Forms) -> Iterator[dict[str, Any]]:
    for style, address in royals(forms):
        yield _situation(forms, style, address.used, [_letter(forms, "man or woman", address)])


def _notes(forms: Forms) -> Iterator[dict[str, Any]]:
    for situation, address in notes(forms):
        label = f"To the mission or ministry of: {situation.label}"
        yield _situation(forms, label, address.used, [_letter(forms, "note verbale", address)])


def _letter(forms: Forms, name: str, address: Address, title: str = "") -> dict[str, Any]:
    """One letter as it reads; the post's title in running text is shown where the address words it otherwise."""
    running = "" if any(title in line for line in address.block) else title

    def text(words: str) -> str:
        return printable(localized_text(typographic(words), forms.language))

    return {
        "name": name,
        "block": lines_data([text(line) for line in address.block], forms.language),
        "salutation": text(address.salutation),
        "opening": text(address.opening),
        "close": text(address.close),
        "running": text(running),
    }


def _marks(forms: Forms, names: Iterable[str]) -> list[list[Any]]:
    return [[name, bool(forms.awaits(name))] for name in names if name not in ("settings", "dates", "words", "note")]


def _others(forms: Forms) -> Iterator[dict[str, Any]]:
    settings = forms.settings

    def joined(words: Iterable[str]) -> str:
        return settings.comma.join(word.strip() for word in words)

    courtesy = (
        ("for a woman", settings.courtesy.choose("female") or ""),
        ("for a man", settings.courtesy.choose("male") or ""),
        ("begins a personal salutation", joined(settings.personal)),
        ("is no part of a name", joined(settings.honorifics)),
    )
    yield _table(forms, "Courtesy titles", "settings", courtesy)
    days = (
        ("the first of a month", (_FIRST,)),
        ("other days", [_FIRST.replace(month=month, day=18) for month in range(1, 13)]),
    )
    dates = ((what, joined(date_line(day, forms.language, forms) for day in each)) for what, each in days)
    yield _table(forms, "Dates", "dates", dates)
    if forms.through:
        handed_on = forms.through.line.format(body="…")
        yield _table(forms, "A letter that another body hands on", "through", (("in the address", handed_on),))
    words = forms.words.labels()
    words |= {"page_of": words["page_of"].format(page=2, pages=3), "counted": words["counted"].format(count=2)}
    words |= {"confidential": forms.words.confidential, "courtesy_translation": forms.words.courtesy_translation}
    words["translated_from"] = joined(forms.words.translated_from.values())
    around = ((name.replace("_", " "), word) for name, word in words.items())
    yield _table(forms, "Words that stand around the text of a letter", "words", around)
    for name, label, entry in (
        ("reply_form", "Words of a reply form", forms.reply_form),
        ("print_run", "Words of a print run", forms.print_run),
    ):
        if entry is not None:
            yield _table(forms, label, name, _words_of(entry))
    if forms.note and forms.note.persons:
        persons = (("first and second person", joined(forms.note.persons)),)
        yield _table(forms, "Words that a note verbale does not use", "note", persons)


def _words_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """The words of an entry, each with what it is for; who vouches for them is told elsewhere."""
    for name in entry.__struct_fields__:
        words = getattr(entry, name)
        if name not in ("source", "awaits"):
            yield name.replace("_", " "), words if isinstance(words, str) else " ".join(words)


def _table(forms: Forms, label: str, name: str, rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {
        "label": label,
        "marks": [[name, bool(forms.awaits(name))]],
        "head": ["what", f"in {forms.settings.name}"],
        "rows": [[what, printable(localized_text(words, forms.language))] for what, words in rows if words],
    }
