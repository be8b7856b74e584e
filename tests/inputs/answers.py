"""Answers to stand on: responses with a text, as the responses room would have logged them, and a small codebook."""

import hashlib
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.contacts.models import Channel, Organisation, Person
from outreach.inputs import codebook
from outreach.inputs.models import InputText
from outreach.responses.models import Response, ResponseAuthor, ResponseKind, ResponseState
from tests.cast import KIM, NOON

CODEBOOK = """
[[theme]]
code = "wsis20"
codebook = "wsis20"
title = "Recurrent themes"
title_fr = "Thèmes récurrents"

[[theme]]
code = "wsis20-mandate"
parent = "wsis20"
codebook = "wsis20"
title = "Permanent mandate"
title_fr = "Mandat permanent"
aliases = ["renewal of the mandate"]

[[theme]]
code = "wsis20-funding"
parent = "wsis20"
codebook = "wsis20"
title = "Sustainable funding and Secretariat"
title_fr = "Financement durable et Secrétariat"

[[theme]]
code = "wsis20-youth"
parent = "wsis20"
codebook = "wsis20"
title = "Youth"
title_fr = "Jeunesse"

[[theme]]
code = "wsis20-ai"
parent = "wsis20"
codebook = "wsis20"
title = "Artificial intelligence"
title_fr = "Intelligence artificielle"

[[theme]]
code = "iww-4"
codebook = "iww"
title = "Safe and secure"
title_fr = "Sûr et sécurisé"
"""


def load_codebook(session: Session, folder: Path) -> None:
    """Bring the small codebook in."""
    path = folder / "themes.toml"
    path.write_text(CODEBOOK, encoding="utf-8")
    codebook.load(session, path, by=KIM, at=NOON)


def answer(
    session: Session,
    content: str,
    *,
    organisation: Organisation | None = None,
    person: Person | None = None,
    name: str = "",
    kind: ResponseKind = ResponseKind.SUBSTANTIVE,
    state: ResponseState = ResponseState.RECEIVED,
    language: str = "en",
    received_on: date | None = None,
) -> InputText:
    """A response with one text; gives the text."""
    response = Response(
        kind=kind,
        state=state,
        channel=Channel.EMAIL,
        received_on=received_on or NOON.date(),
        logged_by=KIM.name,
        logged_at=NOON,
        authors=[ResponseAuthor(organisation=organisation, person=person, name=name)],
    )
    session.add(response)
    session.flush()
    return text_of(session, response, content, language=language)


def text_of(session: Session, response: Response, content: str, *, origin: str = "mail", language: str = "en") -> InputText:
    """A further text of `response`."""
    text = InputText(
        response=response,
        origin=origin,
        extractor="test 1",
        language=language,
        made_at=NOON,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        content=content,
    )
    session.add(text)
    session.flush()
    return text
