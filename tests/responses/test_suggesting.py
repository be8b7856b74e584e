"""Mail that waits comes with the letters that it may answer, the likeliest first, each with its reason."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.errors import Refused
from outreach.letters.models import Letter
from outreach.responses import taking_in, waiting
from outreach.responses.models import IncomingMail, MailState
from tests.cast import DANA, NOON, society
from tests.responses.building import OURS, campaign, letter, mail, message_id

STRANGER = "Li at home <li.example@mail.example>"


@pytest.fixture
def asked(session: Session) -> Letter:
    return letter(session, society(session), part_of=campaign(session))


def come(session: Session, archive: Archive, *raws: bytes) -> list[IncomingMail]:
    located = [(f"{number}.eml", raw) for number, raw in enumerate(raws)]
    taken = taking_in.take_in(session, archive, located, by=DANA, at=NOON, own_addresses={OURS})
    mails = [waiting.get(session, one.mail) for one in taken]
    session.expire_all()
    return mails


def said(mail: IncomingMail) -> list[tuple[Letter, int]]:
    return [(one.letter, one.confidence) for one in mail.suggestions]


def test_a_reply_from_a_personal_address_is_suggested_and_not_filed(session: Session, archive: Archive, asked: Letter) -> None:
    [came] = come(session, archive, mail(STRANGER, answers=message_id(asked)))
    [one] = came.suggestions
    assert (came.state, one.letter, one.confidence) == (MailState.WAITING, asked, 80)
    assert "li.example@mail.example lies outside the addressee's known domains" in one.reason


def test_a_letter_forwarded_by_a_colleague_is_known_by_its_reference_and_address(
    session: Session, archive: Archive, asked: Letter
) -> None:
    text = (
        "Please see below.\n\n-----Original Message-----\nFrom: The Chair <inputs@leadership-panel.example>\n"
        "Sent: Monday, 27 January 2025 10:00\nTo: office@open-net.example\n"
        f"Subject: Your input ({asked.reference})\n\nDear Ms. Li,\n"
    )
    [came] = come(session, archive, mail("Max <max@elsewhere.example>", subject="Fwd: Your input", text=text))
    [one] = came.suggestions
    assert (came.state, one.letter) == (MailState.WAITING, asked)
    assert f"What it quotes names {asked.reference}." in one.reason
    assert "It shows office@open-net.example, where that letter went." in one.reason


def test_a_message_id_in_the_quoted_part_points_to_the_letter(session: Session, archive: Archive, asked: Letter) -> None:
    text = f"Yes.\n\n> Message-ID: {message_id(asked)}\n> Dear Ms. Li,\n"
    [stranger, known] = come(session, archive, mail(STRANGER, text=text), mail(text=text))
    assert said(stranger) == [(asked, 65)]
    assert known.state is MailState.FILED
    assert known.response is not None
    assert f"It shows the Message-ID of {asked.reference}" in known.response.answers[0].reason


def test_what_goes_on_with_mail_that_was_filed_is_suggested_for_the_same_letter(
    session: Session, archive: Archive, asked: Letter
) -> None:
    first = mail(answers=message_id(asked), identifier="<first@open-net.example>")
    come(session, archive, first)
    [came] = come(session, archive, mail(STRANGER, subject="Re: Re:", answers="<first@open-net.example>"))
    assert said(came) == [(asked, 65)]
    assert "goes on with mail that was filed" in came.suggestions[0].reason


def test_the_only_letter_open_with_a_sender_comes_before_one_of_several(session: Session, archive: Archive) -> None:
    one_open = letter(session, society(session, "one", "one.example"))
    several = society(session, "two", "two.example")
    two_open = [letter(session, several), letter(session, several)]
    [single, double] = come(session, archive, mail("Li <li@one.example>"), mail("Li <li@two.example>"))
    assert said(single) == [(one_open, 55)]
    assert said(double) == [(two_open[1], 30), (two_open[0], 30)]
    assert double.suggested_letter is None, "what is only a guess holds no reminder back"


def test_signs_that_agree_weigh_more_and_are_never_certain(session: Session, archive: Archive, asked: Letter) -> None:
    text = f"> {asked.reference}\n> To: office@open-net.example\n> {message_id(asked)}\n"
    [came] = come(session, archive, mail(STRANGER, subject=asked.reference, text=text, answers=message_id(asked)))
    assert said(came) == [(asked, 89)]


def test_nothing_is_suggested_for_mail_that_shows_nothing(session: Session, archive: Archive, asked: Letter) -> None:
    [came] = come(session, archive, mail("Nobody <nobody@nowhere.example>"))
    assert said(came) == []
    with pytest.raises(Refused, match="No letter is suggested"):
        waiting.likeliest(session, came.id)


def test_many_messages_ask_the_database_no_more_often_than_a_few(session: Session, archive: Archive, asked: Letter) -> None:
    def queries(count: int, mark: str) -> int:
        made = [mail(STRANGER, text=f"{mark} {n} {asked.reference}", answers=message_id(asked)) for n in range(count)]
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        located = [(f"{mark}{n}.eml", raw) for n, raw in enumerate(made)]
        list(taking_in.take_in(session, archive, located, by=DANA, at=NOON, own_addresses={OURS}))
        event.remove(engine, "before_cursor_execute", note)
        return len([one for one in seen if one.startswith("SELECT")])

    queries(2, "first")
    assert queries(40, "b") == queries(2, "c")
