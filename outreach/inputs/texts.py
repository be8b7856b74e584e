"""Keeping the words of a response exactly as they were read; what is kept never changes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach.errors import Invalid, NotFound
from outreach.inputs.models import InputText

_PIECE = 5_000


@dataclass(frozen=True, kw_only=True)
class Given:
    """Words of a response as read once: where they stood (`origin`), what read them (`extractor`), their language if known."""

    response_id: int
    content: str
    origin: str
    extractor: str
    language: str = ""

    @property
    def sha256(self) -> str:
        """The digest of exactly these words in UTF-8; raises Invalid for what no database can hold."""
        if "\x00" in self.content:
            raise Invalid(f"The text from {self.origin} holds a NUL character, so it is no text; attach it as a file instead.")
        try:
            return hashlib.sha256(self.content.encode()).hexdigest()
        except UnicodeEncodeError as error:
            raise Invalid(f"The text from {self.origin} holds half a character at {error.start}; read it again.") from error

    @property
    def key(self) -> tuple[int, str, str]:
        """What makes two texts the same one."""
        return self.response_id, self.origin, self.sha256


def keep(
    session: Session, response_id: int, content: str, *, origin: str, extractor: str, language: str = "", at: datetime
) -> InputText:
    """Keep one text of a response, and give its row; the one there is when it was kept before.

    Nothing is normalised, cut or cleaned: a passage is a span of exactly these code points. Raises Invalid for a NUL character.
    """
    given = Given(response_id=response_id, content=content, origin=origin, extractor=extractor, language=language)
    return keep_all(session, [given], at=at)[0]


def keep_all(session: Session, given: Sequence[Given], *, at: datetime) -> list[InputText]:
    """Keep many texts with a few queries; gives their rows in order. Raises Invalid as `keep` does, and keeps none then."""
    wanted = {each.key: each for each in given}
    here = _here(session, {each.response_id for each in given})
    rows = [_row(each, at) for key, each in wanted.items() if key not in here]
    if rows:
        session.execute(insert(InputText), rows)
        here = _here(session, {each.response_id for each in given})
    return [here[each.key] for each in given]


def _row(given: Given, at: datetime) -> dict[str, object]:
    return {
        "response_id": given.response_id,
        "origin": given.origin[:300],
        "extractor": given.extractor[:120],
        "language": given.language if len(given.language) <= 12 else "",
        "made_at": at,
        "sha256": given.sha256,
        "content": given.content,
    }


def _here(session: Session, response_ids: set[int]) -> dict[tuple[int, str, str], InputText]:
    found: dict[tuple[int, str, str], InputText] = {}
    ids = sorted(response_ids)
    for start in range(0, len(ids), _PIECE):
        for text in session.scalars(select(InputText).where(InputText.response_id.in_(ids[start : start + _PIECE]))):
            found[text.response_id, text.origin, text.sha256] = text
    return found


def of_response(session: Session, response_id: int) -> Sequence[InputText]:
    """The texts of a response, in the order they were kept."""
    return session.scalars(select(InputText).where(InputText.response_id == response_id).order_by(InputText.id)).all()


def get(session: Session, number: int) -> InputText:
    """The text with this number; raises NotFound."""
    found = session.get(InputText, number)
    if found is None:
        raise NotFound(f"There is no text {number}; the page of each answer names its texts.")
    return found
