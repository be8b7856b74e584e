"""Mail gone wrong at random: messages of the cast cut, doubled, mixed and filled with what trips readers."""

import random
from collections.abc import Iterator

from tests.mail.replies import replies
from tests.mail.test_classing import AWAY, FIELDS, HUMAN, WILD, letter, report
from tests.mail.test_hostile_mail import MIME_PIECES
from tests.mail.test_outlook import TEXT, msg, wrapped
from tests.mail.test_reading import APPLE, GMAIL, OUTLOOK, REPORT

PIECES = [
    *MIME_PIECES,
    *(
        b"On 3 Feb 2025 at 10:00, a@b.example wrote:\n",
        b"-- \n",
        b"> ",
        b"Best regards,\n",
        b"\x1b$B",
        b"[EXTERNAL] ",
        b"caution: ",
    ),
    *(
        b"could not be delivered ",
        b"<a@b.example>: ",
        b"550 5.1.1 ",
        b"Message-ID: <a@b>\n",
        b"{\\rtf",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
    ),
    *(b"\x78\x9f\x3e\x22\x01\x00", b"From: a\nSent: b\nTo: c\n", b"I am out of the office until ", b"please contact "),
]
SEEDS = [
    *(GMAIL, OUTLOOK, APPLE, REPORT, msg(), wrapped("We agree.", TEXT), TEXT),
    *(report(fields) for fields, _ in FIELDS),
    *(letter(words, subject, sender) for subject, sender, words, _ in WILD.values()),
    *(letter(words, subject) for subject, words, *_ in AWAY),
    *(letter(words, subject) for subject, words in HUMAN.values()),
    *(letter(reply.text) for number, reply in enumerate(replies()) if number % 7 == 0),
]


def broken(seed: int) -> Iterator[bytes]:
    """Messages without end, the same ones for the same seed."""
    chance = random.Random(seed)
    while True:
        message = bytearray(chance.choice(SEEDS))
        for _ in range(chance.randint(1, 8)):
            _break(message, chance)
        yield bytes(message[:400_000])


def _break(message: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(message) + 1)
    match chance.randrange(6):
        case 0:
            message[place : place + chance.randint(1, 40)] = chance.randbytes(chance.randint(0, 8))
        case 1:
            other = chance.choice(SEEDS)
            start = chance.randrange(len(other))
            message[place:place] = other[start : start + chance.randint(1, 4000)]
        case 2:
            message[place:place] = message[max(0, place - 2000) : place] * chance.randint(1, 20)
        case 3:
            del message[place : place + chance.randint(1, 2000)]
        case 4:
            message[place:place] = chance.choice(PIECES) * chance.randint(1, 500)
        case _:
            message[place:place] = chance.choice(
                [b"a", b" ", b".", b"1", b"-", b"\xff", b"x@y.z ", b"[", b"*"]
            ) * chance.randint(1, 20_000)
