"""Machines that answer are told from people who do."""

import pytest

from outreach.mail.reading import read


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Auto-Submitted: auto-replied (vacation)", "Auto-Submitted: auto-replied (RFC 3834)"),
        ("Auto-Submitted: Auto-Generated; owner=x", "Auto-Submitted: auto-generated (RFC 3834)"),
        ("Return-Path: <>", "an empty Return-Path, as bounces and automatic answers have"),
        ("X-Autoreply: yes", "X-Autoreply: yes"),
        ("X-Autorespond: Away", "X-Autorespond: away"),
        ("Precedence: auto_reply", "Precedence: auto_reply"),
        ("Content-Type: message/disposition-notification", "a read receipt (RFC 8098)"),
        ("Content-Type: multipart/report; boundary=x", "a report (multipart/report)"),
    ],
)
def test_a_machines_answer_says_why_it_is_one(header, reason):
    assert read(f"From: a@b.example\n{header}\n\nx".encode()).automatic == reason


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Precedence: bulk",
        "Precedence: list",
        "X-Autoreply: no",
        "X-Auto-Response-Suppress: All",
        "Return-Path: <a@b.example>",
        "List-Id: <igf.example>",
        "Subject: Automatic reply to your letter",
    ],
)
def test_a_persons_answer_is_not_taken_for_a_machines(header):
    assert read(f"From: a@b.example\n{header}\n\nx".encode()).automatic == ""


def test_a_read_receipt_is_named():
    raw = (
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n"
        "--x\n\nread\n--x\nContent-Type: message/disposition-notification\n\nDisposition: manual-action\n--x--"
    )
    assert read(raw.encode()).automatic == "a read receipt (RFC 8098)"
