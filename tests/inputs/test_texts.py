"""A text is kept exactly as it was read, once, and never changes."""

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Channel
from outreach.errors import Invalid
from outreach.inputs import texts
from outreach.inputs.models import InputText
from outreach.inputs.texts import Given
from outreach.responses.models import Response, ResponseKind
from tests.cast import DANA, NOON


def a_response(session: Session) -> int:
    response = Response(
        kind=ResponseKind.SUBSTANTIVE, channel=Channel.EMAIL, received_on=NOON.date(), logged_by=DANA.name, logged_at=NOON
    )
    session.add(response)
    session.flush()
    return response.id


def keep(session: Session, response: int, content: str, origin: str = "text of the mail") -> InputText:
    return texts.keep(session, response, content, origin=origin, extractor="mail 1", language="fr", at=NOON)


# Composed and decomposed letters, line ends, a byte order mark, blanks: all of it is what was received.
AS_RECEIVED = "\ufeffTe\u0301l\u00e9phone \r\n\u2028 مرحبا \u202b 🌍\t\n\n"


def test_the_words_come_back_as_they_were_received(session: Session) -> None:
    kept = keep(session, a_response(session), AS_RECEIVED)
    session.expire_all()
    assert kept.content == AS_RECEIVED
    assert kept.sha256 == hashlib.sha256(AS_RECEIVED.encode()).hexdigest()
    assert (kept.origin, kept.extractor, kept.language, kept.made_at) == ("text of the mail", "mail 1", "fr", NOON)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_any_text_comes_back_whole(session: Session, content: str) -> None:
    kept = keep(session, a_response(session), content)
    session.expire_all()
    assert kept.content == content


def test_keeping_twice_adds_nothing(session: Session) -> None:
    response = a_response(session)
    assert keep(session, response, "The same.").id == keep(session, response, "The same.").id
    assert session.scalar(select(func.count()).select_from(InputText)) == 1


def test_reading_again_or_elsewhere_adds_a_text(session: Session) -> None:
    response = a_response(session)
    found = [keep(session, response, "One."), keep(session, response, "Two."), keep(session, response, "One.", "answer.pdf")]
    assert list(texts.of_response(session, response)) == found


def test_many_texts_are_kept_in_order_and_the_same_one_once(session: Session) -> None:
    responses = [a_response(session), a_response(session)]
    given = [
        Given(response_id=number, content=content, origin="mail", extractor="mail 1")
        for number in responses
        for content in ("A.", "B.", "A.")
    ]
    found = texts.keep_all(session, given, at=NOON)
    assert [(text.response_id, text.content) for text in found] == [(each.response_id, each.content) for each in given]
    assert session.scalar(select(func.count()).select_from(InputText)) == 4


@pytest.mark.parametrize("content", ["NUL \x00 inside", "half a \ud83c character"])
def test_what_no_database_can_hold_is_refused_and_named(session: Session, content: str) -> None:
    with pytest.raises(Invalid, match=r"The text from answer\.txt holds"):
        keep(session, a_response(session), content, "answer.txt")


def test_a_language_that_is_no_language_is_left_out(session: Session) -> None:
    kept = texts.keep(session, a_response(session), "x", origin="o", extractor="e", language="z" * 60, at=NOON)
    assert kept.language == ""
