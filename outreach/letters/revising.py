"""Changing the wording of a template at the desk: checked before it is kept, and never over somebody else's words."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import write_durably
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters import copying, templates
from outreach.letters.wording import Wording, checked_length, compiled


def as_typed(name: str, language: str, source: str, folders: Sequence[Path]) -> Wording:
    """The wording that `source` would be, not kept; raises Invalid, naming file and line, for words that may not be one."""
    path = folders[0] / name / f"{language}.md"
    text = source.replace("\r\n", "\n").strip() + "\n"
    return compiled(name, language, path, checked_length(text, path))


def revise(
    session: Session, name: str, language: str, source: str, *, seen: str, folders: Sequence[Path], by: Actor, at: datetime
) -> Wording:
    """Keep `source` as the wording of the office's own template, which a shipped one becomes; gives it compiled.

    `seen` is the digest of the wording that was changed into it. Raises Refused unless `by` is a keeper and that wording still
    stands, Invalid for words that a template may not hold.
    """
    by.must_be(Role.KEEPER, "change templates at the desk")
    new = as_typed(name, language, source, folders)
    # Recorded first: whoever else writes into the journal waits here, and then sees the words that stand.
    journal.record(session, by, "wording revised", f"template {name}", at=at, language=language, digest=new.sha256)
    stands = templates.find(name, folders).wording(language)
    if stands.sha256 != seen:
        raise Refused(
            f"The wording of {name} in {language} was changed meanwhile by somebody else; your words are still in the form:"
            " compare them with what stands now, then save again."
        )
    if not (folders[0] / name / "letter.toml").exists():
        copying.copy_for_editing(name, folders)
    write_durably(new.path, new.source.encode())
    return new
