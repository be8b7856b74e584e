"""What a question is before it is kept: its code, its kind, its wording by language, and the options of a choice.

A code is what an answer is known by for good, so it is never changed: letters bear it, and answers come back under it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from outreach.campaigns.models import Question, QuestionKind
from outreach.errors import Invalid
from outreach.protocol.forms import languages
from outreach.typesetting.tree import printable

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# Every reply form has fields of these names.
RESERVED = frozenset({"attribution", "respondent"})
LONGEST_WORDING, LONGEST_OPTION = 2_000, 200  # characters
MOST_QUESTIONS, MOST_OPTIONS = 100, 50
LARGEST_FILE = 1_000_000  # characters


class Option(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One choice: what it is known by, and how it reads in each language."""

    code: str
    wording: dict[str, str]


class Asking(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to ask. Make it by `checked`, which says what is wrong with it."""

    code: str
    kind: QuestionKind
    wording: dict[str, str]
    options: tuple[Option, ...] = ()


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question as one letter asks it: in one language, `options` as code and words. What is stored with the letter."""

    code: str
    kind: QuestionKind
    wording: str
    options: tuple[tuple[str, str], ...] = ()


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    question: tuple[Asking, ...]


def checked(asking: Asking) -> Asking:
    """The question with its white space in order; raises Invalid naming the question, the language and what to mend."""
    _check_code(asking.code, "question")
    if asking.code in RESERVED:
        raise Invalid(f"The code {asking.code!r} is one that every reply form has of its own; choose another.")
    where = f"The question {asking.code}"
    wording = _worded(asking.wording, where, LONGEST_WORDING)
    if not wording:
        raise Invalid(f"{where} has no wording; write it in one language at least, such as en.")
    if asking.kind is QuestionKind.CHOICE:
        return msgspec.structs.replace(asking, wording=wording, options=_options(asking.options, wording, where))
    if asking.options:
        raise Invalid(f"{where} is of the kind {asking.kind} and has options; only a choice has them.")
    return msgspec.structs.replace(asking, wording=wording)


def _check_code(code: str, what: str) -> None:
    if not _CODE.fullmatch(code):
        raise Invalid(f"{code[:60]!r} is no code of a {what}; use small letters, digits and hyphens, 40 at most.")


def _worded(wording: Mapping[str, str], where: str, longest: int) -> dict[str, str]:
    """The wordings that are not blank, each in one line."""
    found = {language: " ".join(printable(text).split()) for language, text in wording.items()}
    for language, text in found.items():
        if language not in languages():
            raise Invalid(f"{where} is worded in {language[:20]!r}; there are: {', '.join(languages())}.")
        if len(text) > longest:
            raise Invalid(f"{where} has more than {longest:,} characters in {language}; shorten it.")
    return {language: text for language, text in found.items() if text}


def _options(options: Sequence[Option], wording: Mapping[str, str], where: str) -> tuple[Option, ...]:
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise Invalid(f"{where} is a choice and has {len(options)} options; give it 2 to {MOST_OPTIONS}.")
    made = []
    for option in options:
        _check_code(option.code, "choice")
        made.append(
            Option(code=option.code, wording=_worded(option.wording, f"{where}, option {option.code},", LONGEST_OPTION))
        )
    _must_differ([option.code for option in made], f"{where} has two options with the code")
    for language in wording:
        missing = [option.code for option in made if language not in option.wording]
        if missing:
            raise Invalid(f"{where} is worded in {language}, but its option {missing[0]} is not; add the words.")
        # By its words an option is known again in a form that comes back.
        _must_differ([option.wording[language].casefold() for option in made], f"{where} has two options that read")
    return tuple(made)


def _must_differ(values: Sequence[str], sentence: str) -> None:
    twice = next((value for place, value in enumerate(values) if value in values[:place]), None)
    if twice is not None:
        raise Invalid(f"{sentence} {twice!r}; change one of them.")


def read(text: str, where: str) -> tuple[Asking, ...]:
    """The questions of a TOML file: tables [[question]] with code, kind, wording and options.

    `where` is what messages call the file. Raises Invalid naming it and the entry.
    """
    if len(text) > LARGEST_FILE:
        raise Invalid(f"{where} has more than {LARGEST_FILE:,} characters; that is no list of questions.")
    try:
        raw = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"{where} cannot be read as questions ({error}); mend that entry.") from error
    try:
        return several(raw.question)
    except Invalid as error:
        raise Invalid(f"{where}: {error}") from error


def several(questions: Sequence[Asking]) -> tuple[Asking, ...]:
    """All of these checked, and each code once; raises Invalid."""
    found = tuple(checked(question) for question in questions)
    if not 1 <= len(found) <= MOST_QUESTIONS:
        raise Invalid(f"There are {len(found)} questions; a campaign has 1 to {MOST_QUESTIONS}.")
    _must_differ([question.code for question in found], "Two questions have the code")
    return found


def of(question: Question) -> Asking:
    """A kept question as it was asked for."""
    raw: dict[str, Any] = {
        "code": question.code,
        "kind": question.kind.value,
        "wording": question.wordings,
        "options": question.options,
    }
    return msgspec.convert(raw, Asking)


def in_language(question: Asking, language: str) -> Asked:
    """The question as a letter in `language` asks it; it must have a wording in that language."""
    options = tuple((option.code, option.wording[language]) for option in question.options)
    return Asked(code=question.code, kind=question.kind, wording=question.wording[language], options=options)
