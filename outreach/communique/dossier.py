"""The dossier of a version: each paragraph with all it rests on, and what was left out on its theme: the rapporteur's defence.

It shows what is confidential and the office's own notes, so it never leaves: each page says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from outreach.communique import guarding
from outreach.communique.models import CommuniqueVersion, ParagraphKind, Wording
from outreach.inputs import attribution, codebook, coding
from outreach.inputs.models import Attribution, AttributionLevel, InputText, Passage, PassageTheme, SetAside, Stance
from outreach.letters.models import Letter
from outreach.responses import browsing, shelf
from outreach.responses.models import Response, ResponseLetter
from outreach.typesetting import (
    Block,
    Document,
    Emphasis,
    Heading,
    Inline,
    Paragraph,
    Quotation,
    Strong,
    Style,
    Text,
    to_docx,
    to_pdf,
)


@dataclass(frozen=True)
class Witness:
    """A passage as the record has it: whose, its words, how its author may be named and why, who marked it and when.

    `original` is the whole text that its text translates, where it is a translation. `aside` is the internal reason why it, or
    its answer, is left out; empty while it is used.
    """

    passage_id: int
    response_id: int
    authors: tuple[str, ...]
    words: str
    language: str
    original: str
    original_language: str
    level: AttributionLevel
    evidence: str
    themes: tuple[tuple[str, Stance | None], ...]
    memo: str
    coded_by: str
    coded_at: datetime
    aside: str = ""
    aside_by: str = ""


@dataclass(frozen=True)
class Entry:
    """A paragraph: what a reader calls its place, its words, on what it rests, and what was left out on its theme."""

    place: str
    paragraph_id: int
    kind: ParagraphKind
    text: str
    basis: str
    sources: tuple[Witness, ...]
    left_out: tuple[Witness, ...]

    @property
    def heading(self) -> bool:
        """Whether it is a heading, which says nothing."""
        return self.kind in (ParagraphKind.CHAPTER, ParagraphKind.SUBHEAD)


def of_version(session: Session, version: CommuniqueVersion) -> list[Entry]:
    """All paragraphs of `version` in order; a fixed number of queries.

    What was left out on a theme stands once, under the first paragraph of that theme. Raises Altered when a passage's words
    have changed.
    """
    sources = [source.passage_id for row in version.wordings for source in row.sources]
    themes = _themes(version, codebook.standing(session))
    aside = _aside(session, version)
    passages = _passages(session, {*sources, *_on(session, {theme for row in themes.values() for theme in row}, aside)})
    witnesses = _witnesses(session, passages, aside)
    on_theme = defaultdict[int, list[Witness]](list)
    for passage in passages:
        if (witness := witnesses[passage.id]).aside:
            for row in passage.themes:
                on_theme[row.theme_id].append(witness)
    return [_entry(place, row, witnesses, themes[row.id], on_theme) for place, row in guarding.places(version)]


def _entry(
    place: str,
    row: Wording,
    witnesses: Mapping[int, Witness],
    themes: Sequence[int],
    on_theme: dict[int, list[Witness]],
) -> Entry:
    left_out = [witness for theme in themes for witness in on_theme.pop(theme, ())]
    return Entry(
        place=place,
        paragraph_id=row.paragraph_id,
        kind=row.paragraph.kind,
        text=row.text,
        basis=row.basis,
        sources=tuple(witnesses[source.passage_id] for source in row.sources),
        left_out=tuple({witness.passage_id: witness for witness in left_out}.values()),
    )


def _themes(version: CommuniqueVersion, now: Mapping[int, int]) -> dict[int, list[int]]:
    """By wording, the themes that it is the first to stand for; `now` is where the passages of those merged stand."""
    seen: set[int] = set()
    found = {}
    for row in version.wordings:
        theme = now.get(row.paragraph.theme_id or 0, row.paragraph.theme_id)
        found[row.id] = [theme] if theme is not None and theme not in seen else []
        seen.update(found[row.id])
    return found


@dataclass(frozen=True)
class _Aside:
    responses: Mapping[int, SetAside]
    passages: Mapping[int, SetAside]

    def of(self, passage: Passage) -> SetAside | None:
        return self.passages.get(passage.id) or self.responses.get(passage.text.response_id)


def _aside(session: Session, version: CommuniqueVersion) -> _Aside:
    """What is set aside of the answers to the communiqué's campaigns."""
    campaigns = [row.campaign_id for row in version.communique.campaigns]
    of_campaigns = (
        select(ResponseLetter.response_id)
        .join(Letter, Letter.id == ResponseLetter.letter_id)
        .where(Letter.campaign_id.in_(campaigns))
    )
    standing = select(SetAside).where(SetAside.withdrawn_at.is_(None))
    parts = standing.join(Passage, Passage.id == SetAside.passage_id).join(InputText, InputText.id == Passage.text_id)
    whole = session.scalars(standing.where(SetAside.response_id.in_(of_campaigns)))
    marked = session.scalars(parts.where(InputText.response_id.in_(of_campaigns)))
    return _Aside({row.response_id or 0: row for row in whole}, {row.passage_id or 0: row for row in marked})


def _on(session: Session, themes: Iterable[int], aside: _Aside) -> Sequence[int]:
    """The passages under these themes that are left out."""
    query = (
        select(Passage.id)
        .join(InputText, InputText.id == Passage.text_id)
        .where(Passage.id.in_(aside.passages) | InputText.response_id.in_(aside.responses))
        .where(Passage.id.in_(select(PassageTheme.passage_id).where(PassageTheme.theme_id.in_(list(themes)))))
    )
    return session.scalars(query).all()


