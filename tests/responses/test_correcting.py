"""Who got what of a correction, with what was answered meanwhile."""

from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Channel
from outreach.delivery import recording as dispatching
from outreach.letters import correcting, register
from outreach.letters.correcting import Change
from outreach.responses import correcting as telling
from outreach.responses import recording
from outreach.responses.models import ResponseKind
from outreach.responses.recording import Received
from tests.cast import DANA, NOON, society
from tests.letters.desk import TODAY, Desk

WORDS = Change("Two or three pages", "Four pages")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path)


@pytest.fixture
def campaign(session: Session, desk: Desk) -> Campaign:
    found = desk.campaign(session, society(session, "one-net"), society(session, "two-net", "two.example"))
    first, _second = (register.find(session, reference) for reference in desk.draft(session, found).new)
    desk.approve(session, first)
    dispatching.record_dispatch(session, first, Channel.COURIER, TODAY, by=DANA, at=NOON)
    came = Received(kind=ResponseKind.SUBSTANTIVE, channel=Channel.EMAIL, received_on=TODAY)
    recording.record(session, desk.archive, [first.reference], came, by=DANA, today=TODAY, at=NOON)
    return found


def test_before_anything_is_changed_what_left_is_shown_with_its_answers(session: Session, campaign: Campaign) -> None:
    here, left = telling.before(session, correcting.affected(session, campaign, WORDS))
    assert (here.reference, here.left_on, here.answers) == ("IGF/LP/2025/0002", None, "")
    assert (left.reference, left.left_on) == ("IGF/LP/2025/0001", TODAY)
    assert left.answers == f"substantive {left.answered[0][0]} of 2025-01-27"


def test_one_page_says_who_got_what(session: Session, campaign: Campaign, desk: Desk) -> None:
    other = Campaign(slug="wsis20-input", sender="chair", template=WORDS.template)
    composer = desk.composer(other)
    done = correcting.correct(session, campaign, WORDS, composer, count=2, by=DANA, at=NOON)
    left, here = telling.after(session, done)
    assert (left.corrected_by, left.corrected_state) == ("IGF/LP/2025/0003", "draft")
    assert (here.corrected_by, here.state) == ("", "draft")
    with pypdfium2.PdfDocument(telling.page(campaign, done, [left, here])) as pdf:
        assert len(pdf) == 1
        text = "".join(pdf[0].get_textpage().get_text_range().split())
    for words in (
        "Two or three pages",
        "Four pages",
        "IGF/LP/2025/0003, draft",
        "substantive",
        "Written anew",
        "27 January 2025",
    ):
        assert words.replace(" ", "") in text
