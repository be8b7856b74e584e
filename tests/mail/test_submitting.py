"""Handing mail to a server: what became of each recipient, whatever the server or the line does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from outreach.errors import Refused
from outreach.mail import passwords
from outreach.mail.connecting import CannotConnect, Secret, Security, Server
from outreach.mail.submitting import Answer, Fate, Submission
from tests.mail.servers import PASSWORD, USER, Fault, Postbox, authority_file, failing, listening, signing_in

CHAIR = "chair@leadership-panel.example"
MESSAGE = b"Subject: A letter\r\n\r\nExcellency,\r\n.\r\n..and a line that begins with dots\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with listening(Postbox()) as postbox:
        yield postbox


def fates(answers: list[Answer]) -> list[tuple[str, Fate]]:
    return [(answer.recipient, answer.fate) for answer in answers]


def test_a_message_arrives_byte_for_byte_with_its_recipients(postbox: Postbox) -> None:
    with Submission(postbox.server()) as line:
        answers = line.submit(CHAIR, ["pr@kenya.example", "office@kenya.example"], MESSAGE)
    assert answers == [
        Answer("pr@kenya.example", Fate.ACCEPTED, "250 queued as 1"),
        Answer("office@kenya.example", Fate.ACCEPTED, "250 queued as 1"),
    ]
    assert postbox.taken == [(("pr@kenya.example", "office@kenya.example"), MESSAGE)]


def test_many_messages_go_over_one_connection(postbox: Postbox) -> None:
    with Submission(postbox.server()) as line:
        for number in range(20):
            line.submit(CHAIR, [f"a{number}@b.example"], MESSAGE)
    assert (len(postbox.taken), postbox.connections) == (20, 1)


def test_a_refused_recipient_stops_the_letter_to_all_before_any_word_of_it(postbox: Postbox) -> None:
    postbox.refuses["gone@b.example"] = "550 5.1.1 no such user"
    with Submission(postbox.server()) as line:
        answers = line.submit(CHAIR, ["here@b.example", "gone@b.example"], MESSAGE)
        assert fates(answers) == [("here@b.example", Fate.DEFERRED), ("gone@b.example", Fate.REFUSED)]
        assert "because another recipient was not taken" in answers[0].reply
        assert answers[1].reply == "550 5.1.1 no such user"
        assert (postbox.taken, postbox.resets) == ([], 1)
        line.submit(CHAIR, ["here@b.example"], MESSAGE)
    assert postbox.taken == [(("here@b.example",), MESSAGE)], "what was refused adds nobody to the next letter"


def test_a_server_that_says_later_defers(postbox: Postbox) -> None:
    postbox.refuses["full@b.example"] = "452 4.2.2 mailbox full"
    with Submission(postbox.server()) as line:
        assert fates(line.submit(CHAIR, ["full@b.example"], MESSAGE)) == [("full@b.example", Fate.DEFERRED)]


def test_a_rehearsal_asks_about_everybody_and_sends_nothing(postbox: Postbox) -> None:
    postbox.refuses["gone@b.example"] = "550 5.1.1 no such user"
    with Submission(postbox.server()) as line:
        answers = line.rehearse(CHAIR, ["here@b.example", "gone@b.example"], len(MESSAGE))
    assert fates(answers) == [("here@b.example", Fate.ACCEPTED), ("gone@b.example", Fate.REFUSED)]
    assert (postbox.taken, postbox.resets) == ([], 1)


@pytest.mark.parametrize(
    ("at", "act", "fate"),
    [
        ("mail", "450 later", Fate.DEFERRED),
        ("mail", "550 never", Fate.REFUSED),
        ("rcpt", "drop", Fate.DEFERRED),
        ("data", "451 later", Fate.DEFERRED),
        ("data", "554 never", Fate.REFUSED),
        ("data", "drop", Fate.DEFERRED),
        ("body", "drop", Fate.DEFERRED),
        ("dot", "drop", Fate.UNKNOWN),
        ("dot", "450 4.3.0 later", Fate.DEFERRED),
        ("dot", "554 5.7.1 spam", Fate.REFUSED),
        ("dot", "250 2.0.0 queued", Fate.ACCEPTED),
        ("dot", "thank you", Fate.UNKNOWN),
    ],
)
def test_whatever_breaks_the_outcome_says_what_is_known(at: str, act: str, fate: Fate) -> None:
    # More than a line takes at once, so that the end is still here when it breaks.
    message = MESSAGE + (b"x" * 70 + b"\r\n") * (150_000 if at == "body" else 1)
    with failing(Fault(at, act)) as fault:
        server = Server(host="127.0.0.1", port=fault.port, security=Security.NONE, greeting="panel.example", timeout=10)
        with Submission(server) as line:
            assert fates(line.submit(CHAIR, ["pr@kenya.example"], message)) == [("pr@kenya.example", fate)]
            if fate is Fate.DEFERRED:
                assert fault.taken == [], "what is tried again was never taken"


@pytest.mark.parametrize("act", ["drop", "421 4.3.2 closing down"])
def test_a_line_that_a_server_closed_meanwhile_is_opened_again(act: str) -> None:
    with failing(Fault("mail", act)) as fault:
        server = Server(host="127.0.0.1", port=fault.port, security=Security.NONE, greeting="panel.example", timeout=10)
        with Submission(server) as line:
            assert fates(line.submit(CHAIR, ["pr@kenya.example"], MESSAGE)) == [("pr@kenya.example", Fate.ACCEPTED)]
        assert fault.taken == [MESSAGE]


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(postbox: Postbox) -> None:
    with Submission(postbox.server()) as line:
        [answer] = line.submit(CHAIR, ["josé@ñandú.example"], MESSAGE)
        assert (answer.fate, "SMTPUTF8" in answer.reply) == (Fate.REFUSED, True)
        [answer] = line.submit(CHAIR, ["jose@ñandú.example"], MESSAGE)
        assert answer.fate is Fate.ACCEPTED
    assert postbox.taken[0][0] == ("jose@xn--and-6ma2c.example",)
    with listening(Postbox(), enable_SMTPUTF8=True) as modern, Submission(modern.server()) as line:
        line.submit(CHAIR, ["josé@ñandú.example"], MESSAGE)
        line.submit(CHAIR, ["jose@b.example"], MESSAGE)
    assert [recipients for recipients, _ in modern.taken] == [("josé@xn--and-6ma2c.example",), ("jose@b.example",)]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_secured_line_trusts_only_the_right_certificate(security: Security, authority: trustme.CA, tmp_path: Path) -> None:
    trusted = authority_file(authority, tmp_path)
    with listening(Postbox(), security, authority, **signing_in()) as postbox:
        server = postbox.server(security, authorities=trusted, username=USER)
        with Submission(server, lambda: Secret(PASSWORD)) as line:
            assert line.submit(CHAIR, ["pr@kenya.example"], MESSAGE)[0].fate is Fate.ACCEPTED
        with pytest.raises(CannotConnect, match=r"certificate of localhost.* is not to be trusted"):
            Submission(postbox.server(security)).open()
        with pytest.raises(CannotConnect, match=r"not to be trusted \(.*(match|valid for)"):
            Submission(postbox.server(security, authorities=trusted, host="127.0.0.1")).open()
        with pytest.raises(CannotConnect, match=r"did not let chair in \(535.*look at name and password"):
            Submission(server, lambda: Secret("wrong")).open()


def test_a_line_that_cannot_be_secured_is_not_used_in_the_clear(postbox: Postbox) -> None:
    with pytest.raises(CannotConnect, match="offers no STARTTLS"):
        Submission(postbox.server(Security.STARTTLS)).open()
    with pytest.raises(CannotConnect, match="speaks no TLS"):
        Submission(postbox.server(Security.TLS)).open()


@pytest.mark.parametrize(
    ("at", "act", "said"),
    [("greeting", "drop", "hung up"), ("greeting", "554 not you", "does not take mail now .554 not you.; try again later")],
)
def test_a_server_that_lets_nobody_in_is_told_in_words(at: str, act: str, said: str) -> None:
    with failing(Fault(at, act)) as fault:
        server = Server(host="127.0.0.1", port=fault.port, security=Security.NONE, greeting="panel.example", timeout=10)
        with pytest.raises(CannotConnect, match=said):
            Submission(server).open()


def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with failing(Fault("greeting", "drop")) as fault:
        port = fault.port
    server = Server(host="127.0.0.1", port=port, security=Security.NONE, greeting="panel.example", timeout=10)
    with pytest.raises(CannotConnect, match=f"Nobody answers at 127.0.0.1:{port}"):
        Submission(server).open()


def test_a_secret_is_never_shown() -> None:
    assert PASSWORD not in repr(Secret(PASSWORD))


def test_a_password_comes_from_the_environment_or_its_absence_is_told() -> None:
    found = passwords.password("smtp", USER, "mail.example", {"OUTREACH_SMTP_PASSWORD": PASSWORD})
    assert found == Secret(PASSWORD)
    with pytest.raises(Refused, match="set OUTREACH_SMTP_PASSWORD in the environment"):
        passwords.password("smtp", USER, "mail.example", {})
