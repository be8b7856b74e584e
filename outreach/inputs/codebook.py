"""The codebook: themes in a tree, read from a TOML file that the office may edit and read again."""

import difflib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, NotFound
from outreach.inputs.models import Codebook, Theme
from outreach.journal import Actor, Role


class ThemeEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A `[[theme]]` of the file; `parent` is the code of another theme of the same codebook."""

    code: str
    codebook: str
    title: str
    parent: str = ""
    title_fr: str = ""
    title_es: str = ""
    title_ru: str = ""
    title_zh: str = ""
    title_ar: str = ""
    definition: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def titles(self) -> dict[str, str]:
        """The title by language."""
        said = {language: getattr(self, f"title_{language}") for language in ("fr", "es", "ru", "zh", "ar")}
        return {"en": self.title} | {language: title for language, title in said.items() if title}


class BookEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A `[[codebook]]` of the file: what it is called, and where its themes come from."""

    name: str
    title: str
    source: str = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    theme: tuple[ThemeEntry, ...]
    codebook: tuple[BookEntry, ...] = ()


@dataclass(frozen=True)
class Node:
    """A theme and how deep it stands in its tree (a root at 0)."""

    theme: Theme
    depth: int


def read(path: Path) -> tuple[ThemeEntry, ...]:
    """The themes of a file; raises Invalid naming the file and what to mend."""
    return _read(path).theme


