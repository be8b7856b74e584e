"""`outreach responses` as the office sees it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from outreach.accounts import people
from outreach.inputs.models import InputText
from outreach.journal import Role
from outreach.letters.models import LetterState
from outreach.office import Office
from tests.cast import KIM, kenya, society
from tests.conftest import Run
from tests.responses.building import campaign, letter, mail

OPEN_NET, KENYA, DRAFT = "IGF/LP/2025/0001", "IGF/LP/2025/0002", "IGF/LP/2025/0003"
OPEN_NETS_ID = "<1.letter@leadership-panel.example>"


@pytest.fixture
def letters(office: Office) -> Office:
    """An office that has written to Open Net Society and to Kenya, and has a draft to Kenya."""
    with office.transaction() as session:
        part_of, nairobi = campaign(session), kenya(session)
        letter(session, society(session), part_of=part_of)
        sent = letter(session, nairobi, to=["pr@kenya.example"])
        sent.campaign = part_of
        letter(session, nairobi, state=LetterState.DRAFT)
    return office


def said(result: Result) -> str:
    """What a person reads, wherever the terminal broke the lines."""
    return " ".join(result.output.replace("│", " ").split())


def shown(run: Run, *words: Any) -> Any:
    """What a program reads."""
    return json.loads(run("responses", *words, "--json").output)


def put(folder: Path, name: str, raw: bytes) -> Path:
    (folder / name).write_bytes(raw)
    return folder / name


def test_a_scan_that_came_by_post_is_logged_with_words_and_attribution(run: Run, letters: Office, tmp_path: Path) -> None:
    scan, words = put(tmp_path, "note.pdf", b"%PDF-1"), put(tmp_path, "note.txt", "\ufeffLe Kenya répond.".encode())
    given = ("--text", words, "--file", scan, "--attribution", "organisation", "--evidence", "Box 2 ticked.")
    run("responses", "log", KENYA, "--kind", "substantive", "--by", "post", "--on", "2025-01-25", *given)
    row = shown(run, "show", 1)
    assert (row["kind"], row["channel"], row["received"], row["authors"]) == ("substantive", "post", "2025-01-25", ["Kenya"])
    assert (row["letters"], row["attribution"], row["logged_by"]) == ([KENYA], "organisation", "Kim Keeper")
    assert row["files"] == [{"name": "note.pdf", "type": "application/pdf", "size": 6}]
    assert [(text["origin"], text["content"]) for text in row["texts"]] == [("note.txt", "Le Kenya répond.")]


def test_what_was_logged_is_said(run: Run, letters: Office) -> None:
    result = run("responses", "log", OPEN_NET, KENYA, "--kind", "decline", "--from", "kenya", "--by", "telephone")
    assert result.output == f"Response 1 (decline, received) to {OPEN_NET}, {KENYA} is logged.\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((KENYA, "--on", "2025-01-28"), "2025-01-28 is in the future; give the day on which the response came."),
        ((DRAFT,), f"Letter {DRAFT} is a draft, so nothing can answer it; check the reference."),
        (("IGF/LP/2025/0099",), "There is no letter IGF/LP/2025/0099; look it up in the list. `outreach letters"),
        ((KENYA, "--from", "keyna"), "No organisation 'keyna' is in the directory"),
        ((KENYA, "--attribution", "group"), "Say by what evidence response 1 is group"),
    ],
)
def test_a_refused_log_says_why_and_keeps_nothing(run: Run, letters: Office, words: tuple[str, ...], says: str) -> None:
    assert says in said(run("responses", "log", *words, "--kind", "substantive", ok=False))
    assert shown(run, "list") == []


def test_a_text_that_is_no_text_is_refused(run: Run, letters: Office, tmp_path: Path) -> None:
    words = put(tmp_path, "note.txt", b"\xff\xfe\x00")
    result = run("responses", "log", KENYA, "--kind", "substantive", "--text", words, ok=False)
    assert "note.txt is no text in UTF-8" in said(result)


def test_mail_is_taken_in_and_its_words_are_kept_with_it(run: Run, letters: Office, tmp_path: Path) -> None:
    path = put(tmp_path, "1.eml", mail(answers=OPEN_NETS_ID, text="We support the Forum.", attach=[("Anlage.pdf", b"x")]))
    result = run("responses", "import", path)
    assert f"1.eml: response 1 to {OPEN_NET}." in result.output
    row = shown(run, "show", 1)
    assert (row["kind"], row["reasons"][0]["confidence"], row["files"][0]["name"]) == ("unread", 100, "Anlage.pdf")
    assert [text["content"].strip() for text in row["texts"]] == ["We support the Forum."]


def test_a_folder_taken_in_twice_adds_nothing(run: Run, letters: Office, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    put(folder, "1.eml", mail(answers=OPEN_NETS_ID)), put(folder, "2.eml", mail("li@stranger.example"))
    assert "2 new, 1 filed, 1 waiting, 0 here already." in run("responses", "import", folder).output
    again = run("responses", "import", folder).output
    assert "0 new, 0 filed, 0 waiting, 2 here already." in again
    assert "It is here already as mail 1; nothing was added." in again
    with letters.reading() as session:
        assert len(session.scalars(select(InputText)).all()) == 1


def test_an_import_prints_one_line_of_json_a_message(run: Run, letters: Office, tmp_path: Path) -> None:
    path = put(tmp_path, "1.eml", mail(answers=OPEN_NETS_ID))
    (line,) = run("responses", "import", path, "--json").output.splitlines()
    row = json.loads(line)
    assert (row["where"], row["new"], row["state"], row["letters"]) == ("1.eml", True, "filed", [OPEN_NET])


def test_what_cannot_be_read_is_named_and_the_rest_is_taken_in(run: Run, letters: Office, tmp_path: Path) -> None:
    path = put(tmp_path, "1.eml", mail(answers=OPEN_NETS_ID))
    result = run("responses", "import", tmp_path / "nothing.mbox", path, ok=False)
    assert "There is no file or folder" in said(result)
    assert len(shown(run, "list")) == 1


def test_waiting_mail_is_listed_accepted_and_put_back(run: Run, letters: Office, tmp_path: Path) -> None:
    run("responses", "import", put(tmp_path, "1.eml", mail("li@stranger.example", subject=f"Re: {OPEN_NET}", text="Yes.")))
    assert OPEN_NET in run("responses", "waiting").output
    (row,) = shown(run, "waiting")
    assert (row["mail"], row["sender"], row["suggested"]) == (1, "li@stranger.example", OPEN_NET)
    assert "Mail 1 is response 1 now" in run("responses", "accept", 1, OPEN_NET).output
    assert [text["content"].strip() for text in shown(run, "show", 1)["texts"]] == ["Yes."]
    assert run("responses", "waiting").output == "No mail waits.\n"
    run("responses", "put-back", 1)
    assert [row["state"] for row in shown(run, "list")] == ["withdrawn"]
    run("responses", "set-aside", 1, "--why", "Not from them.")
    assert shown(run, "waiting") == []
    assert "put-back 1" in said(run("responses", "accept", 1, OPEN_NET, ok=False))


def test_an_unread_answer_is_sorted_by_a_person(run: Run, letters: Office, tmp_path: Path) -> None:
    run("responses", "import", put(tmp_path, "1.eml", mail(answers=OPEN_NETS_ID)))
    assert run("responses", "sort", 1, "--kind", "substantive").output == "Response 1 is sorted as substantive.\n"
    assert [row["kind"] for row in shown(run, "list")] == ["substantive"]


def test_an_open_attribution_is_listed_until_it_is_recorded(run: Run, letters: Office) -> None:
    run("responses", "log", KENYA, "--kind", "substantive")
    assert [row["number"] for row in shown(run, "open", "--campaign", "value-of-the-igf")] == [1]
    run("responses", "attribution", 1, "group", "--evidence", "Box 3 ticked.")
    assert run("responses", "open").output == "No attribution is open.\n"
    assert shown(run, "show", 1)["attribution"] == "group"


def test_a_response_can_be_replaced_and_withdrawn(run: Run, letters: Office) -> None:
    run("responses", "log", KENYA, "--kind", "decline")
    run("responses", "log", KENYA, "--kind", "substantive", "--supersedes", 1)
    run("responses", "withdraw", 2, "--why", "Their mail of today.")
    assert [row["state"] for row in shown(run, "list")] == ["superseded", "withdrawn"]


def test_responses_are_shown_for_people(run: Run, letters: Office, tmp_path: Path) -> None:
    run("responses", "import", put(tmp_path, "1.eml", mail(answers=OPEN_NETS_ID, text="Our answer:\n\x1b[2Jwiped")))
    listed, one = run("responses", "list").output, run("responses", "show", 1).output
    assert "Open Net Society" in listed
    assert "It replies to the Message-ID of IGF/LP/2025/0001" in one
    assert "--- text of the mail ---\nOur answer:\n" in one
    assert "\x1b" not in one


def test_a_reader_may_look_and_no_more(run: Run, letters: Office) -> None:
    with letters.transaction() as session:
        people.add(session, "René Reader", Role.READER, by=KIM, at=letters.now())
    run("--as", "René Reader", "responses", "list")
    result = run("--as", "René Reader", "responses", "log", KENYA, "--kind", "decline", ok=False)
    assert "René Reader is a reader and may not log responses" in said(result)


def test_a_kind_that_does_not_exist_is_wrong_usage(run: Run, letters: Office) -> None:
    assert run("responses", "log", KENYA, "--kind", "nonsense", ok=None).exit_code == 2
    assert run("responses", "log", KENYA, "--kind", "unread", ok=None).exit_code == 2


@pytest.mark.parametrize("words", [("show",), ("withdraw", "--why", "x"), ("set-aside", "--why", "x")])
def test_a_number_that_no_database_holds_is_wrong_usage(run: Run, letters: Office, words: tuple[str, ...]) -> None:
    verb, *rest = words
    result = run("responses", verb, 99999999999999999999, *rest, ok=None)
    assert result.exit_code == 2
    assert "is not in the range 0<=x<=2147483647" in said(result)


@pytest.mark.parametrize("option", ["--file", "--text"])
def test_a_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for(
    run: Run, letters: Office, tmp_path: Path, option: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    result = run("responses", "log", KENYA, "--kind", "decline", option, tmp_path / "pipe", ok=False)
    assert "pipe is no file; name a file with what came." in said(result)
