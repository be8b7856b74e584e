"""Letters through a real Postfix and a real Dovecot: signed in, secured, delivered, brought back, answered by machines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from outreach.contacts.models import Channel
from outreach.delivery import bouncing, ledger, reopening
from outreach.letters import editing, enclosing, register
from outreach.letters.models import LetterState
from outreach.mail.classes import MailClass
from outreach.mail.connecting import Security
from outreach.mail.reading import IncomingMessage, read
from outreach.mail.submitting import Fate, Submission
from outreach.office import Office
from tests.cast import CHAIR, DANA, NOON, society
from tests.conftest import Run
from tests.letters.desk import Desk
from tests.mailserver import DOMAIN, OFFICE, MailServer

SUBJECT = "Отзыв о мандате ФУИ: Côte d’Ivoire, 互联网治理论坛, منتدى"
SENTENCE = "Мы просим — s’il vous plaît — 请回复 قبل نهاية الشهر."
FILE = "Вопросы – questions à l’étude 问题.pdf"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


@dataclass
class Sent:
    """Four letters: to somebody who is there, to nobody, to somebody who is away, to nobody in the office's own domain."""

    office: Office
    server: MailServer
    run: Run
    references: Sequence[str]

    def message_id(self, place: int) -> str:
        with self.office.reading() as session:
            return register.find(session, self.references[place]).version_now.message_id

    def reply_to(self, place: int) -> str:
        with self.office.reading() as session:
            return register.find(session, self.references[place]).version_now.reply_to

    def incoming(self, count: int) -> list[IncomingMessage]:
        return [read(raw) for raw in self.server.await_mail(OFFICE, count)]


HERE, NOBODY, AWAY, OWN = "office@net0.example", "office@net1.example", "office@net2.example", f"office@{DOMAIN}"