def _passages(session: Session, numbers: Iterable[int]) -> Sequence[Passage]:
    themes = selectinload(Passage.themes).joinedload(PassageTheme.theme)
    query = select(Passage).where(Passage.id.in_(list(numbers))).options(joinedload(Passage.text), themes)
    return session.scalars(query.order_by(Passage.id)).all()


def _witnesses(session: Session, passages: Sequence[Passage], aside: _Aside) -> dict[int, Witness]:
    responses = browsing.by_number(session, {passage.text.response_id for passage in passages})
    levels = attribution.effective_of_passages(session, [passage.id for passage in passages])
    evidence = _evidence(session, responses)
    originals = _originals(session, {passage.text_id for passage in passages})
    return {
        passage.id: _witness(
            passage,
            responses[passage.text.response_id],
            levels[passage.id],
            evidence.get((passage.text.response_id, passage.id)) or evidence.get((passage.text.response_id, None), ""),
            originals.get(passage.text_id),
            aside.of(passage),
        )
        for passage in passages
    }


def _witness(
    passage: Passage,
    response: Response,
    level: AttributionLevel,
    evidence: str,
    original: InputText | None,
    aside: SetAside | None,
) -> Witness:
    return Witness(
        passage_id=passage.id,
        response_id=response.id,
        authors=tuple(shelf.author_names(response)),
        words=coding.words(passage),
        language=passage.text.language,
        original=original.content if original else "",
        original_language=original.language if original else "",
        level=level,
        evidence=evidence,
        themes=tuple((row.theme.code, row.stance) for row in passage.themes),
        memo=passage.memo,
        coded_by=passage.coded_by,
        coded_at=passage.coded_at,
        aside=aside.reason if aside else "",
        aside_by=aside.set_aside_by if aside else "",
    )


def _evidence(session: Session, responses: Iterable[int]) -> dict[tuple[int, int | None], str]:
    rows = session.scalars(select(Attribution).where(Attribution.response_id.in_(list(responses))).order_by(Attribution.id))
    return {(row.response_id, row.passage_id): row.evidence for row in rows}


def _originals(session: Session, texts: Iterable[int]) -> dict[int, InputText]:
    original = aliased(InputText)
    query = select(InputText.id, original).join(original, original.id == InputText.translation_of_id)
    return dict(session.execute(query.where(InputText.id.in_(list(texts)))).all())


KINDS = ("pdf", "docx")
_TITLE = "Dossier, for the office alone"


def as_file(version: CommuniqueVersion, entries: Sequence[Entry], kind: str) -> bytes:
    """The dossier as a file of one of `KINDS`, each page marked as confidential."""
    style = Style(timestamp=version.made_at, running_header=_TITLE, footer=f"Version {version.number}", mark="CONFIDENTIAL")
    whole = document(version, entries)
    return to_pdf(whole, style) if kind == "pdf" else to_docx(whole, style)


def document(version: CommuniqueVersion, entries: Sequence[Entry]) -> Document:
    """The dossier as a document in English, the office's own language for its papers."""
    return Document(language="en", title=f"{_TITLE}: {version.title}", blocks=tuple(_blocks(entries)))


def told(entries: Sequence[Entry]) -> Iterator[tuple[Entry, tuple[Witness, ...]]]:
    """The entries with the sources to tell of each: a quotation's passage is not told again under its paragraph."""
    before: set[int] = set()
    for entry in entries:
        if entry.kind is not ParagraphKind.QUOTATION:
            before = {witness.passage_id for witness in entry.sources}
            yield entry, entry.sources
        elif news := tuple(witness for witness in entry.sources if witness.passage_id not in before):
            yield entry, news


def _blocks(entries: Sequence[Entry]) -> Iterator[Block]:
    for entry, sources in told(entries):
        if entry.heading:
            yield Heading(1 if entry.kind is ParagraphKind.CHAPTER else 2, (Text(entry.text),))
        elif entry.kind is ParagraphKind.PARAGRAPH:
            yield Heading(3, (Text(entry.place[:1].upper() + entry.place[1:]),))
            yield Paragraph((Text(entry.text),))
            yield Paragraph((Strong((Text(_rests(entry)),)),))
        for witness in sources:
            yield from _told(witness)
        if entry.left_out:
            yield Paragraph((Strong((Text("Left out on this theme:"),)),))
        for witness in entry.left_out:
            yield from _told(witness)


def _rests(entry: Entry) -> str:
    if entry.sources:
        count = len(entry.sources)
        return f"Rests on {count} passage{'s' * (count > 1)}."
    return f"Rests on: {entry.basis}." if entry.basis else "Rests on nothing that is recorded."


def _told(witness: Witness) -> Iterator[Block]:
    yield Quotation((Paragraph((Text(witness.words),)),), (), witness.language or None)
    if witness.original:
        yield Paragraph((Text(f"The text that this translates ({witness.original_language}):"),))
        yield Quotation((Paragraph((Text(witness.original),)),), (), witness.original_language or None)
    yield Paragraph((Emphasis(tuple(_whose(witness))),))


def _whose(witness: Witness) -> Iterator[Inline]:
    who = "; ".join(witness.authors) or "nobody named"
    yield Text(f"{who}: answer {witness.response_id}, passage {witness.passage_id}. ")
    why = f" ({witness.evidence})" if witness.evidence else " (not recorded)"
    yield Text(f"May be named: {witness.level.value}{why}. ")
    themes = ", ".join(f"{code} {stance.value}" if stance else code for code, stance in witness.themes)
    yield Text(f"Under {themes}; marked by {witness.coded_by} on {witness.coded_at:%-d %B %Y}.")
    if witness.memo:
        yield Text(f" Note: {witness.memo}")
    if witness.aside:
        yield Text(f" Set aside by {witness.aside_by}: {witness.aside}")
