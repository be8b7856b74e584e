"""A letter is answered at the address that it gave: as evidence beside the sender, however it was mistyped."""

import pytest
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.letters.models import Letter
from outreach.responses import shelf
from outreach.responses.models import MailState
from tests.cast import society
from tests.responses.building import letter, mail
from tests.responses.test_taking_in import take

TOKEN = "0101abcd2345efgh"
ADDRESS = f"inputs+{TOKEN}@leadership-panel.example"


def sent_with_token(session: Session) -> Letter:
    sent = letter(session, society(session))
    sent.reply_token = TOKEN
    session.flush()
    return sent


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("Cc", ADDRESS),
        ("Delivered-To", ADDRESS),
        ("X-Original-To", ADDRESS),
        ("Envelope-To", ADDRESS),
        ("Cc", "Inputs+OlOlABCD2345EFGH@leadership-panel.example"),
        ("Cc", "Panel <inputs+oioiabcd2345efgh@leadership-panel.example>"),
        ("Delivered-To", f"archive.{TOKEN}@another.example"),
    ],
)
def test_mail_to_the_letters_own_address_answers_that_letter(
    session: Session, archive: Archive, header: str, address: str
) -> None:
    sent = sent_with_token(session)
    (taken,) = take(session, archive, mail(**{header.replace("-", "_"): address}))
    assert (taken.state, taken.letters) == (MailState.FILED, (sent.reference,))
    (answer,) = shelf.get(session, taken.response or 0).answers
    assert answer.confidence == 95
    assert f"was sent to the address for answers to {sent.reference}" in answer.reason


def test_the_address_alone_makes_no_stranger_the_addressee(session: Session, archive: Archive) -> None:
    sent = sent_with_token(session)
    (taken,) = take(session, archive, mail("Stranger <who@stranger.example>", Cc=ADDRESS))
    assert taken.state is MailState.WAITING
    assert f"was sent to the address for answers to {sent.reference}, but who@stranger.example is not known" in taken.reason


def test_mail_from_that_address_is_our_own(session: Session, archive: Archive) -> None:
    sent_with_token(session)
    (taken,) = take(session, archive, mail(f"Panel <{ADDRESS}>"))
    assert taken.state is MailState.WAITING
    assert f"It comes from our own address {ADDRESS}." in taken.reason


def test_an_address_that_was_never_given_points_nowhere(session: Session, archive: Archive) -> None:
    sent_with_token(session)
    (taken,) = take(session, archive, mail("who@stranger.example", Cc="inputs+0101abcd2345efgj@leadership-panel.example"))
    assert "It names no letter" in taken.reason
