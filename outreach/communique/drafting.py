"""Drafting: the outline becomes words, and each paragraph keeps its identity from version to version.

What is drafted are counts and verbatim extracts, and the template's own words. Nothing else is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.communique import basing, counting, gathering, shelf
from outreach.communique.counting import Figures
from outreach.communique.gathering import Material
from outreach.communique.models import (
    Communique,
    CommuniqueVersion,
    Paragraph,
    ParagraphKind,
    WordingSource,
)
from outreach.communique.models import Wording as WordingRow
from outreach.communique.naming import Naming
from outreach.communique.outlining import Item, Outliner, chapters, sort
from outreach.communique.templating import Wording, plain
from outreach.errors import Refused
from outreach.inputs import codebook
from outreach.inputs.models import Theme
from outreach.journal import Actor, Role
from outreach.protocol.dates import date_line

# What makes a paragraph the same one in the next version: kind, theme, role, and the passage of a quotation.
Identity = tuple[ParagraphKind, int | None, str, int | None]


@dataclass(frozen=True)
class Writer:
    """Writes the words of one version in one language."""

    wording: Wording
    naming: Naming
    figures: Figures
    day: date

    def text(self, item: Item) -> str:
        """The words of an item: Markdown, but a quotation's are the passage's own."""
        if item.kind is ParagraphKind.QUOTATION:
            return item.sources[0].words
        kind, _, name = item.role.partition(":")
        if kind == "head":
            return plain(self._heading(name, item.theme))
        if kind == "template":
            return self.wording.write(self._full_name(name), self.common())
        return self._theme(item) if name == "theme" else self._position(item, name)

    def _full_name(self, name: str) -> str:
        # A role is cut to what the database holds; the block's name may be longer.
        return next(full for full in self.wording.paragraphs if f"template:{full}"[:40] == f"template:{name}")

    def _heading(self, name: str, theme: Theme | None) -> str:
        return self.wording.words.headings[name] if theme is None or name != "theme" else self.heading_of(theme)

    def heading_of(self, theme: Theme) -> str:
        """A theme's title in this language, else in English."""
        return theme.titles.get(self.wording.language) or theme.titles.get("en") or theme.code

    def naming_in_english(self) -> Naming:
        """The naming by which extracts are put in order, the same in every language."""
        return replace(self.naming, language="en")

    @property
    def date_shown(self) -> str:
        """The version's date in this language."""
        return date_line(self.day, self.wording.language)

    def common(self) -> dict[str, Any]:
        """The values that the template's own paragraphs may show."""
        number = self.wording.words.number
        dates = sorted(letter.dated for letter in self.figures.letters)
        material = self.naming.material
        counts = {
            "letters": len(self.figures.letters),
            "addressees": len(self.figures.addressees),
            "answers": len(material.contributions),
            "contributors": len({one.key for one in material.contributions}),
        }
        return {
            "n": {name: number(value) for name, value in counts.items()},
            "date": self._date(self.day),
            "first": self._date(dates[0]) if dates else "",
            "last": self._date(dates[-1]) if dates else "",
        }

    def _date(self, day: date) -> str:
        return plain(date_line(day, self.wording.language))

    def _theme(self, item: Item) -> str:
        number = self.wording.words.number
        groups: dict[str, Any] = {}
        for extract in item.sources:
            key = extract.contribution.key
            groups[key] = groups.get(key) or self.naming.group_told(extract)
        spread = self.naming.spread([*groups.values(), *[None] * item.held])
        counts = {"contributors": number(len(groups) + item.held), "held": number(item.held)}
        told = [self.wording.words.of[group] for group in groups.values() if group]
        return self.wording.write("theme", {"n": counts, "spread": spread, "group": told[0] if told else ""})

    def _position(self, item: Item, name: str) -> str:
        number = self.wording.words.number
        people = number(len({extract.contribution.key for extract in item.sources}))
        counts = {"contributors": people, "further": number(item.further)}
        return self.wording.write(name, {"n": counts, "quoted": item.quoted, "seen": item.seen})


def draft(
    session: Session, communique: Communique, wording: Wording, *, day: date, by: Actor, at: datetime
) -> CommuniqueVersion:
    """Draft the next version of `communique` in the language of `wording` from what its campaigns gave; `day` is its date.

    A language that the latest version lacks is drafted under the same number when nothing has changed since. Raises Refused
    when no passage may appear, Altered when a passage's words have changed.
    """
    by.must_be(Role.DRAFTER, "draft a communiqué")
    campaigns = shelf.campaigns_of(session, communique)
    material = gathering.gather(session, campaigns, until=at)
    if wording.about.annexes and not any(extract.may_appear for extract in material.extracts):
        raise Refused("No passage may appear yet: mark passages in the answers, and record how their authors may be named.")
    figures = counting.count(session, campaigns, until=at)
    items = outline(material, wording)
    writer = Writer(wording, Naming(material, wording.words, wording.language), figures, day)
    version = _store(session, communique, items, writer, by, at)
    rows = [{"position": row.position, "paragraph": row.paragraph_id, "text": row.text} for row in version.wordings]
    journal.record(
        session,
        by,
        "drafted",
        f"communiqué {communique.slug} version {version.number} ({version.language})",
        at=at,
        paragraphs=len(rows),
        digest_of_rows=journal.digest_of_rows(rows),
    )
    return version


