"""Marking passages: a span of an immutable text under themes, fixed by the digest of exactly its words."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs.models import InputText, Passage, PassageTheme, Stance, Theme
from outreach.inputs.texts import of_response
from outreach.journal import Actor, Role
from outreach.responses.closing import IN_FORCE
from outreach.responses.models import Response, ResponseKind


class Altered(Invalid):
    """The words at a passage's place are no longer those that were marked."""


@dataclass(frozen=True)
class Span:
    """The place [start, end) in a text, in Unicode code points."""

    start: int
    end: int


def span_of(content: str, start: int, end: int) -> Span:
    """The span of `content` from `start` up to `end`, without the white space at its ends.

    Raises Invalid when the place is not in the text, holds nothing but white space, or cuts a character in two.
    """
    if not 0 <= start < end <= len(content):
        raise Invalid(f"The text has the places 0 to {len(content)}; from {start} to {end} is no span of it.")
    words = content[start:end]
    if not words.strip():
        raise Invalid(f"There is only white space from {start} to {end}; mark words.")
    start += len(words) - len(words.lstrip())
    span = Span(start, start + len(words.strip()))
    if _cut(content, span.start, span.end):
        raise Invalid(f"From {span.start} to {span.end} cuts a letter from its accent, or an emoji in two; mark all of it.")
    return span


_JOINER = "\u200d"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def cuts_character(content: str, place: int) -> bool:
    """Whether what a reader sees as one character goes on from before `place` in `content` to after it."""
    if not 0 < place < len(content):
        return False
    after = content[place]
    # Marks are accents, the vowel signs of Indic scripts, and variation selectors.
    return content[place - 1] == _JOINER or after in _JOINER + _SKIN_TONES or unicodedata.category(after).startswith("M")


def find_words(text: InputText, quote: str) -> Span:
    """Where the words of `quote` stand in `text`, whatever white space lies between them.

    Raises Refused, saying how often they occur, unless that is exactly once.
    """
    parts = [re.escape(part) for part in quote.split()]
    if not parts:
        raise Invalid("Give the words to mark, as they stand in the text.")
    # The lookahead also counts occurrences that overlap.
    pattern = r"\s+".join(parts)
    found = [one for one in re.finditer(f"(?=({pattern}))", text.content) if not _cut(text.content, *one.span(1))]
    if len(found) != 1:
        times = "do not occur" if not found else f"occur {len(found)} times"
        cure = "copy them from the text as it stands here" if not found else "give more of the words around them"
        raise Refused(f"These words {times} in text {text.id} of response {text.response_id}; {cure}.")
    return Span(*found[0].span(1))


def _cut(content: str, start: int, end: int) -> bool:
    return cuts_character(content, start) or cuts_character(content, end)


def span_said(text: InputText, start: int, end: int, words: str) -> Span:
    """The span from `start` up to `end` of which somebody saw that it holds `words`, whatever white space lies in them.

    Raises Refused when other words stand there, Invalid as `span_of` does.
    """
    span = span_of(text.content, start, end)
    if text.content[span.start : span.end].split() != words.split():
        raise Refused(f"Other words than those stand from {start} to {end} of text {text.id}; select them again.")
    return span


def mark(
    session: Session,
    text: InputText,
    start: int,
    end: int,
    themes: Sequence[Theme],
    *,
    stance: Stance | None = None,
    memo: str = "",
    by: Actor,
    at: datetime,
) -> Passage:
    """Mark the words of `text` from `start` up to `end` (code points) as a passage under `themes`.

    White space at the ends is left out. A span that is marked already gets the further themes and the newly said stance; the
    same again changes nothing. Raises Refused unless the response is substantive and stands; Invalid for a bad span.
    """
    by.must_be(Role.DRAFTER, "mark passages")
    must_be_codable(text.response)
    if not themes:
        raise Invalid("A passage stands under one theme at least; name one.", to_type="`outreach inputs themes` lists them.")
    span = span_of(text.content, start, end)
    passage = session.scalar(_whole().filter_by(text_id=text.id, start=span.start, end=span.end))
    if passage is None:
        passage = _new(session, text, span, by, at)
    if say(passage, themes, stance, memo.strip()):
        _record(session, passage, by, at)
    return passage


def must_be_codable(response: Response) -> None:
    if response.state not in IN_FORCE:
        raise Refused(f"Response {response.id} is {response.state}; mark passages in the one that stands.")
    if response.kind is not ResponseKind.SUBSTANTIVE:
        raise Refused(f"Response {response.id} is logged as {response.kind}; say first that it is substantive.")


def _new(session: Session, text: InputText, span: Span, by: Actor, at: datetime) -> Passage:
    digest = digest_of(text.content[span.start : span.end])
    passage = Passage(text=text, start=span.start, end=span.end, sha256=digest, memo="", coded_by=by.name, coded_at=at)
    session.add(passage)
    session.flush()
    return passage


