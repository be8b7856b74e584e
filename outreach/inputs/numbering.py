"""Replies that keep the numbers of the questions: which words answer which, in linear time."""

import re
from collections.abc import Sequence

from outreach.campaigns.asking import Asked

# "1.5 million" begins no answer.
_NUMBERED = re.compile(
    r"\s{0,8}(?:(?:question|answer|frage|pregunta|вопрос|réponse|[qra])[ .:]{0,2})?\(?(\d{1,3})\s?[.):\-–](?!\d)\s*",
    re.IGNORECASE,
)
_COMPARED = 60  # characters of a question by which a repetition of it is known


def by_number(text: str, asked: Sequence[Asked]) -> dict[str, str]:
    """The answers by code, of a text in which lines begin with the numbers that the questions were asked under, from 1.

    Numbers must rise: a list within an answer, which begins at 1 again, is a part of it. A question that is repeated above its
    answer is left out. Nothing is found where fewer than two numbers stand, unless only one thing was asked.
    """
    found: dict[int, list[str]] = {}
    last = 0
    for line in text.splitlines():
        match = _NUMBERED.match(line)
        number = int(match[1]) if match else 0
        if match and last < number <= len(asked):
            last, found[number] = number, [line[match.end() :]]
        elif last:
            found[last].append(line)
    if len(found) < min(2, len(asked)):
        return {}
    told = {asked[number - 1].code: _without(asked[number - 1].wording, lines) for number, lines in found.items()}
    return {code: answer for code, answer in told.items() if answer}


def _without(wording: str, lines: Sequence[str]) -> str:
    """What was written, without the question where it is repeated, also over several lines."""
    said = "\n".join(lines).strip()
    words, squeezed = wording.split(), said.split()
    begins = " ".join(words)[:_COMPARED].casefold()
    if begins and " ".join(squeezed[: len(words)]).casefold().startswith(begins):
        return _after(said, len(words))
    return said


def _after(said: str, words: int) -> str:
    for number, match in enumerate(re.finditer(r"\S+", said), 1):
        if number == words:
            return said[match.end() :].strip()
    return ""