def outline(material: Material, wording: Wording) -> list[Item]:
    """All paragraphs to be."""
    found = sort(material, wording.about.codebook)
    naming = Naming(material, wording.words, "en")
    return list(Outliner(wording, naming, found).outline(chapters(material, found, wording)))


def _store(
    session: Session, communique: Communique, items: Sequence[Item], writer: Writer, by: Actor, at: datetime
) -> CommuniqueVersion:
    paragraphs = _paragraphs(session, communique, items)
    shape = [(paragraph, _passages(item)) for paragraph, item in zip(paragraphs, items, strict=True)]
    version = CommuniqueVersion(
        communique=communique,
        number=_number(session, communique, writer.wording.language, shape),
        language=writer.wording.language,
        title=writer.wording.write("title"),
        made_by=by.name,
        made_at=at,
    )
    session.add(version)
    session.flush()
    _store_wordings(session, version, items, paragraphs, writer)
    return version


def _store_wordings(
    session: Session, version: CommuniqueVersion, items: Sequence[Item], paragraphs: Sequence[int], writer: Writer
) -> None:
    rows = [
        {"version_id": version.id, "paragraph_id": paragraph, "position": n, "text": writer.text(item), "basis": item.role}
        for n, (item, paragraph) in enumerate(zip(items, paragraphs, strict=True))
    ]
    session.execute(insert(WordingRow), rows)
    of_version = select(WordingRow.id).filter_by(version_id=version.id).order_by(WordingRow.position)
    sources = [
        {"wording_id": number, "passage_id": passage, "position": place}
        for number, item in zip(session.scalars(of_version), items, strict=True)
        for place, passage in enumerate(_passages(item))
    ]
    if sources:
        session.execute(insert(WordingSource), sources)


def _passages(item: Item) -> tuple[int, ...]:
    return tuple(extract.passage_id for extract in item.sources)


def _identity(item: Item) -> Identity:
    quoted = item.sources[0].passage_id if item.kind is ParagraphKind.QUOTATION else None
    return item.kind, item.theme.id if item.theme else None, item.role, quoted


def _paragraphs(session: Session, communique: Communique, items: Iterable[Item]) -> list[int]:
    """The lasting number of each item's paragraph: the one it had in any earlier version, else a new one."""
    known = _known(session, communique)
    new = {}
    for identity in map(_identity, items):
        edited = known.get((*identity[:2], basing.edited(identity[2]), identity[3]))
        if edited is not None:
            known.setdefault(identity, edited)
        if identity not in known and identity not in new:
            new[identity] = Paragraph(communique_id=communique.id, kind=identity[0], theme_id=identity[1])
    session.add_all(new.values())
    session.flush()
    numbers = known | {identity: paragraph.id for identity, paragraph in new.items()}
    return [numbers[_identity(item)] for item in items]


def _known(session: Session, communique: Communique) -> dict[Identity, int]:
    of_this = select(WordingRow.id).join(CommuniqueVersion).where(CommuniqueVersion.communique_id == communique.id)
    rows = session.execute(
        select(Paragraph.kind, Paragraph.theme_id, WordingRow.basis, WordingSource.passage_id, Paragraph.id)
        .select_from(WordingRow)
        .join(Paragraph, Paragraph.id == WordingRow.paragraph_id)
        .outerjoin(WordingSource, (WordingSource.wording_id == WordingRow.id) & (Paragraph.kind == ParagraphKind.QUOTATION))
        .where(WordingRow.id.in_(of_this))
        .distinct()
    )
    now = codebook.standing(session)
    # A paragraph of a theme that was merged goes on under the one it went into, unless that has its own.
    merged_first = sorted(rows, key=lambda row: row.theme_id not in now)
    return {(kind, now.get(theme or 0, theme), basis, passage): number for kind, theme, basis, passage, number in merged_first}


def _number(session: Session, communique: Communique, language: str, shape: Sequence[tuple[int, tuple[int, ...]]]) -> int:
    latest = max((version.number for version in communique.versions if version.id), default=0)
    fellows = [version for version in communique.versions if version.id and version.number == latest]
    if not fellows or language in {version.language for version in fellows}:
        return latest + 1
    fellow = shelf.version(session, communique, latest)
    stands = [(row.paragraph_id, tuple(s.passage_id for s in row.sources)) for row in fellow.wordings]
    return latest if stands == list(shape) else latest + 1
