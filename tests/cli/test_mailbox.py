"""Looking at mail as the reader sees it, without an office."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.cli.main import Face, main

ANSWER = (
    "From: Jane Doe <jane@icc.example>\nTo: Chair <chair@panel.example>\nSubject: Re: Your input\nMessage-ID: "
    "<a1@icc.example>\n"
    "Date: Mon, 3 Feb 2025 10:00:00 +0100\nIn-Reply-To: <7f3a@panel.example>\nContent-Type: text/plain; charset=utf-8\n\n"
    "Dear Chair,\n\nThe value of the IGF 😀 is its openness.\n\nOn Mon, 27 Jan 2025, Chair <chair@panel.example> wrote:\n"
    "> May we ask for your input?\n"
)
KEYS = {
    *("path", "message_id", "from", "to", "subject", "date", "class", "why", "failed", "original_message_id", "new_text"),
    *("quoted_spans", "signature_spans", "attachments", "language", "text"),
}


def read(*arguments: str | Path) -> list[dict]:
    result = CliRunner().invoke(main, ["mailbox", "read", *map(str, arguments), "--json"], obj=Face(folder="/nowhere"))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    (tmp_path / "answer.eml").write_text(ANSWER, encoding="utf-8")
    return tmp_path / "answer.eml"


def test_a_message_is_one_line_of_json_with_all_keys_and_needs_no_office(answer: Path) -> None:
    [row] = read(answer)
    assert set(row) >= KEYS
    assert row["path"] == str(answer)
    assert (row["class"], row["from"], row["to"]) == ("human", "Jane Doe <jane@icc.example>", ["Chair <chair@panel.example>"])
    assert (row["message_id"], row["original_message_id"]) == ("<a1@icc.example>", "<7f3a@panel.example>")
    assert (row["date"], row["language"]) == ("2025-02-03T09:00:00+00:00", "en")
    assert row["new_text"] == "Dear Chair,\n\nThe value of the IGF 😀 is its openness."


def test_spans_are_places_in_the_text_that_stands_beside_them(answer: Path) -> None:
    [row] = read(answer)
    [[start, end]] = row["quoted_spans"]
    assert row["text"][start:end].startswith("On Mon, 27 Jan")
    assert row["text"][start:end].endswith("> May we ask for your input?")


def test_a_bounce_names_each_address_its_code_and_whether_it_is_for_good(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_text(
        "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nUnable to deliver:\n<gone@isoc.example>: 550 5.1.1 "
        "unknown\n"
    )
    [row] = read(tmp_path)
    assert row["class"] == "bounce"
    [one] = row["failed"]
    assert (one["address"], one["status"], one["permanent"]) == ("gone@isoc.example", "5.1.1", True)


def test_messages_of_a_folder_an_mbox_and_a_maildir_keep_their_paths(tmp_path: Path, answer: Path) -> None:
    (tmp_path / "sub" / "cur").mkdir(parents=True)
    (tmp_path / "sub" / "cur" / "1738.M1P2.host:2,S").write_text(ANSWER, encoding="utf-8")
    start = "From - Tue Jan 21 14:30:00 2025\n"
    (tmp_path / "in.mbox").write_text(start + ANSWER + "\n" + start + ANSWER, encoding="utf-8")
    rows = read(tmp_path)
    assert [(Path(row["path"]).name, row["number"]) for row in rows] == [
        ("answer.eml", 1),
        ("in.mbox", 1),
        ("in.mbox", 2),
        ("1738.M1P2.host:2,S", 1),
    ]
    assert {row["new_text"] for row in rows} == {rows[0]["new_text"]}


def test_people_are_shown_the_new_words_and_what_it_is(answer: Path) -> None:
    result = CliRunner().invoke(main, ["mailbox", "read", str(answer)], obj=Face(folder="/nowhere"))
    assert "class     human" in result.output
    assert "openness" in result.output
    assert "May we ask" not in result.output


def test_a_path_that_is_no_mail_is_told_and_the_others_are_read(tmp_path: Path, answer: Path) -> None:
    result = CliRunner().invoke(main, ["mailbox", "read", str(tmp_path / "none"), str(answer), "--json"], obj=Face())
    assert result.exit_code == 1
    assert "There is no file or folder" in result.output
    assert '"class": "human"' in result.output
