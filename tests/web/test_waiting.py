"""Mail that waits, on the desk: seen as text, accepted, set aside, put back; and mail taken in from files."""

import io
from collections.abc import Callable

import pytest

from outreach.mail.reading import read
from outreach.office import Office
from outreach.responses import shelf, taking_in, waiting
from outreach.responses.models import MailState
from tests.cast import DANA, NOON, kenya, society
from tests.responses.building import OURS, letter, mail, message_id
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
ONE = "IGF/LP/2025/0001"
TWO = "IGF/LP/2025/0002"


@pytest.fixture
def identifier(office: Office) -> str:
    """Two letters have left, to the Open Net Society and to Kenya; gives the Message-ID of the first."""
    with office.transaction() as session:
        first = letter(session, society(session))
        letter(session, kenya(session))
        return message_id(first)


def bring(visitor: Visitor, content: bytes, name: str = "replies.eml") -> str:
    form = {"files": [(io.BytesIO(content), name)]}
    return visitor.post("/waiting/import", form, content_type="multipart/form-data").text


def mbox(*messages: bytes) -> bytes:
    return b"".join(b"From MAILER Mon Jan 27 10:00:00 2025\n" + each + b"\n\n" for each in messages)


def test_a_mailbox_is_taken_in_and_each_message_is_accounted_for(visit: Visit, office: Office, identifier: str) -> None:
    visitor = visit("drafter")
    box = mbox(mail(answers=identifier), mail("who@else.example", subject="Hello"))
    page = bring(visitor, box, "replies.mbox")
    assert "replies.mbox, message 1" in page
    assert ONE in page
    assert "who@else.example is not known here" in page
    assert "The IGF is of value to all Member States." in visitor.get("/responses/1").text
    assert "here already" in bring(visitor, box, "again.mbox")
    with office.reading() as session:
        assert [each.id for each in shelf.listing(session)] == [1]


@pytest.mark.parametrize(("content", "name"), [(b"\x00\x01 no mail", "mail.bin"), (b"", "empty.txt")])
def test_what_is_no_mail_is_refused_by_name(visit: Visit, content: bytes, name: str) -> None:
    assert f"{name} is no message and no mbox" in bring(visit("drafter"), content, name)


def test_without_a_file_one_is_told_to_choose_one(visit: Visit) -> None:
    assert "Choose a file first." in visit("drafter").post("/waiting/import", {}).text


def test_more_than_the_desk_takes_is_refused(visit: Visit, desk: object) -> None:
    visitor = visit("drafter")
    visitor.client.application.config["MAX_CONTENT_LENGTH"] = 1000
    form = {"files": [(io.BytesIO(b"x" * 5000), "big.eml")]}
    response = visitor.post("/waiting/import", form, content_type="multipart/form-data", page="/")
    assert response.status_code in (400, 413)


def test_a_strangers_page_is_shown_as_text_and_the_message_itself_is_only_saved(visit: Visit, office: Office) -> None:
    evil = mail(
        '"<script>alert(0)</script>" <who@else.example>',
        subject="<img src=http://spy.example/x.png>",
        text="<script>alert(1)</script>",
    )
    visitor = visit("reader")
    bring(visit("drafter"), evil)
    for address in ("/waiting/", "/waiting/1"):
        page = visitor.get(address).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;img src=http://spy.example/x.png&gt;" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in visitor.get("/waiting/1").text
    sent = visitor.get("/waiting/1/original")
    assert read(sent.data).subject == read(evil).subject
    assert sent.headers["Content-Disposition"] == "attachment; filename=mail-1.eml"
    assert sent.mimetype == "application/octet-stream"


def test_mail_is_accepted_for_several_letters_found_without_a_script(visit: Visit, office: Office, identifier: str) -> None:
    visitor = visit("drafter")
    bring(visitor, mail("who@else.example", text="We agree. 🌍"))
    found = visitor.post("/waiting/1/accept", {"find": "kenya", "search": "1", "letters": ONE, "version": "1"}, page="/").text
    assert f'value="{TWO}"' in found
    assert ONE in found
    form = {"letters": ONE, "chosen": [TWO], "organisations": "kenya", "version": "1"}
    page = visitor.post("/waiting/1/accept", form, page="/").text
    assert "Mail 1 is answer 1 now" in page
    for words in (ONE, TWO, "Accepted by Dana Drafter.", "We agree. 🌍", "Answer 1: Kenya"):
        assert words in page