@pytest.fixture
def sent(office: Office, run: Run, mailserver: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    """The four letters, sent; what comes of them is on its way."""
    path = office.folder / "outreach.toml"
    path.write_text(path.read_text().replace("[mail]\n", "[mail]\nreply_per_letter = true\n", 1))
    mailserver.serve(office, monkeypatch)
    mailserver.add(HERE)
    mailserver.away(AWAY, "Ich bin bis Mai verreist – à bientôt")
    office.close()
    office = Office.open(office.folder, clock=office.clock)
    desk = Desk(office.archive, office.settings)
    with office.transaction() as session:
        posts = [society(session, f"net-{n}", domain.partition("@")[2]) for n, domain in enumerate((HERE, NOBODY, AWAY, OWN))]
        for post in posts:
            post.second_channel = Channel.COURIER
        campaign = desk.campaign(session, *posts)
        enclosing.add(session, campaign, enclosing.keep(office.archive, PDF, FILE, "Questions"), by=DANA, at=NOON)
        references = desk.draft(session, campaign).new
        letters = [register.find(session, reference) for reference in references]
        for letter in letters:
            body = letter.version_now.body.replace("\n\n", f"\n\n{SENTENCE}\n\n", 1)
            editing.edit(session, letter, {"subject": SUBJECT, "body": body}, by=DANA, at=NOON)
        desk.approve(session, *letters)
    run("send", "wsis20-input", "--really", ok=False)
    yield Sent(office, mailserver, run, references)
    # What is still on its way would arrive in the midst of the next test.
    mailserver.await_mail(OFFICE, 2)
    office.close()


def test_each_letter_is_taken_by_the_server_or_refused_by_it_in_its_own_words(sent: Sent) -> None:
    with sent.office.reading() as session:
        said = [list(ledger.entries(session, reference)) for reference in sent.references]
    assert [[row["result"] for row in rows] for rows in said] == [["accepted"]] * 3 + [["refused"]]
    assert all("queued as" in str(rows[0]["reply"]) for rows in said[:3])
    assert "550 5.1.1" in str(said[3][0]["reply"])
    assert "User unknown" in str(said[3][0]["reply"])


def test_what_arrives_elsewhere_reads_as_it_was_written_in_every_script(sent: Sent) -> None:
    [raw] = sent.server.await_mail(HERE, 1)
    arrived = read(raw)
    assert arrived.subject == f"{SUBJECT} ({sent.references[0]})"
    assert SENTENCE in arrived.text
    assert {one.filename: one.content for one in arrived.attachments}[FILE] == PDF
    assert arrived.sender.address == OFFICE
    assert sent.message_id(0).encode() in raw
    assert sent.reply_to(0).encode() in raw


def test_an_unknown_user_elsewhere_comes_back_and_the_letter_goes_by_courier(sent: Sent) -> None:
    reports = [one for one in sent.incoming(2) if one.verdict.kind is MailClass.BOUNCE]
    [report] = reports
    [failed] = report.verdict.failed
    assert (failed.address, failed.permanent) == (NOBODY, True)
    assert failed.status.startswith("5.1.1")
    assert report.verdict.original_message_id == sent.message_id(1)
    with sent.office.transaction() as session:
        letter = register.find(session, sent.references[1])
        bouncing.record(
            session, letter, failed.address, failed.status, failed.reason, permanent=failed.permanent, by=DANA, at=NOON
        )
        assert letter.state is LetterState.BOUNCED
        assert reopening.turn_to_second(session, letter, by=CHAIR, at=NOON) is Channel.COURIER


def test_somebody_away_answers_by_a_machine_and_not_by_herself(sent: Sent) -> None:
    [answer] = [one for one in sent.incoming(2) if one.verdict.kind is MailClass.AUTO_REPLY]
    assert answer.sender.address == AWAY
    assert answer.verdict.original_message_id == sent.message_id(2)
    assert "à bientôt" in answer.text


def test_an_answer_to_the_letters_own_address_lands_in_the_one_mailbox(sent: Sent) -> None:
    address = sent.reply_to(0)
    assert "+" in address
    words = f"From: Li <{HERE}>\r\nTo: {address}\r\nSubject: Re\r\nMessage-ID: <a@net0.example>\r\n\r\nYes.\r\n"
    sent.server.bring(words.encode(), to=address, sender=HERE)
    came = sent.incoming(3)
    assert [one.sender.address for one in came if one.verdict.kind is MailClass.HUMAN] == [HERE]
    assert any(address in [to.address for to in one.to] for one in came)


def test_the_check_says_that_both_servers_let_us_in_and_what_is_wrong_with_a_password(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = sent.run("delivery", "check").output
    assert said.count("and we are let in") == 2
    monkeypatch.setenv("OUTREACH_SMTP_PASSWORD", "wrong")
    said = sent.run("delivery", "check", ok=False).output
    assert f"did not let {OFFICE} in (535 5.7.8" in " ".join(said.split())
    assert "wrong" not in said


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_letters_are_handed_in_by_each_kind_of_secured_line(mailserver: MailServer, security: Security) -> None:
    mailserver.add(HERE)
    raw = f"From: {OFFICE}\r\nTo: {HERE}\r\nMessage-ID: <{security}@{DOMAIN}>\r\n\r\n.\r\n..\r\nend\r\n".encode()
    with Submission(mailserver.smtp(security), mailserver.secret) as line:
        assert [one.fate for one in line.submit(OFFICE, [HERE], raw)] == [Fate.ACCEPTED]
    [arrived] = mailserver.await_mail(HERE, 1)
    assert arrived.replace(b"\r\n", b"\n").endswith(b"\n\n.\n..\nend\n")


def test_nobody_hands_in_mail_who_is_not_signed_in(mailserver: MailServer) -> None:
    with Submission(replace(mailserver.smtp(), username="")) as line:
        [answer] = line.submit(OFFICE, [HERE], b"Subject: no\r\n\r\nno\r\n")
    assert answer.fate is Fate.REFUSED
    assert "Access denied" in answer.reply
