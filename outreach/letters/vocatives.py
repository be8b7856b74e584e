"""What the forms of address ask of a finished letter: one vocative, the one on record, repeated in the close; one opening.

ST/DCS/4/Rev.1, paras 104 to 106. All wording comes from the language's forms, nothing of it stands here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from outreach.letters.cases import Case
from outreach.letters.comparing import folded
from outreach.letters.findings import Finding
from outreach.protocol.entries import Form, Forms
from outreach.protocol.wording import Phrase

_MARKS = " ,:;.!،：，！"
_MARK = "{vocative}"


@dataclass(frozen=True)
class Spoken:
    """How a language speaks to people: `fixed` are formal vocatives that name nobody ("Excellency", "Monsieur le Ministre").

    `known` are those of all forms, `closes` what stands before and after the vocative in a close, `personal` how a salutation
    begins ("Dear "), `honorifics` how no name of its own begins, `standing` finds a fixed vocative within a text.
    """

    fixed: frozenset[str]
    known: frozenset[str]
    closes: tuple[tuple[str, str], ...]
    personal: tuple[str, ...]
    honorifics: tuple[str, ...]
    standing: re.Pattern[str]

    @classmethod
    def of(cls, forms: Forms) -> "Spoken":
        """How `forms` speak."""
        every = forms.forms.values()
        fixed = {text for form in every if form.formal for text in _fixed(form)}
        closes = {text for form in every for phrase in (form.close, form.joint_close) for text in _templates(phrase)}
        begins = {text.partition(_MARK)[0] for form in every for text in _templates(form.salutation)}
        return cls(
            fixed=frozenset(map(folded, fixed)),
            known=frozenset(folded(text) for form in every for text in _fixed(form)),
            closes=tuple(sorted(_around(text) for text in closes if _MARK in text)),
            personal=tuple(sorted(filter(None, {*forms.settings.personal, *begins}))),
            honorifics=forms.settings.honorifics,
            standing=_set_off(fixed),
        )

    def openings(self, salutation: str) -> list[str]:
        """The vocative of a salutation, as a close may repeat it: "Dear Ms. Li," gives "Dear Ms. Li" and "Ms. Li"."""
        whole = folded(salutation).strip(_MARKS)
        return [whole, *(whole.removeprefix(word) for word in self.personal if whole.startswith(word))]

    def closing(self, close: str) -> str:
        """The vocative within a close; empty where it has none."""
        text = folded(close)
        for before, after in self.closes:
            if text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after):
                return text[len(before) : len(text) - len(after)].strip(_MARKS)
        found = self.standing.search(text)
        return found[1] if found else ""


def _templates(phrase: Phrase | None) -> Iterator[str]:
    if phrase is not None:
        yield from (phrase,) if isinstance(phrase, str) else phrase.templates()


def _fixed(form: Form) -> Iterator[str]:
    phrases = (form.vocative, form.joint)
    return (text for phrase in phrases for text in _templates(phrase) if "{" not in text)


def _around(template: str) -> tuple[str, str]:
    # Spaces at the ends count here, and folding would take them away.
    before, _, after = template.partition(_MARK)
    return folded(f"{before}\0")[:-1], folded(f"\0{after}")[1:]


def _set_off(vocatives: set[str]) -> re.Pattern[str]:
    """A fixed vocative as one is spoken to within a text: between commas, or at the beginning of a line."""
    either = "|".join(re.escape(folded(one)) for one in sorted(vocatives, key=len, reverse=True))
    return re.compile(rf"(?:^|[,，،] ?)({either or '(?!)'})(?=[,，،：:])", re.MULTILINE)


def of_case(case: Case, spoken: Spoken) -> Iterator[Finding]:
    """What is wrong with the form of address of a letter."""
    opening = spoken.openings(case.salutation)
    yield from _unlike_the_record(case, spoken, opening[0])
    closing = spoken.closing(case.close)
    if closing and closing not in opening:
        yield Finding("closing-vocative", f"It begins with “{case.salutation}” and closes with “{closing}”.")
    yield from _second(case, spoken, opening)
    yield from _formula(case)
    yield from _signed(case, spoken)


def _unlike_the_record(case: Case, spoken: Spoken, vocative: str) -> Iterator[Finding]:
    """A formal vocative belongs to the office that the record names: "Excellency" only for those who have it."""
    now = case.found
    if now is None or vocative not in spoken.fixed or folded(now.salutation).strip(_MARKS) == vocative:
        return
    yield Finding("vocative", f"It says “{vocative}”; by the record the salutation is “{now.salutation}”.")


def _second(case: Case, spoken: Spoken, opening: list[str]) -> Iterator[Finding]:
    first, *rest = re.split("[,，،] ?", folded(case.salutation).strip(_MARKS))
    if rest and len(case.posts) == 1 and first in spoken.fixed and opening[0] not in spoken.known:
        yield Finding("second-vocative", f"The salutation “{case.salutation}” has two vocatives.")
    lines = [line for line in case.body.splitlines() if line.strip()]
    if _folded(lines[0] if lines else "") == folded(case.salutation):
        yield Finding("second-vocative", f"The text begins with “{case.salutation}” again.")
    if len(lines) > 1 and _folded(lines[-1]) == folded(case.close):
        yield Finding("second-vocative", f"The text ends with “{case.close}”, which stands below it already.")
    within = {found for line in lines for found in _spoken_to(spoken.standing, line)}
    for other in sorted(within - set(opening)) if len(case.posts) == 1 else ():
        yield Finding("second-vocative", f"The salutation is “{case.salutation}”, and the text speaks to “{other}”.")


def _formula(case: Case) -> Iterator[Finding]:
    """Para 106: the first sentence of a formal letter holds the formula, and no other does."""
    now = case.found
    if now is None or not now.formal or not now.opening:
        return
    formula, text = folded(now.opening), " ".join(filter(None, map(_folded, case.body.splitlines())))
    times = text.count(formula)
    if times != 1 or not text.startswith(formula):
        where = "does not begin the text" if times == 1 else f"stands {times} times in the text"
        yield Finding("opening", f"“{now.opening}” {where}; it stands once, at the beginning.")


def _signed(case: Case, spoken: Spoken) -> Iterator[Finding]:
    """A signature block omits honorifics (ST/DCS/4/Rev.1)."""
    for signatory in case.layout["signatories"]:
        if signatory["name"].startswith(spoken.honorifics):
            says = f"The signature says “{signatory['name']}”; it has no honorific: leave it out in outreach.toml."
            yield Finding("honorific", says)


# The letters of a campaign have nearly all their lines in common.
_folded = lru_cache(maxsize=4096)(folded)


@lru_cache(maxsize=4096)
def _spoken_to(standing: re.Pattern[str], line: str) -> tuple[str, ...]:
    return tuple(found[1] for found in standing.finditer(_folded(line)))
