"""Messages in files: .eml, folders, mbox."""

import mailbox
import tracemalloc
from email.message import EmailMessage

import pytest

from outreach.errors import Invalid
from outreach.mail import archives
from outreach.mail.archives import messages_in

ONE = b"From: a@b.example\nSubject: one\n\nFrom the start.\n\nFrom here on\n>From there\n"
TWO = b"From: c@d.example\nSubject: two\n\ntext\n"


def test_one_eml_file_is_one_message(tmp_path):
    (tmp_path / "answer.EML").write_bytes(ONE)
    assert list(messages_in(tmp_path / "answer.EML")) == [("answer.EML", ONE)]


def test_a_message_without_the_suffix_is_known_by_its_headers(tmp_path):
    (tmp_path / "answer.txt").write_bytes(ONE)
    assert list(messages_in(tmp_path / "answer.txt")) == [("answer.txt", ONE)]


def test_a_folder_gives_its_eml_files_by_name(tmp_path):
    (tmp_path / "b.eml").write_bytes(TWO)
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "notes.txt").write_bytes(b"x")
    assert list(messages_in(tmp_path)) == [("a.eml", ONE), ("b.eml", TWO)]


def test_an_empty_folder_gives_nothing(tmp_path):
    assert list(messages_in(tmp_path)) == []


def test_an_mbox_that_the_standard_library_wrote_gives_the_same_messages(tmp_path):
    box = mailbox.mbox(tmp_path / "in.mbox")
    for number in range(3):
        message = EmailMessage()
        message["Subject"] = f"number {number}"
        message.set_content("Dear Chair,\n\nFrom us all at 10:30.\n")
        box.add(message)
    box.flush()
    found = list(messages_in(tmp_path / "in.mbox"))
    assert [where for where, _ in found] == [f"in.mbox, message {number}" for number in (1, 2, 3)]
    assert b"Subject: number 2" in found[2][1]
    assert b"\n\nFrom us all at 10:30.\n" in found[0][1]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_an_mbox_is_split_at_its_from_lines_and_unescaped(tmp_path, newline):
    escaped = ONE.replace(b"\nFrom here", b"\n>From here").replace(b"\n>From there", b"\n>>From there")
    start = b"From - Tue Jan 21 14:30:00 2025\n"
    (tmp_path / "x").write_bytes((start + escaped + b"\n" + start + TWO + b"\n").replace(b"\n", newline))
    assert [raw.replace(b"\r\n", b"\n") for _, raw in messages_in(tmp_path / "x")] == [ONE, TWO]


def test_a_from_line_within_a_paragraph_begins_no_message(tmp_path):
    start = b"From - Tue Jan 21 14:30:00 2025\n"
    (tmp_path / "x").write_bytes(start + TWO + b"We met\nFrom 9:00 until 10:30 we met.\n")
    assert [raw for _, raw in messages_in(tmp_path / "x")] == [TWO + b"We met\nFrom 9:00 until 10:30 we met.\n"]


def test_a_google_takeout_line_is_known_and_a_sentence_is_not(tmp_path):
    start = b"From 1822@xxx Mon Feb 03 10:00:00 +0000 2025\n"
    (tmp_path / "x.mbox").write_bytes(start + TWO + b"\nFrom 2015 onwards it grew.\n")
    assert [raw for _, raw in messages_in(tmp_path / "x.mbox")] == [TWO + b"\nFrom 2015 onwards it grew.\n"]


@pytest.mark.parametrize("name", ["nothing", "picture.png", "papers"])
def test_what_is_no_mail_is_refused_with_what_to_give_instead(tmp_path, name):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(Invalid, match=r"\.eml"):
        messages_in(tmp_path / name)


def test_a_file_that_is_too_large_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 100)
    (tmp_path / "a.eml").write_bytes(ONE * 2)
    (tmp_path / "b.mbox").write_bytes(b"From - Tue Jan 21 14:30:00 2025\n" + ONE * 2)
    with pytest.raises(Invalid, match=r"a\.eml is larger"):
        messages_in(tmp_path / "a.eml")
    with pytest.raises(Invalid, match=r"b\.mbox is larger"):
        list(messages_in(tmp_path / "b.mbox"))


def test_memory_does_not_grow_with_the_mbox(tmp_path):
    message = b"From - Tue Jan 21 14:30:00 2025\nSubject: x\n\n" + b"text text text\n" * 2000 + b"\n"
    (tmp_path / "x.mbox").write_bytes(message * 300)
    tracemalloc.start()
    count = sum(1 for _ in messages_in(tmp_path / "x.mbox"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < len(message) * 20
