"""A translation stands beside its original, and a passage of it is linked to the original's own words."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach.errors import Invalid, Refused
from outreach.inputs import codebook, coding, translating
from outreach.inputs.coding import Span
from outreach.inputs.models import InputText
from tests.cast import DANA, NOON
from tests.inputs.answers import answer, load_codebook

ACT: dict[str, Any] = {"by": DANA, "at": NOON}
ORIGINAL = "El Foro debe perdurar. Debe ser financiado."


@pytest.fixture
def original(session: Session, tmp_path: Path) -> InputText:
    load_codebook(session, tmp_path)
    return answer(session, ORIGINAL, language="es")


def test_a_passage_of_a_translation_leads_to_the_words_of_the_original(session: Session, original: InputText) -> None:
    kept = translating.translate(
        session, original, "The Forum must last. It must be funded.", language="en", translator="Ana Example", **ACT
    )
    assert kept.response_id == original.response_id
    passage = coding.mark(session, kept, 0, 20, codebook.find_all(session, ["wsis20-mandate"]), **ACT)
    assert translating.original_words(session, passage) == ORIGINAL
    translating.link(session, passage, coding.find_words(original, "El Foro debe perdurar."), **ACT)
    assert translating.original_words(session, passage) == "El Foro debe perdurar."
    with pytest.raises(Invalid, match="is no span of it"):
        translating.link(session, passage, Span(0, 999), **ACT)


def test_what_is_no_translation_is_refused(session: Session, original: InputText) -> None:
    make: Any = lambda of, words, **said: translating.translate(session, of, words, **said, **ACT)  # noqa: E731 - short
    with pytest.raises(Refused, match="is in es already"):
        make(original, "Otra vez.", language="ES", translator="Ana")
    with pytest.raises(Invalid, match="needs its words"):
        make(original, "The Forum.", language="en", translator=" ")
    kept = make(original, "The Forum must last.", language="en", translator="Ana")
    with pytest.raises(Refused, match=f"translate text {original.id}"):
        make(kept, "Le Forum.", language="fr", translator="Ana")
    passage = coding.mark(session, original, 0, 7, codebook.find_all(session, ["wsis20-mandate"]), **ACT)
    with pytest.raises(Refused, match="stands in an original"):
        translating.link(session, passage, Span(0, 7), **ACT)
