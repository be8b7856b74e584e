"""The codebook: themes in a tree, read from a TOML file that the office may edit and read again."""

import difflib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, NotFound
from outreach.inputs.models import Theme
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


class _File(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    theme: tuple[ThemeEntry, ...]


@dataclass(frozen=True)
class Node:
    """A theme and how deep it stands in its tree (a root at 0)."""

    theme: Theme
    depth: int


def read(path: Path) -> tuple[ThemeEntry, ...]:
    """The themes of a file; raises Invalid naming the file and what to mend."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        entries = msgspec.convert(raw, _File).theme
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{path} is no codebook ({error}); mend that entry.") from error
    _check(entries, path)
    return entries


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

    A theme that the file does not name stays: passages may stand under it. Raises Invalid when the file cannot be used.
    """
    by.must_be(Role.DRAFTER, "edit the codebook")
    entries = read(path)
    known = {(theme.codebook, theme.code): theme for theme in session.scalars(select(Theme))}
    changed = []
    for position, entry in enumerate(entries):
        theme = known.setdefault((entry.codebook, entry.code), Theme(codebook=entry.codebook, code=entry.code))
        parent = known[entry.codebook, entry.parent] if entry.parent else None
        if _bring(theme, entry, parent, position):
            changed.append({"codebook": entry.codebook, "code": entry.code, "titles": entry.titles})
            session.add(theme)
            # A child needs the number of its parent.
            session.flush()
    if changed:
        digest = journal.digest_of_rows(changed)
        journal.record(session, by, "loaded", "codebook", at=at, themes=len(changed), digest_of_rows=digest)
    return len(changed)


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
    query = select(Theme).order_by(Theme.position, Theme.id)
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
        hint = f"did you mean {' or '.join(near)}?" if near else "`outreach inputs themes` lists them."
        raise NotFound(f"There is no theme {code}; {hint}")
    return found[0]


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
