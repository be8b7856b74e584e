"""Shaping a codebook by hand: a new theme, and other titles, definitions, aliases or places for one that there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.inputs.models import Theme
from outreach.journal import Actor, Role

_CODE = 80
_BOOK = 40


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What people may say of a theme: its titles by language, its definition, other words for it, its parent."""

    titles: Mapping[str, str]
    definition: str = ""
    aliases: Sequence[str] = ()
    parent_id: int | None = None


def shape_of(theme: Theme) -> Shape:
    """The theme as it stands."""
    return Shape(
        titles=dict(theme.titles), definition=theme.definition, aliases=tuple(theme.aliases), parent_id=theme.parent_id
    )


def add(session: Session, codebook: str, code: str, shape: Shape, *, by: Actor, at: datetime) -> Theme:
    """Add a theme to a codebook, at the end of those that stand under the same parent; a new name begins a new codebook.

    Raises Invalid without code, codebook or title, Refused for a code that the codebook has or had.
    """
    by.must_be(Role.DRAFTER, "edit the codebook")
    code, codebook = "-".join(code.split()), "-".join(codebook.split())
    if not code or not codebook or len(code) > _CODE or len(codebook) > _BOOK:
        raise Invalid(f"A theme needs a code of at most {_CODE} signs in a codebook with a name of at most {_BOOK}.")
    _must_be_free(session, codebook, code)
    theme = Theme(codebook=codebook, code=code, position=_end(session, codebook), titles={}, definition="", aliases=[])
    _take(session, theme, _cleaned(shape))
    session.add(theme)
    session.flush()
    journal.record(session, by, "added", f"theme {codebook}:{code}", at=at, **asdict(_cleaned(shape)))
    return theme


def _must_be_free(session: Session, codebook: str, code: str) -> None:
    same = select(Theme).where(Theme.codebook == codebook, func.lower(Theme.code) == code.lower())
    if (known := session.scalar(same)) is not None:
        became = "; it was merged into another theme and still leads there" if known.merged_into_id else ""
        raise Refused(f"The codebook {codebook} has the code {known.code} already{became}; choose another.")


def _end(session: Session, codebook: str) -> int:
    last = session.scalar(select(func.max(Theme.position)).filter_by(codebook=codebook))
    if last is None:
        last = session.scalar(select(func.max(Theme.position)))
    return (last if last is not None else -1) + 1


def edit(session: Session, theme: Theme, shape: Shape, *, by: Actor, at: datetime) -> Theme:
    """Say other things of a theme; its code stays, because files and drafts know it by that. The same again changes nothing.

    Raises Invalid without a title, or for a parent below it or in another codebook.
    """
    by.must_be(Role.DRAFTER, "edit the codebook")
    before, after = shape_of(theme), _cleaned(shape)
    if before == after:
        return theme
    _take(session, theme, after)
    session.flush()
    subject = f"theme {theme.codebook}:{theme.code}"
    journal.record(session, by, "edited", subject, at=at, before=asdict(before), after=asdict(after))
    return theme


def _cleaned(shape: Shape) -> Shape:
    titles = {language: " ".join(title.split()) for language, title in shape.titles.items()}
    aliases = (" ".join(alias.split()) for alias in shape.aliases)
    return Shape(
        titles={language: title for language, title in titles.items() if title},
        definition=shape.definition.strip(),
        aliases=tuple(dict.fromkeys(alias for alias in aliases if alias)),
        parent_id=shape.parent_id,
    )


def _take(session: Session, theme: Theme, shape: Shape) -> None:
    if not shape.titles:
        raise Invalid("A theme needs a title; give it one.")
    if shape.parent_id is not None:
        _must_fit(session, theme, shape.parent_id)
    theme.titles, theme.definition = dict(shape.titles), shape.definition
    theme.aliases, theme.parent_id = list(shape.aliases), shape.parent_id


def _must_fit(session: Session, theme: Theme, parent: int) -> None:
    above = [*lineage(session, parent)]
    if above[0].codebook != theme.codebook or above[0].merged_into_id is not None:
        raise Invalid(f"A theme of {theme.codebook} stands under another one of that codebook; choose one of it.")
    if theme.id is not None and any(each.id == theme.id for each in above):
        raise Invalid(f"{theme.code} cannot stand under itself or under a theme below it; choose another place.")


def lineage(session: Session, number: int) -> Iterator[Theme]:
    """The theme with this number, and the themes above it up to the root."""
    theme = session.get(Theme, number)
    while theme is not None:
        yield theme
        theme = session.get(Theme, theme.parent_id) if theme.parent_id else None
