"""Coding as rows: what stands under which theme, written to CSV, and brought in from one made here or in another tool.

A row is a passage under one theme. Its words are checked against the text, so that a file of an older text marks nothing wrong.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.contacts.shielding import shield, unshield
from outreach.errors import Invalid, OutreachError
from outreach.inputs import codebook, coding
from outreach.inputs.coding import Span
from outreach.inputs.models import InputText, Passage, PassageTheme, Stance, Theme
from outreach.journal import Actor, Role
from outreach.responses.closing import pieces

COLUMNS = ("passage", "response", "text", "start", "end", "words", "theme", "stance", "memo", "coder", "coded_at")
# The least that says what is marked: where, either by place or by words, and under what.
NEEDED = ("response", "theme")
MOST_BYTES = 50 * 2**20


@dataclass(frozen=True)
class Outcome:
    """What became of a row (from 1, the headings apart): its passage, whether anything was new, or why it was refused."""

    row: int
    passage: int | None
    new: bool
    refused: str = ""


def as_csv(passages: Sequence[Passage]) -> bytes:
    """These passages as CSV in UTF-8, a row for each theme; text that a spreadsheet would run is shielded."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for passage in passages:
        words = coding.words(passage)
        for row in sorted(passage.themes, key=lambda row: (row.theme.position, row.theme_id)):
            cells = (f"{row.theme.codebook}:{row.theme.code}", row.stance or "", passage.memo, passage.coded_by)
            writer.writerow(
                [
                    *(passage.id, passage.text.response_id, passage.text_id, passage.start, passage.end),
                    *(shield(cell) for cell in (words, *cells)),
                    passage.coded_at.isoformat(),
                ]
            )
    return written.getvalue().encode("utf-8-sig")


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by their headings; raises Invalid for what is none, or lacks a column."""
    if len(content) > MOST_BYTES:
        raise Invalid(f"The file has more than {MOST_BYTES // 2**20} MB; cut it in two.")
    try:
        text = content.decode("utf-8-sig")
        dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"The file is no CSV in UTF-8 ({error}); save it as that.") from error
    heads = set(rows[0]) if rows else set()
    if missing := [name for name in NEEDED if name not in heads]:
        raise Invalid(f"The file has no column {' and no column '.join(missing)}; it needs: {', '.join(COLUMNS)}.")
    return [{name: unshield(value or "") for name, value in row.items() if name and isinstance(value, str)} for row in rows]


def bring(session: Session, rows: Sequence[Mapping[str, str]], *, by: Actor, at: datetime) -> list[Outcome]:
    """Mark what the rows say; the same again changes nothing. Rows that cannot be used are told with the reason, others kept.

    A row says `response` and either `start` and `end`, or `words` that occur once; `text` where the response has several.
    One entry of the register for all of them.
    """
    by.must_be(Role.DRAFTER, "mark passages")
    bringing = _Bringing.over(session, rows)
    outcomes = [bringing.row(number, row, by, at) for number, row in enumerate(rows, 1)]
    session.flush()
    done = [(number, passage, new) for number, passage, new, _ in outcomes if passage is not None and new]
    if done:
        marked = [{"row": number, "passage": passage.id, "sha256": passage.sha256} for number, passage, _ in done]
        digest = journal.digest_of_rows(marked)
        journal.record(session, by, "brought in", "passages", at=at, rows=len(marked), digest_of_rows=digest)
    return [Outcome(number, passage.id if passage else None, new, refused) for number, passage, new, refused in outcomes]


_Done = tuple[int, Passage | None, bool, str]


@dataclass(frozen=True)
class _Bringing:
    """What rows are compared with, read once for all of them."""

    session: Session
    texts: Mapping[int, Sequence[InputText]]
    passages: dict[tuple[int, int, int], Passage]
    themes: dict[str, Theme]

    @classmethod
    def over(cls, session: Session, rows: Sequence[Mapping[str, str]]) -> "_Bringing":
        numbers = {int(row["response"]) for row in rows if row.get("response", "").isdecimal()}
        texts: dict[int, list[InputText]] = {}
        for text in _texts(session, numbers):
            texts.setdefault(text.response_id, []).append(text)
        known = _passages(session, [text.id for each in texts.values() for text in each])
        return cls(session, texts, {(one.text_id, one.start, one.end): one for one in known}, {})

    def row(self, number: int, row: Mapping[str, str], by: Actor, at: datetime) -> _Done:
        try:
            text = self._text(row)
            coding.must_be_codable(text.response)
            place, theme = self._place(text, row), self._theme(row.get("theme", ""))
            stance = _stance(row.get("stance", ""))
        except OutreachError as error:
            return number, None, False, str(error)
        passage, fresh = self._passage(text, place, row, by, at)
        new = coding.say(passage, [theme], stance, row.get("memo", "").strip())
        return number, passage, fresh or new, ""

    def _text(self, row: Mapping[str, str]) -> InputText:
        said, wanted = row.get("response", ""), row.get("text", "").strip()
        texts = self.texts.get(int(said), []) if said.isdecimal() else []
        found = [text for text in texts if not wanted or str(text.id) == wanted]
        if len(found) != 1:
            why = "has no such text" if not found else "has several texts; say which"
            raise Invalid(f"Response {said or '(none)'} {why}.")
        return found[0]

    def _place(self, text: InputText, row: Mapping[str, str]) -> Span:
        start, end, words = row.get("start", ""), row.get("end", ""), row.get("words", "")
        if not (start.isdecimal() and end.isdecimal()):
            return coding.find_words(text, words)
        place = int(start), int(end)
        return coding.span_said(text, *place, words) if words.strip() else coding.span_of(text.content, *place)

    def _theme(self, code: str) -> Theme:
        if code not in self.themes:
            self.themes[code] = codebook.find(self.session, code)
        return self.themes[code]

    def _passage(self, text: InputText, span: Span, row: Mapping[str, str], by: Actor, at: datetime) -> tuple[Passage, bool]:
        key = (text.id, span.start, span.end)
        if known := self.passages.get(key):
            return known, False
        digest = coding.digest_of(text.content[span.start : span.end])
        coder = row.get("coder", "").strip()[:200] or by.name
        made = Passage(
            text=text, start=span.start, end=span.end, sha256=digest, memo="", coded_by=coder, coded_at=at, themes=[]
        )
        self.session.add(made)
        self.passages[key] = made
        return made, True


def _texts(session: Session, responses: Iterable[int]) -> Iterator[InputText]:
    for piece in pieces(list(responses)):
        query = select(InputText).where(InputText.response_id.in_(piece)).options(joinedload(InputText.response))
        yield from session.scalars(query.order_by(InputText.id))


def _passages(session: Session, texts: Iterable[int]) -> Iterator[Passage]:
    for piece in pieces(list(texts)):
        themes = selectinload(Passage.themes).joinedload(PassageTheme.theme)
        yield from session.scalars(select(Passage).where(Passage.text_id.in_(piece)).options(themes))


def _stance(said: str) -> Stance | None:
    try:
        return Stance(said.strip()) if said.strip() else None
    except ValueError as error:
        raise Invalid(f"{said!r} is no stance; say {', '.join(Stance)}, or nothing.") from error
