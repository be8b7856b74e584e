"""Whatever comes is read: nothing raises, nothing hangs, nothing fills the memory."""

import base64
import time
import tracemalloc
from itertools import islice

import pytest

from outreach.mail.documents import text_of_file
from outreach.mail.languages import language_of
from outreach.mail.quoting import parted
from outreach.mail.reading import read
from tests.mail.fuzzing import broken
from tests.mail.test_hostile_mail import TRAPS

MOST_SECONDS = 2
HEAD = b"From: a@b.example\nSubject: failure notice\n"
LARGE = {
    **{name: raw for name, raw in TRAPS.items() if len(raw) > 200_000},
    "short lines": HEAD + b"\n" + b"a\n" * 200_000,
    "short paragraphs of html": HEAD + b"Content-Type: text/html\n\n" + b"<p>a" * 100_000,
    "a large attachment": HEAD
    + b"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(b"%PDF-1.7 " + bytes(1_000_000)),
    "many addresses in a report": HEAD + b"\nUnable to deliver to\n" + b"<a@b.example>: no\n" * 20_000,
}


def examined(raw: bytes) -> None:
    """Everything that `mailbox read` does with a message; what it gives must be text that can be written."""
    message = read(raw)
    parts = parted(message.text, message.sender.name)
    texts = [text_of_file(each.filename, each.content_type, each.content).text for each in message.attachments[:20]]
    said = [message.subject, message.verdict.why, message.verdict.deputy, parts.own_words, message.html, *texts]
    failed = [f"{each.address}{each.status}{each.reason}" for each in message.verdict.failed]
    "".join([*said, *failed, language_of(parts.own_words)]).encode()


def all_examined(seed: int, messages: int) -> None:
    for number, raw in enumerate(islice(broken(seed), messages)):
        start = time.process_time()
        examined(raw)
        assert time.process_time() - start < MOST_SECONDS, f"message {number} of seed {seed} takes too long"


def test_broken_mail_is_read_and_soon():
    all_examined(seed=1, messages=60)


@pytest.mark.long
def test_broken_mail_is_read_for_ten_minutes():
    end, seed = time.monotonic() + 600, 1000
    while time.monotonic() < end:
        all_examined(seed, messages=500)
        seed += 1


# Counting memory makes what looks at many lines thirty times as slow.
QUICK = {
    "a large attachment",
    "many header lines",
    "html of open brackets",
    "short paragraphs of html",
    "a list of half addresses",
}


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in LARGE])
def test_a_large_message_takes_no_more_than_twenty_times_its_size(name):
    examined(b"")
    tracemalloc.start()
    examined(LARGE[name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * len(LARGE[name])
