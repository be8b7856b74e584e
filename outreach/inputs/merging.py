"""Merging themes and splitting them, with the passages following, and undoing either; no passage's words are touched.

What followed is kept with each change, so that it can be undone; what people recoded since stays as they recoded it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session, joinedload

from outreach import journal
from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs import shaping
from outreach.inputs.models import ChangeKind, PassageTheme, Stance, Theme, ThemeChange
from outreach.inputs.shaping import Shape
from outreach.journal import Actor, Role
from outreach.responses.closing import pieces


def merge(session: Session, theme: Theme, into: Theme, *, by: Actor, at: datetime) -> ThemeChange:
    """Merge `theme` into another one of its codebook: passages and the themes below it follow, and its code leads there.

    A passage that stands under both keeps the stance it has under `into`, else takes the other. Raises Refused for a theme
    of another codebook, itself, or one below it.
    """
    by.must_be(Role.DRAFTER, "edit the codebook")
    _must_merge(session, theme, into)
    children = session.scalars(select(Theme.id).filter_by(parent_id=theme.id, merged_into_id=None)).all()
    session.execute(update(Theme).where(Theme.id.in_(children)).values(parent_id=into.id))
    theme.merged_into_id = into.id
    change = _keep(session, ChangeKind.MERGED, theme, into, _move(session, theme, into), by, at)
    change.children = list(children)
    _record(session, change, "merged", by, at)
    return change


def _must_merge(session: Session, theme: Theme, into: Theme) -> None:
    if theme.codebook != into.codebook:
        raise Refused(f"{theme.code} and {into.code} are of two codebooks, which stay side by side; file under both.")
    if any(each.merged_into_id is not None for each in (theme, into)):
        raise Refused(f"{theme.code} or {into.code} was merged meanwhile; look at the codebook again.")
    if any(each.id == theme.id for each in shaping.lineage(session, into.id)):
        raise Refused(f"{into.code} is {theme.code} itself or stands below it; merge the lower theme into the higher one.")


def split(
    session: Session, theme: Theme, code: str, shape: Shape, passages: Collection[int], *, by: Actor, at: datetime
) -> ThemeChange:
    """Split a new theme off `theme`, beside it unless `shape` names a parent; these passages follow, with their stances.

    Raises Invalid for a passage that does not stand under `theme`, or for none; what `shaping.add` raises for the new one.
    """
    if theme.merged_into_id is not None:
        raise Refused(f"{theme.code} was merged into another theme; split that one.")
    if not passages:
        raise Invalid("Say which passages follow; a theme without any is added, not split off.")
    here = _rows(session, theme, passages)
    if missing := sorted(set(passages) - here.keys()):
        raise Invalid(f"Passage {missing[0]} does not stand under {theme.code}; name passages that do.")
    new = shaping.add(session, theme.codebook, code, shape, by=by, at=at)
    # Right after the theme it comes from, whose place it shares.
    new.position = theme.position
    change = _keep(session, ChangeKind.SPLIT, theme, new, _move(session, theme, new, passages), by, at)
    _record(session, change, "split", by, at)
    return change


def _rows(session: Session, theme: Theme, passages: Collection[int] | None = None) -> dict[int, Stance | None]:
    """The stances of the passages under a theme: of all, or of these."""
    query = select(PassageTheme.passage_id, PassageTheme.stance).filter_by(theme_id=theme.id).order_by(PassageTheme.passage_id)
    if passages is None:
        return dict(session.execute(query).all())
    found: dict[int, Stance | None] = {}
    for piece in pieces(passages):
        found.update(session.execute(query.where(PassageTheme.passage_id.in_(piece))).all())
    return found


def _move(session: Session, theme: Theme, other: Theme, passages: Collection[int] | None = None) -> list[dict[str, Any]]:
    """Put the passages of `theme`, or these of them, under `other`; gives what each had, for undoing."""
    session.flush()
    leaving, there = _rows(session, theme, passages), _rows(session, other)
    _take(session, theme, leaving)
    fresh = {number: stance for number, stance in leaving.items() if number not in there}
    _put(session, other, fresh)
    _say(session, other, {n: stance for n, stance in leaving.items() if n in there and there[n] is None and stance})
    session.expire_all()
    return [
        {"passage": number, "stance": stance, "stood": number in there, "other_stance": there.get(number)}
        for number, stance in leaving.items()
    ]


def _take(session: Session, theme: Theme, passages: Collection[int]) -> None:
    for piece in pieces(passages):
        these = (PassageTheme.theme_id == theme.id, PassageTheme.passage_id.in_(piece))
        session.execute(delete(PassageTheme).where(*these), execution_options={"synchronize_session": False})


def _put(session: Session, theme: Theme, stances: dict[int, Stance | None]) -> None:
    rows = [{"passage_id": number, "theme_id": theme.id, "stance": stance} for number, stance in stances.items()]
    if rows:
        session.execute(insert(PassageTheme), rows)


def _say(session: Session, theme: Theme, stances: dict[int, Stance | None]) -> None:
    rows = [{"passage_id": number, "theme_id": theme.id, "stance": stance} for number, stance in stances.items()]
    if rows:
        session.execute(update(PassageTheme), rows)


def _keep(
    session: Session, kind: ChangeKind, theme: Theme, other: Theme, moved: list[dict[str, Any]], by: Actor, at: datetime
) -> ThemeChange:
    change = ThemeChange(kind=kind, theme=theme, other=other, moved=moved, children=[], changed_by=by.name, changed_at=at)
    session.add(change)
    session.flush()
    return change


def _record(session: Session, change: ThemeChange, verb: str, by: Actor, at: datetime) -> None:
    session.flush()
    digest = journal.digest_of_rows(change.moved)
    subject = f"theme {change.theme.codebook}:{change.theme.code}"
    journal.record(
        session, by, verb, subject, at=at, other=change.other.code, passages=len(change.moved), digest_of_rows=digest
    )


def undo(session: Session, number: int, *, by: Actor, at: datetime) -> ThemeChange:
    """Undo a merge or a split: passages go back where they stood, but for those that people recoded since.

    The theme that was split off is merged back. Raises NotFound, Refused when it is undone already, or when a later change to
    one of the two themes stands: that one is undone first.
    """
    by.must_be(Role.DRAFTER, "edit the codebook")
    change = get(session, number)
    if change.undone_at is not None:
        raise Refused(f"Change {number} was undone by {change.undone_by} already.")
    if (later := _later(session, change)) is not None:
        raise Refused(f"Change {later.id} came after it and stands on it; undo that one first.")
    change.undone_by, change.undone_at = by.name, at
    if change.kind is ChangeKind.MERGED:
        _part(session, change)
    else:
        _move(session, change.other, change.theme)
        change.other.merged_into_id = change.theme_id
    _record(session, change, f"undid: {change.kind}", by, at)
    return change


def _part(session: Session, change: ThemeChange) -> None:
    """Give the theme that was merged what it had, as far as it still stands where it went."""
    session.flush()
    theme, other = change.theme, change.other
    now = _rows(session, other, [each["passage"] for each in change.moved])
    moved = [each for each in change.moved if each["passage"] in now]
    came = [each["passage"] for each in moved if not each["stood"]]
    # What came over is the same mark: a stance given to it since goes back with it.
    back = {each["passage"]: _stance(each["stance"]) if each["stood"] else now[each["passage"]] for each in moved}
    _put(session, theme, back)
    _take(session, other, came)
    lent = {each["passage"]: each["stance"] for each in moved if each["stood"] and not each["other_stance"]}
    _say(session, other, {number: None for number, stance in lent.items() if stance and now[number] == stance})
    theme.merged_into_id = None
    below = (Theme.id.in_(change.children), Theme.parent_id == other.id)
    session.execute(update(Theme).where(*below).values(parent_id=theme.id))
    session.flush()
    session.expire_all()


def _stance(said: str | None) -> Stance | None:
    return Stance(said) if said else None


def _later(session: Session, change: ThemeChange) -> ThemeChange | None:
    both = (change.theme_id, change.other_id)
    query = select(ThemeChange).where(ThemeChange.id > change.id, ThemeChange.undone_at.is_(None))
    touching = or_(ThemeChange.theme_id.in_(both), ThemeChange.other_id.in_(both))
    return session.scalar(query.where(touching).order_by(ThemeChange.id.desc()).limit(1))


def get(session: Session, number: int) -> ThemeChange:
    """The merge or split with this number; raises NotFound."""
    change = session.get(ThemeChange, number)
    if change is None:
        raise NotFound(f"There is no change {number} of the codebook; its history lists those there are.")
    return change


def history(session: Session) -> Sequence[ThemeChange]:
    """All merges and splits, the latest first, those undone among them."""
    both = (joinedload(ThemeChange.theme), joinedload(ThemeChange.other))
    return session.scalars(select(ThemeChange).options(*both).order_by(ThemeChange.id.desc())).all()
