"""Mail is filed by evidence, or waits with its reason; nothing is dropped and nothing is guessed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.contacts.models import Channel
from outreach.database import Database
from outreach.errors import Refused
from outreach.journal import Entry
from outreach.letters.models import LetterState
from outreach.mail import reading
from outreach.mail.reading import messages_in
from outreach.responses import recording, shelf, taking_in, waiting
from outreach.responses.models import IncomingMail, MailState, Response, ResponseKind, ResponseState
from outreach.responses.taking_in import Taken
from tests.cast import DANA, KIM, NOON, RENE, email, kenya, society
from tests.responses.building import OURS, campaign, letter, mail, message_id


def take(session: Session, archive: Archive, *raws: bytes, at: datetime = NOON, zone: str = "UTC") -> list[Taken]:
    located = [(f"{number}.eml", raw) for number, raw in enumerate(raws, start=1)]
    return take_located(session, archive, located, at=at, zone=zone)


def take_located(
    session: Session, archive: Archive, located: Sequence[tuple[str, bytes]], *, at: datetime = NOON, zone: str = "UTC"
) -> list[Taken]:
    return list(taking_in.take_in(session, archive, located, by=DANA, at=at, own_addresses={OURS}, zone=ZoneInfo(zone)))


def test_a_reply_to_a_letter_from_its_addressee_is_filed_unread(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent)))
    response = shelf.get(session, taken.response or 0)
    assert (taken.state, taken.letters) == (MailState.FILED, (sent.reference,))
    assert (response.kind, response.channel, response.received_on) == (ResponseKind.UNREAD, Channel.EMAIL, NOON.date())
    assert [(a.letter.reference, a.confidence) for a in response.answers] == [(sent.reference, 100)]
    assert shelf.author_names(response) == ["Open Net Society"]


def test_the_words_of_filed_mail_are_handed_on_whole(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    text = "Yes.\n\nOn Monday, Chair <chair@leadership-panel.example> wrote:\n> Dear Ms. Li,\n"
    (taken,) = take(session, archive, mail(answers=message_id(sent), text=text))
    assert taken.text.splitlines() == text.splitlines()


def test_a_reply_header_alone_does_not_make_a_stranger_the_addressee(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail("Li Example <li@stranger.example>", answers=message_id(sent)))
    (mail_row,) = waiting.listing(session)
    assert (taken.state, taken.response, mail_row.suggested_letter) == (MailState.WAITING, None, sent)
    assert taken.reason == (
        f"It replies to the Message-ID of {sent.reference}, but li@stranger.example is not known for that letter's addressee."
    )


def test_mail_from_the_addressee_waits_when_answers_to_it_are_to_go_to_a_stranger(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent), Reply_To="Li Example <li@stranger.example>"))
    (mail_row,) = waiting.listing(session)
    assert (taken.state, taken.response, mail_row.suggested_letter) == (MailState.WAITING, None, sent)
    assert taken.reason == (
        f"It replies to the Message-ID of {sent.reference}, but answers to it are to go to li@stranger.example, "
        "which is not known for that letter's addressee."
    )


@pytest.mark.parametrize("answers_to", ["office@open-net.example", "assistant@open-net.example"])
def test_mail_from_the_addressee_is_filed_when_answers_to_it_stay_there(
    session: Session, archive: Archive, answers_to: str
) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent), Reply_To=answers_to))
    assert (taken.state, taken.letters) == (MailState.FILED, (sent.reference,))


def test_a_number_in_the_subject_alone_never_attaches_a_mail(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail("li@stranger.example", subject=f"Re: {sent.reference}"))
    assert (taken.state, taken.response) == (MailState.WAITING, None)
    assert f"names the reference of {sent.reference}" in taken.reason
    assert session.scalar(select(func.count()).select_from(Response)) == 0


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: IGF/LP/2025/0001", "Here is our answer."),
        ("Our answer", "We refer to your letter (ref. IGF/LP/2025/0001)."),
        ("Our answer [IGF/LP/2025/0001]", "Here it is."),
        ("Our answer", "来函 IGF/LP/2025/0001。"),
    ],
)
def test_a_reference_from_a_known_sender_is_filed(session: Session, archive: Archive, subject: str, text: str) -> None:
    letter(session, society(session))
    (taken,) = take(session, archive, mail(subject=subject, text=text))
    response = shelf.get(session, taken.response or 0)
    assert [(a.letter.reference, a.confidence) for a in response.answers] == [("IGF/LP/2025/0001", 90)]
    assert response.answers[0].matched_by == "outreach"
    assert "office@open-net.example is known for its addressee" in response.answers[0].reason


@pytest.mark.parametrize("word", ["IGF/LP/2025/00012", "XIGF/LP/2025/0001", "IGF/LP/2025/000"])
def test_a_reference_is_never_found_inside_another_word(session: Session, archive: Archive, word: str) -> None:
    letter(session, society(session))
    letter(session, kenya(session))
    (taken,) = take(session, archive, mail(subject=word))
    assert taken.state is MailState.WAITING


def test_a_reference_in_quoted_text_is_no_evidence(session: Session, archive: Archive) -> None:
    post = society(session)
    letter(session, post), letter(session, post)
    text = "Thanks.\n\nOn 27 January 2025 at 10:00, Chair <chair@leadership-panel.example> wrote:\n> Ref. IGF/LP/2025/0001\n"
    (taken,) = take(session, archive, mail(text=text))
    assert taken.state is MailState.WAITING


@pytest.mark.parametrize("sender", ["deputy@open-net.example", "DEPUTY@Open-Net.Example", "deputy@policy.open-net.example"])
def test_a_colleague_at_the_organisations_own_domain_is_known(session: Session, archive: Archive, sender: str) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(sender, subject=sent.reference))
    assert taken.state is MailState.FILED


@pytest.mark.parametrize("sender", ["li@notopen-net.example", "li@open-net.example.evil.example", "li@example"])
def test_a_domain_that_only_looks_alike_is_a_stranger(session: Session, archive: Archive, sender: str) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(sender, subject=sent.reference))
    assert taken.state is MailState.WAITING


def test_a_mail_service_open_to_all_proves_nothing_but_an_address_there_does(session: Session, archive: Archive) -> None:
    post = society(session, domain="gmail.com")
    sent = letter(session, post)
    other, own = take(
        session, archive, mail("else@gmail.com", subject=sent.reference), mail("office@gmail.com", subject=sent.reference)
    )
    assert (other.state, own.state) == (MailState.WAITING, MailState.FILED)


def test_a_domain_that_many_missions_share_proves_nothing(session: Session, archive: Archive) -> None:
    nairobi, open_net = kenya(session), society(session)
    session.add_all([email(nairobi, "kenya@missions.example"), email(open_net, "open@missions.example")])
    session.flush()
    sent = letter(session, nairobi)
    shared, own = take(
        session,
        archive,
        mail("lithuania@missions.example", subject=sent.reference),
        mail("kenya@missions.example", subject=sent.reference),
    )
    assert (shared.state, own.state) == (MailState.WAITING, MailState.FILED)


def test_what_else_comes_in_the_same_batch_changes_nothing(session: Session, archive: Archive) -> None:
    nairobi = kenya(session)
    session.add(email(nairobi, "pr@kenya.example"))
    session.flush()
    sent = letter(session, nairobi)
    raws = [mail("x@sub.kenya.example", subject=sent.reference), mail("pr@kenya.example", subject=sent.reference)]
    assert [each.state for each in take(session, archive, *raws)] == [MailState.WAITING, MailState.FILED]


def test_the_domain_of_a_missions_own_address_is_known_while_nobody_shares_it(session: Session, archive: Archive) -> None:
    nairobi = kenya(session)
    session.add(email(nairobi, "pr@kenya-mission.example"))
    session.flush()
    sent = letter(session, nairobi)
    (taken,) = take(session, archive, mail("secretary@kenya-mission.example", subject=sent.reference))
    assert taken.state is MailState.FILED


def test_whoever_only_had_a_copy_does_not_answer_for_the_addressee(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session), to=["pr@kenya.example"], cc=["copy@secretariat.example"])
    copied, addressed = take(
        session,
        archive,
        mail("copy@secretariat.example", answers=message_id(sent)),
        mail("pr@kenya.example", answers=message_id(sent)),
    )
    assert (copied.state, addressed.state) == (MailState.WAITING, MailState.FILED)


def test_one_mail_answers_several_letters(session: Session, archive: Archive) -> None:
    post = society(session)
    first, second = letter(session, post), letter(session, post)
    raw = mail(references=f"{message_id(first)} {message_id(second)}", answers=message_id(second), subject=first.reference)
    (taken,) = take(session, archive, raw)
    response = shelf.get(session, taken.response or 0)
    assert {a.letter.reference: a.confidence for a in response.answers} == {first.reference: 100, second.reference: 100}


def test_a_mail_is_filed_only_with_the_letters_its_sender_is_known_for(session: Session, archive: Archive) -> None:
    own, other = letter(session, society(session)), letter(session, kenya(session))
    (taken,) = take(session, archive, mail(text=f"On {own.reference} and {other.reference}:"))
    assert taken.letters == (own.reference,)
    assert f"{other.reference}, but office@open-net.example is not known" in taken.reason


def test_a_joint_letter_is_answered_by_the_addressee_who_wrote(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session), society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent)))
    assert shelf.author_names(shelf.get(session, taken.response or 0)) == ["Open Net Society"]


def test_an_address_that_is_nobodys_alone_stands_as_the_author_itself(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session), society(session), to=["cofacilitators@process.example"])
    (taken,) = take(session, archive, mail("The Two <cofacilitators@process.example>", answers=message_id(sent)))
    assert shelf.author_names(shelf.get(session, taken.response or 0)) == ["cofacilitators@process.example"]


@pytest.mark.parametrize("state", [LetterState.DRAFT, LetterState.APPROVED, LetterState.CANCELLED])
def test_a_letter_that_never_left_is_not_answered(session: Session, archive: Archive, state: LetterState) -> None:
    sent = letter(session, society(session), state=state)
    (taken,) = take(session, archive, mail(answers=message_id(sent)))
    assert taken.state is MailState.WAITING
    assert f"{sent.reference}" in taken.reason
    assert "nothing can answer it" in taken.reason


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Auto_Submitted": "auto-replied"}, "Auto-Submitted: auto-replied"),
        ({"X_Autoreply": "yes"}, "X-Autoreply"),
        ({"Return_Path": "<>"}, "empty Return-Path"),
    ],
)
def test_an_automatic_reply_is_no_answer(session: Session, archive: Archive, headers: dict[str, str], said: str) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent), **headers))
    (row,) = waiting.listing(session)
    assert (taken.state, taken.response, row.suggested_letter) == (MailState.WAITING, None, sent)
    assert said in row.automatic
    assert said in row.reason


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"List_Id": "<members.open-net.example>"}, "list"),
        ({"X_Spam_Flag": "YES"}, "spam"),
        ({"subject": "Automatic reply: Your letter", "text": "I am away until 3 March."}, "auto-reply"),
        ({"subject": "Read: Your letter", "text": "Your message was read on 27 January."}, "receipt"),
        (
            {"subject": "Undeliverable: Your letter", "text": "Cannot be delivered:\n<li@open-net.example>: 550"},
            "bounce",
        ),
        ({"subject": "Delivery delayed", "text": "Not yet been delivered, will retry:\n<li@open-net.example>"}, "delay"),
    ],
)
def test_only_a_persons_mail_is_an_answer(session: Session, archive: Archive, given: dict[str, str], kind: str) -> None:
    sent = letter(session, society(session))
    raw = mail(answers=message_id(sent), **given)
    (taken,) = take(session, archive, raw)
    (row,) = waiting.listing(session)
    assert reading.read(raw).kind == kind
    assert (taken.state, taken.response, row.suggested_letter) == (MailState.WAITING, None, sent)


def test_a_report_suggests_the_letter_that_did_not_arrive(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    said = f"Unable to deliver:\n<li@open-net.example>: 550 5.1.1\n\nMessage-ID: {message_id(sent)}\n"
    take(session, archive, mail("MAILER-DAEMON@mx.example", subject="failure notice", text=said))
    (row,) = waiting.listing(session)
    assert row.suggested_letter == sent
    assert "li@open-net.example 5.1.1" in row.automatic


def test_bulk_precedence_is_no_automatic_reply(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent), Precedence="bulk"))
    assert taken.state is MailState.FILED


def test_mail_that_somebody_has_read_already_is_taken_in_like_any_other(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent), Status="RO", X_Mozilla_Status="0001"))
    assert taken.state is MailState.FILED


def test_mail_from_our_own_address_waits(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(f"Chair <{OURS.upper()}>", answers=message_id(sent)))
    assert taken.state is MailState.WAITING
    assert "our own address" in taken.reason


def test_a_known_sender_with_one_open_letter_is_a_suggestion_only(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail())
    assert (taken.state, waiting.listing(session)[0].suggested_letter) == (MailState.WAITING, sent)
    assert taken.reason == f"It names no letter; {sent.reference} is the only one open with office@open-net.example."


def test_a_closed_letter_is_no_suggestion(session: Session, archive: Archive) -> None:
    post = society(session)
    closed, still_open = letter(session, post), letter(session, post)
    (taken,) = take(session, archive, mail(answers=message_id(closed)))
    recording.sort(session, taken.response or 0, ResponseKind.DECLINE, by=DANA, at=NOON)
    take(session, archive, mail(text="One more thing."))
    assert waiting.listing(session)[0].suggested_letter == still_open


def test_with_two_open_letters_none_is_suggested(session: Session, archive: Archive) -> None:
    post = society(session)
    letter(session, post), letter(session, post)
    (taken,) = take(session, archive, mail())
    assert waiting.listing(session)[0].suggested_letter is None
    assert "2 letters are open" in taken.reason


def test_a_strangers_mail_without_a_reference_waits(session: Session, archive: Archive) -> None:
    letter(session, society(session))
    (taken,) = take(session, archive, mail("Open Net Society <news@stranger.example>"))
    assert taken.reason == "It names no letter, and news@stranger.example is not known here."


def test_the_name_in_a_from_header_is_a_label_and_nothing_else(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail('"Evil Minister" <office@open-net.example>', answers=message_id(sent)))
    response = shelf.get(session, taken.response or 0)
    assert [(a.name, a.person_id) for a in response.authors] == [("", None)]
    assert session.scalars(select(IncomingMail.sender_name)).one() == "Evil Minister"


def test_attachments_keep_their_names_and_their_bytes(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    attach = [("Réponse du Kenya.pdf", b"%PDF-1"), ("../../etc/passwd.pdf", b"%PDF-2")]
    (taken,) = take(session, archive, mail(answers=message_id(sent), attach=attach))
    files = shelf.get(session, taken.response or 0).files
    assert [file.filename for file in files] == ["Réponse du Kenya.pdf", "passwd.pdf"]
    assert [archive.fetch(file.sha256) for file in files] == [b"%PDF-1", b"%PDF-2"]


def test_taking_in_twice_adds_nothing(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    raws = [mail(answers=message_id(sent)), mail("else@stranger.example")]
    first = take(session, archive, *raws)
    entries = session.scalar(select(func.count()).select_from(Entry))
    again = take(session, archive, *raws, at=NOON + timedelta(days=1))
    assert [(each.is_new, each.mail) for each in again] == [(False, each.mail) for each in first]
    assert again[0].reason == f"It is here already as mail {first[0].mail}; nothing was added."
    assert (session.scalar(select(func.count()).select_from(Response)), again[0].response) == (1, None)
    assert session.scalar(select(func.count()).select_from(Entry)) == entries


def test_the_same_message_in_an_mbox_and_as_a_file_is_one(session: Session, archive: Archive, tmp_path: Path) -> None:
    sent = letter(session, society(session))
    raw = mail(answers=message_id(sent), text="First line.\nFrom here on, we agree.\n", attach=[("a.pdf", b"%PDF-1\n")])
    (tmp_path / "one.eml").write_bytes(raw.replace(b"\n", b"\r\n"))
    stored = raw.replace(b"\nFrom here", b"\n>From here").replace(b"\nSubject:", b"\nStatus: RO\nSubject:")
    (tmp_path / "all.mbox").write_bytes(b"From office@open-net.example Mon Jan 27 10:00:00 2025\n" + stored + b"\n")
    as_file, in_mbox = take_located(session, archive, [*messages_in(tmp_path / "one.eml"), *messages_in(tmp_path / "all.mbox")])
    later = take_located(session, archive, list(messages_in(tmp_path / "all.mbox")))
    assert (as_file.is_new, in_mbox.is_new, later[0].is_new) == (True, False, False)
    assert {as_file.mail, in_mbox.mail, later[0].mail} == {as_file.mail}


def test_line_ends_in_an_attached_text_make_no_other_message(session: Session, archive: Archive) -> None:
    raw = (
        b"From: li@stranger.example\nMessage-ID: <1@stranger.example>\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n"
        b"--b\nContent-Disposition: attachment; filename=a.txt\n\nFirst.\nSecond.\n--b--\n"
    )
    first, again = take(session, archive, raw, raw.replace(b"\n", b"\r\n"))
    assert (first.mail, again.is_new) == (again.mail, False)


@pytest.mark.parametrize("together", [True, False])
def test_another_message_with_the_same_message_id_waits(session: Session, archive: Archive, together: bool) -> None:
    sent = letter(session, society(session))
    raws = [mail(answers=message_id(sent), text=text, identifier="<same@open-net.example>") for text in ("Yes.", "No.")]
    taken = take(session, archive, *raws) if together else [*take(session, archive, raws[0]), *take(session, archive, raws[1])]
    assert [each.state for each in taken] == [MailState.FILED, MailState.WAITING]
    assert "says something else" in taken[1].reason
    assert waiting.listing(session)[0].suggested_letter == sent


def test_the_same_few_words_without_a_message_id_are_two_mails(session: Session, archive: Archive) -> None:
    raws = [mail(text="Thanks.", identifier="", X_Route=route) for route in ("a", "b")]
    assert [each.is_new for each in take(session, archive, *raws)] == [True, True]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00broken", b"Subject: x\n\nNo sender at all.", b"From: \n\n"])
def test_a_broken_message_is_kept_raw_and_listed(session: Session, archive: Archive, raw: bytes) -> None:
    (taken,) = take(session, archive, raw)
    (row,) = waiting.listing(session)
    assert (archive.fetch(row.raw_sha256), row.id) == (raw, taken.mail)
    assert "no sender address" in row.reason
    assert "It has no Message-ID." in row.reason


@pytest.mark.parametrize(
    ("sent_at", "zone", "day"),
    [
        ("Sun, 26 Jan 2025 23:30:00 +0000", "Europe/Zurich", date(2025, 1, 27)),
        ("Sun, 26 Jan 2025 23:30:00 +0000", "America/New_York", date(2025, 1, 26)),
        ("Fri, 01 Jan 2038 00:00:00 +0000", "UTC", NOON.date()),
        ("no date", "UTC", NOON.date()),
    ],
)
def test_the_day_of_receipt_is_the_offices_and_never_in_the_future(
    session: Session, archive: Archive, sent_at: str, zone: str, day: date
) -> None:
    sent = letter(session, society(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent), on=sent_at), zone=zone)
    assert shelf.get(session, taken.response or 0).received_on == day


@pytest.mark.parametrize(
    ("on", "state"),
    [("Mon, 10 Feb 2025 23:00:00 +0000", ResponseState.RECEIVED), ("Tue, 11 Feb 2025 01:00:00 +0000", ResponseState.LATE)],
)
def test_what_comes_after_the_deadline_is_late(session: Session, archive: Archive, on: str, state: ResponseState) -> None:
    sent = letter(session, society(session), part_of=campaign(session))
    (taken,) = take(session, archive, mail(answers=message_id(sent), on=on), at=NOON + timedelta(days=60))
    assert shelf.get(session, taken.response or 0).state is state


def test_a_reader_takes_in_nothing(session: Session, archive: Archive) -> None:
    with pytest.raises(Refused, match="may not take in mail"):
        next(taking_in.take_in(session, archive, [("1.eml", mail())], by=RENE, at=NOON, own_addresses=()))


def test_a_batch_is_one_entry_of_the_journal(session: Session, archive: Archive) -> None:
    sent = letter(session, society(session))
    take(session, archive, *(mail(answers=message_id(sent), text=f"Answer {number}.") for number in range(5)))
    entries = session.scalars(select(Entry)).all()
    assert [(entry.verb, entry.subject, entry.actor) for entry in entries] == [("took in", "incoming mail", DANA.name)]


def looked_up(session: Session, archive: Archive, raws: Sequence[bytes]) -> int:
    """How many queries it takes to take these in."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    take(session, archive, *raws)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in seen)


