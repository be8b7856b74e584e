"""What is wrong with a template by itself, whoever it goes to: told by its wordings side by side."""

import re
from collections import Counter
from collections.abc import Iterator

from outreach.letters.templates import Shelved
from outreach.letters.values import GIVEN
from outreach.letters.wording import Wording

_SHOWN = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_MARKS = re.compile(r"\{[{%].*?[}%]\}")
# Names in Latin letters stand in every language; what is left must be in the language's own script, by this much.
_OWN = {"ru": re.compile(r"[\u0400-\u04ff]"), "zh": re.compile(r"[\u3400-\u9fff]"), "ar": re.compile(r"[\u0600-\u06ff]")}
_SCRIPTS = {"ru": "Cyrillic", "zh": "Chinese", "ar": "Arabic"}
_SHARE = 0.5


def doubts(template: Shelved, wording: Wording, model: Wording) -> Iterator[str]:
    """What should be looked at in `wording`, compared with the `model` wording of the same template."""
    yield from _about_the_opening(wording)
    yield from _about_values(template, wording)
    yield from _beside(wording, model)
    yield from _about_its_script(wording)


def _about_the_opening(wording: Wording) -> Iterator[str]:
    times = _SHOWN.findall(wording.source).count("opening")
    if times != 1:
        yield f"opening stands {times} times; it is to stand once, as the first words of the body."
    elif not wording.source.partition("\n")[2].lstrip().startswith("{{"):
        yield "opening is not the first word of the body."


def _about_values(template: Shelved, wording: Wording) -> Iterator[str]:
    about = template.about
    shown = wording.required | wording.optional
    if "deadline" in wording.required and "deadline" not in about.needs:
        yield 'it shows the deadline, and letter.toml does not say needs = ["deadline"].'
    roots = {name.partition(".")[0] for name in shown}
    for name in sorted(roots - GIVEN - about.values.keys()):
        yield f"it shows {name}, which letter.toml does not name under [values]."
    if "event" in roots and not about.event:
        yield "it shows a meeting, and letter.toml has no [event], so there is none."


def _beside(wording: Wording, model: Wording) -> Iterator[str]:
    here, there = (Counter(_SHOWN.findall(one.source)) for one in (wording, model))
    for name in sorted(here.keys() | there.keys()):
        if here[name] != there[name]:
            yield f"it shows {name} {_times(here[name])}, the wording in {model.language} {_times(there[name])}."
    ours, theirs = (len(_paragraphs(one)) for one in (wording, model))
    if ours != theirs:
        yield f"it has {ours} paragraphs, the wording in {model.language} has {theirs}."


def _times(number: int) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _about_its_script(wording: Wording) -> Iterator[str]:
    own = _OWN.get(wording.language)
    for number, paragraph in enumerate(_paragraphs(wording), start=1):
        letters = [sign for sign in paragraph if sign.isalpha()]
        if own and letters and len(own.findall(paragraph)) < _SHARE * len(letters):
            yield f"paragraph {number} is hardly in {_SCRIPTS[wording.language]} letters; it may be left untranslated."


def _paragraphs(wording: Wording) -> list[str]:
    parts = re.split(r"\n\s*\n", _MARKS.sub("", wording.source))
    return [part for part in parts if part.strip()]