def _read(path: Path) -> _File:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        file = msgspec.convert(raw, _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{path} is no codebook ({error}); mend that entry.") from error
    _check(file.theme, path)
    return file


def _check(entries: Iterable[ThemeEntry], path: Path) -> None:
    before: set[tuple[str, str]] = set()
    for entry in entries:
        place = (entry.codebook, entry.code)
        if not (entry.code.strip() and entry.codebook.strip() and entry.title.strip()):
            raise Invalid(f"{path}: every theme needs a code, a codebook and a title; {entry.code or entry.title!r} lacks one.")
        if place in before:
            raise Invalid(f"{path}: the code {entry.code} stands twice in {entry.codebook}; each theme needs its own.")
        # A parent that must stand above its children can make no circle.
        if entry.parent and (entry.codebook, entry.parent) not in before:
            raise Invalid(f"{path}: the parent {entry.parent} of {entry.code} must stand above it in the file.")
        before.add(place)


def load(session: Session, path: Path, *, by: Actor, at: datetime) -> int:
    """Bring the themes of a file in; gives how many were new or changed, so that a second time gives 0.

    A theme that the file does not name stays: passages may stand under it; one that was merged into another stays merged.
    Raises Invalid when the file cannot be used.
    """
    by.must_be(Role.DRAFTER, "edit the codebook")
    file = _read(path)
    known = {(theme.codebook, theme.code): theme for theme in session.scalars(select(Theme))}
    _bring_books(session, file.codebook)
    changed = []
    for position, entry in enumerate(file.theme):
        theme = known.setdefault((entry.codebook, entry.code), Theme(codebook=entry.codebook, code=entry.code))
        parent = known[entry.codebook, entry.parent] if entry.parent else None
        if theme.merged_into_id is None and _bring(theme, entry, parent, position):
            changed.append({"codebook": entry.codebook, "code": entry.code, "titles": entry.titles})
            session.add(theme)
            # A child needs the number of its parent.
            session.flush()
    if changed:
        digest = journal.digest_of_rows(changed)
        journal.record(session, by, "loaded", "codebook", at=at, themes=len(changed), digest_of_rows=digest)
    return len(changed)


def _bring_books(session: Session, books: Iterable[BookEntry]) -> None:
    for book in books:
        row = session.get(Codebook, book.name) or Codebook(name=book.name)
        if (row.title, row.source) != (book.title, book.source):
            row.title, row.source = book.title, book.source
            session.add(row)


@dataclass(frozen=True)
class Book:
    """A codebook: its name, what it is called, where its themes come from, and how many it has."""

    name: str
    title: str
    source: str
    themes: int


def books(session: Session) -> list[Book]:
    """The codebooks side by side, in the order of their themes; one query."""
    query = (
        select(Theme.codebook, func.coalesce(Codebook.title, Theme.codebook), func.coalesce(Codebook.source, ""), func.count())
        .outerjoin(Codebook, Codebook.name == Theme.codebook)
        .where(Theme.merged_into_id.is_(None))
        .group_by(Theme.codebook, Codebook.title, Codebook.source)
        .order_by(func.min(Theme.position), func.min(Theme.id))
    )
    return [Book(*row) for row in session.execute(query)]


def _bring(theme: Theme, entry: ThemeEntry, parent: Theme | None, position: int) -> bool:
    """Make `theme` what `entry` says; whether that changed anything."""
    says = {
        "parent_id": parent.id if parent else None,
        "position": position,
        "titles": entry.titles,
        "definition": entry.definition,
        "aliases": list(entry.aliases),
    }
    changed = {name: value for name, value in says.items() if getattr(theme, name) != value or theme.id is None}
    for name, value in changed.items():
        setattr(theme, name, value)
    return bool(changed)


def tree(session: Session, codebook: str | None = None) -> list[Node]:
    """The themes from the roots down, each before its children; raises NotFound for an unknown codebook."""
    query = select(Theme).where(Theme.merged_into_id.is_(None)).order_by(Theme.position, Theme.id)
    themes = session.scalars(query.filter_by(codebook=codebook) if codebook else query).all()
    if codebook and not themes:
        names = ", ".join(session.scalars(select(Theme.codebook).distinct().order_by(Theme.codebook))) or "none yet"
        raise NotFound(f"There is no codebook {codebook}; there are: {names}.")
    children: dict[int | None, list[Theme]] = {}
    for theme in themes:
        children.setdefault(theme.parent_id, []).append(theme)
    return list(_below(None, children, 0))


def _below(parent: int | None, children: dict[int | None, list[Theme]], depth: int) -> Iterable[Node]:
    for theme in children.get(parent, ()):
        yield Node(theme, depth)
        yield from _below(theme.id, children, depth + 1)


def find(session: Session, code: str) -> Theme:
    """The theme with this code, in capitals or not; `codebook:code` where two codebooks share it.

    The code of a theme that was merged leads to the one it was merged into.

    Raises NotFound with the nearest codes (an alias counts as near), Invalid when two codebooks have it.
    """
    book, _, bare = code.strip().rpartition(":")
    query = select(Theme).where(func.lower(Theme.code) == bare.lower())
    found = session.scalars(query.filter_by(codebook=book) if book else query).all()
    if len(found) > 1:
        ways = " or ".join(f"{theme.codebook}:{theme.code}" for theme in found)
        raise Invalid(f"Two codebooks have a theme {bare}; write {ways}.")
    if not found:
        near = _near(session, bare)
        if near:
            raise NotFound(f"There is no theme {code}; did you mean {' or '.join(near)}?")
        raise NotFound(f"There is no theme {code}.", to_type="`outreach inputs themes` lists those there are.")
    return _standing(session, found[0])


def _standing(session: Session, theme: Theme) -> Theme:
    while theme.merged_into_id is not None:
        theme = session.get_one(Theme, theme.merged_into_id)
    return theme


def get(session: Session, number: int) -> Theme:
    """The theme with this number, or what it was merged into; raises NotFound."""
    found = session.get(Theme, number)
    if found is None:
        raise NotFound(f"There is no theme {number}; the page of themes lists them.")
    return _standing(session, found)


def standing(session: Session) -> dict[int, int]:
    """By the number of each theme that was merged: the number of the one that its passages stand under now; one query."""
    merged = select(Theme.id, Theme.merged_into_id).where(Theme.merged_into_id.is_not(None))
    into = {number: target for number, target in session.execute(merged) if target is not None}

    def end(number: int) -> int:
        return end(into[number]) if number in into else number

    return {number: end(number) for number in into}


def find_all(session: Session, codes: Iterable[str]) -> list[Theme]:
    """The themes with these codes in the order given, without repeats."""
    return list({theme.id: theme for theme in (find(session, code) for code in codes)}.values())


def _near(session: Session, code: str) -> Sequence[str]:
    by_word: dict[str, str] = {}
    for theme in session.scalars(select(Theme).order_by(Theme.position)):
        for word in (theme.code, theme.code.partition("-")[2], *theme.titles.values(), *theme.aliases):
            by_word.setdefault(word.lower(), theme.code)
    close = difflib.get_close_matches(code.lower(), [word for word in by_word if word], n=3, cutoff=0.6)
    return list(dict.fromkeys(by_word[word] for word in close))


def as_toml(session: Session, codebook: str | None = None) -> str:
    """The themes as a file that `load` reads, parents above their children; raises NotFound for an unknown codebook."""
    nodes = [node.theme for node in tree(session, codebook)]
    codes = {theme.id: theme.code for theme in nodes}
    named = {row.name: row for row in session.scalars(select(Codebook))}
    lines = []
    for name in dict.fromkeys(theme.codebook for theme in nodes):
        if name in named:
            lines += ["[[codebook]]", *_entries(name=name, title=named[name].title, source=named[name].source), ""]
    for theme in nodes:
        titles = {"title" if language == "en" else f"title_{language}": title for language, title in theme.titles.items()}
        titles.setdefault("title", theme.code)
        place = {"code": theme.code, "codebook": theme.codebook, "parent": codes.get(theme.parent_id or 0, "")}
        more = {"definition": theme.definition, "aliases": theme.aliases}
        lines += ["[[theme]]", *_entries(**place, **titles, **more), ""]
    return "\n".join(lines)


def _entries(**values: Any) -> Iterable[str]:
    # A JSON string or list of strings is one of TOML too, but for the one control character that JSON lets stand.
    return (f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f") for name, value in values.items())