def test_the_number_of_queries_does_not_grow_with_the_mail(session: Session, archive: Archive) -> None:
    posts = [society(session, f"org-{number}", f"org-{number}.example") for number in range(30)]
    letters = [letter(session, post) for post in posts]
    raws = [mail(f"office@org-{n}.example", answers=message_id(each)) for n, each in enumerate(letters)]
    raws += [mail(f"someone@org-{n}.example", text=f"Words {n}") for n in range(30)]
    few = looked_up(session, archive, raws[:2] + raws[30:32])
    many = looked_up(session, archive, raws[2:30] + raws[32:])
    assert many == few


def test_two_imports_of_the_same_mail_at_once_take_turns(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        journal.record(session, KIM, "founded", "office", at=NOON)
    archive, together = Archive(tmp_path / "files"), Barrier(2)

    def import_all(_: int) -> list[bool]:
        with database.transaction() as session:
            if session.get_bind().dialect.name == "postgresql":
                together.wait(timeout=30)
            return [each.is_new for each in take(session, archive, *(mail(text=f"Answer {n}.") for n in range(20)))]

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(import_all, range(2))) == [[False] * 20, [True] * 20]


def test_large_mail_makes_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "MOST_BYTES", 10)
    monkeypatch.setattr(taking_in, "MOST_MESSAGES", 3)
    stream = [("a", b"123456"), ("b", b"123456"), *(("c", b"1"),) * 4]
    assert [len(batch) for batch in taking_in.in_batches(stream)] == [1, 3, 2]


def test_a_mail_made_to_be_slow_is_searched_all_the_same(session: Session, archive: Archive) -> None:
    letter(session, society(session))
    text = "\n".join("IGF/LP/2025/9999." * 50 + f" 12345{number}" for number in range(3_000))
    # A search that goes back at each number would take hours over this.
    (taken,) = take(session, archive, mail(text=text, references=" ".join(f"<{n}@x.example>" for n in range(5_000))))
    assert taken.state is MailState.WAITING
