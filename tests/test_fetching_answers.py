"""A real send through a real Postfix and Dovecot: what comes back is fetched, classed and filed without a hand."""

import json

from outreach.letters import register
from outreach.letters.models import LetterState
from outreach.responses import waiting
from outreach.responses.models import IncomingMail, MailState
from tests.delivery.test_real_server import HERE, NOBODY, Sent, sent  # noqa: F401 - a fixture of that name

ANSWER = """From: Li Example <{sender}>
To: {to}
Subject: Re: your letter
Message-ID: <answer-1@net0.example>
Date: Mon, 27 Jan 2025 11:00:00 +0000

The IGF is of value to all Member States.
"""


def states(sent: Sent) -> dict[str, tuple[MailState, str]]:  # noqa: F811 - the fixture
    with sent.office.reading() as session:
        mails = [one for state in MailState for one in waiting.listing(session, state)]
        return {one.kind.value if one.kind else "": (one.state, reference(one)) for one in mails}


def reference(mail: IncomingMail) -> str:
    return mail.suggested_letter.reference if mail.suggested_letter else ""


def test_a_bounce_an_absence_and_an_answer_are_fetched_classed_and_filed(sent: Sent) -> None:  # noqa: F811
    sent.server.bring(ANSWER.format(sender=HERE, to=sent.reply_to(0)).encode(), to=sent.reply_to(0), sender=HERE)
    sent.incoming(3)
    said = sent.run("mailbox", "fetch").output
    assert "3 new, 1 filed, 0 waiting, 2 noted, 0 here already." in said
    assert states(sent) == {
        "bounce": (MailState.NOTED, sent.references[1]),
        "auto-reply": (MailState.NOTED, sent.references[2]),
        "human": (MailState.FILED, ""),
    }
    with sent.office.reading() as session:
        assert register.find(session, sent.references[1]).state is LetterState.BOUNCED
        assert register.find(session, sent.references[2]).state is LetterState.ACCEPTED
    assert NOBODY in sent.run("delivery", "ledger", sent.references[1]).output
    report = json.loads(sent.run("responses", "report", "--json").output)
    assert (report["total"], report["fetched"], report["repeated"], report["missed"]) == (3, 3, 0, 0)
    assert {word: n for word, n in report["by_state"].items() if n} == {"filed": 1, "noted": 2}


def test_a_second_fetch_adds_nothing(sent: Sent) -> None:  # noqa: F811
    sent.incoming(2)
    sent.run("mailbox", "fetch")
    before = states(sent)
    assert "0 new, 0 filed, 0 waiting, 0 noted, 0 here already." in sent.run("mailbox", "fetch").output
    assert states(sent) == before