def say(passage: Passage, themes: Sequence[Theme], stance: Stance | None, memo: str) -> bool:
    """Put what is said on the passage; whether anything of it was new."""
    before = {row.theme_id: row for row in passage.themes}
    news = [theme for theme in themes if theme.id not in before]
    passage.themes.extend(PassageTheme(theme=theme, theme_id=theme.id, stance=stance) for theme in news)
    turned = [before[theme.id] for theme in themes if theme.id in before and stance not in (None, before[theme.id].stance)]
    for row in turned:
        row.stance = stance
    noted = bool(memo) and memo not in (passage.memo, *passage.memo.split("\n"))
    if noted:
        passage.memo = "\n".join(part for part in (passage.memo, memo) if part)
    return bool(news or turned or noted)


def _record(session: Session, passage: Passage, by: Actor, at: datetime) -> None:
    session.flush()
    stances = {row.theme.code: row.stance for row in passage.themes}
    subject = f"passage {passage.id} of response {passage.text.response_id}"
    journal.record(session, by, "marked", subject, at=at, sha256=passage.sha256, themes=stances)


def take_off(session: Session, passage: Passage, theme: Theme, *, by: Actor, at: datetime) -> Passage:
    """Take `passage` out from under `theme`; its words and other themes stay.

    Raises NotFound when it does not stand there, Refused for its last theme: that passage is set aside instead.
    """
    by.must_be(Role.DRAFTER, "take themes off passages")
    row = next((row for row in passage.themes if row.theme_id == theme.id), None)
    if row is None:
        raise NotFound(f"Passage {passage.id} does not stand under {theme.code}.")
    if len(passage.themes) == 1:
        raise Refused(f"{theme.code} is the only theme of passage {passage.id}; set the passage aside, or add a theme first.")
    passage.themes.remove(row)
    session.flush()
    subject = f"passage {passage.id} of response {passage.text.response_id}"
    journal.record(session, by, "took a theme off", subject, at=at, theme=theme.code, stance=row.stance)
    return passage


def counts(session: Session) -> dict[int, int]:
    """How many passages stand under each theme, by the theme's number; one query, themes without a passage left out."""
    query = select(PassageTheme.theme_id, func.count()).group_by(PassageTheme.theme_id)
    return dict(session.execute(query).all())


def digest_of(words: str) -> str:
    """The SHA-256 of these words in UTF-8."""
    return hashlib.sha256(words.encode()).hexdigest()


def words(passage: Passage) -> str:
    """The passage's words as they were received; raises Altered when they are not those that were marked."""
    said = passage.text.content[passage.start : passage.end]
    if digest_of(said) != passage.sha256:
        raise Altered(
            f"The words of passage {passage.id} (response {passage.text.response_id}) are not those that were marked; "
            "bring the text back from a backup."
        )
    return said


def _whole() -> Select[Passage]:
    """Passages with their texts, responses and themes: three queries whatever their number."""
    return select(Passage).options(
        joinedload(Passage.text).joinedload(InputText.response),
        selectinload(Passage.themes).joinedload(PassageTheme.theme),
    )


def find(session: Session, number: int) -> Passage:
    """The passage with this number, or NotFound."""
    passage = session.scalar(_whole().filter_by(id=number))
    if passage is None:
        raise NotFound(f"There is no passage {number}; look it up in the list.", to_type="`outreach inputs list` shows them.")
    return passage


def passages(
    session: Session,
    *,
    theme: Theme | None = None,
    response: Response | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[Passage]:
    """The passages of one theme or response, or all, in the order of their texts; all of them, or a page."""
    query = _whole().order_by(Passage.text_id, Passage.start, Passage.id).offset(offset).limit(limit)
    if theme is not None:
        query = query.where(Passage.id.in_(select(PassageTheme.passage_id).filter_by(theme_id=theme.id)))
    if response is not None:
        query = query.where(Passage.text_id.in_(select(InputText.id).filter_by(response_id=response.id)))
    return session.scalars(query).all()


def numbered(session: Session, numbers: Collection[int]) -> Sequence[Passage]:
    """The passages with these numbers, in the order of their texts."""
    query = _whole().where(Passage.id.in_(numbers)).order_by(Passage.text_id, Passage.start, Passage.id)
    return session.scalars(query).all()


def find_text(session: Session, response: Response, number: int | None = None) -> InputText:
    """The text `number` of `response`, or its only one.

    Raises NotFound when it has none or not that one, Refused when it has several and none is named.
    """
    texts = of_response(session, response.id)
    if number is not None:
        texts = [text for text in texts if text.id == number]
    if not texts:
        which = f"text {number}" if number is not None else "text"
        raise NotFound(
            f"Response {response.id} has no {which}.", to_type=f"`outreach inputs show {response.id}` shows what it has."
        )
    if len(texts) > 1:
        names = ", ".join(f"{text.id} ({text.origin})" for text in texts)
        raise Refused(f"Response {response.id} has several texts: {names}; say which.")
    return texts[0]