def test_mail_that_cannot_be_accepted_says_why_and_keeps_what_was_typed(visit: Visit, identifier: str) -> None:
    visitor = visit("drafter")
    bring(visitor, mail("who@else.example"))
    none = visitor.post("/waiting/1/accept", {"letters": "", "organisations": "kenya", "version": "1"}, page="/")
    assert none.status_code == 409
    assert "Say which letters mail 1 answers." in none.text
    unknown = visitor.post("/waiting/1/accept", {"letters": "IGF/LP/2025/0077", "version": "1"}, page="/")
    assert unknown.status_code == 422
    assert "IGF/LP/2025/0077</textarea>" in unknown.text


def test_mail_is_set_aside_with_a_reason_and_put_back(visit: Visit, office: Office) -> None:
    visitor = visit("drafter")
    bring(visitor, mail("news@else.example"))
    assert visitor.post("/waiting/1/set-aside", {"why": "", "version": "1"}, page="/").status_code == 422
    assert (
        "Mail 1 is set aside." in visitor.post("/waiting/1/set-aside", {"why": "A newsletter.", "version": "1"}, page="/").text
    )
    assert "A newsletter." in visitor.get("/waiting/?state=set-aside").text
    stale = visitor.post("/waiting/1/put-back", {"version": "1"}, page="/")
    assert stale.status_code == 409
    assert "was changed meanwhile" in stale.text
    assert "Mail 1 waits again." in visitor.post("/waiting/1/put-back", {"version": "2"}, page="/").text
    with office.reading() as session:
        assert waiting.get(session, 1).state is MailState.WAITING


def test_the_letter_suggested_stands_in_the_form_to_be_checked(visit: Visit, identifier: str) -> None:
    visitor = visit("drafter")
    bring(visitor, mail(text="An answer that names no letter."))
    page = visitor.get("/waiting/1").text
    assert f'value="{ONE}" checked' in page
    assert "It is the only letter open with office@open-net.example." in page
    assert ONE in visitor.get("/waiting/").text


def test_the_list_goes_page_by_page(visit: Visit) -> None:
    visitor = visit("drafter")
    bring(visitor, mbox(*(mail("who@else.example", subject=f"Subject {number:03}") for number in range(53))), "many.mbox")
    assert visitor.get("/waiting/").text.count("Subject 0") == 50
    assert visitor.get("/waiting/?page=2").text.count("Subject 0") == 3


def test_a_report_shows_whom_it_did_not_reach_and_an_absence_who_answers_meanwhile(visit: Visit, identifier: str) -> None:
    visitor = visit("drafter")
    failed = f"Unable to deliver:\n<li@open-net.example>: 550 5.1.1 no such user\n\nMessage-ID: {identifier}\n"
    away = "I am out of the office until 10 March 2025. Please contact Ann Lee at ann@open-net.example."
    bounced = mail("MAILER-DAEMON@mx.example", subject="failure notice", text=failed)
    bring(visitor, mbox(bounced, mail(subject="Automatic reply: Your letter", text=away)))
    page = visitor.get("/waiting/1").text
    assert "bounce: it says so in its words" in page
    assert "li@open-net.example (5.1.1), for good" in page
    page = visitor.get("/waiting/2").text
    assert "10 Mar 2025" in page
    assert "Ann Lee &lt;ann@open-net.example&gt;" in page


def test_the_likeliest_letters_stand_beside_the_mail_and_many_are_accepted_at_once(visit: Visit, office: Office) -> None:
    with office.transaction() as session:
        asked = letter(session, society(session))
        reference = asked.reference
        raws = [(f"{n}.eml", mail("Li <li@home.example>", text=f"Answer {n}.", answers=message_id(asked))) for n in range(3)]
        own = {OURS}
        numbers = [one.mail for one in taking_in.take_in(session, office.archive, raws, by=DANA, at=NOON, own_addresses=own)]
        versions = [waiting.get(session, number).version for number in numbers]
    drafter = visit("drafter")
    page = drafter.get(f"/waiting/{numbers[0]}").text
    assert "(80 of 100)" in page
    assert "li@home.example lies outside the addressee&#39;s known domains" in page
    chosen = [f"{numbers[0]}:{versions[0]}", f"{numbers[1]}:{versions[1]}", f"{numbers[2]}:999", "x:y"]
    done = drafter.post("/waiting/accept-suggested", {"mail": chosen}, page="/waiting/").text
    assert "2 mails accepted" in done
    assert f"Mail {numbers[2]} was changed meanwhile by somebody else" in done
    with office.reading() as session:
        states = [waiting.get(session, number).state for number in numbers]
        assert states == [MailState.FILED, MailState.FILED, MailState.WAITING]
        response = waiting.get(session, numbers[0]).response
        assert response is not None
        assert [one.letter.reference for one in response.answers] == [reference]
