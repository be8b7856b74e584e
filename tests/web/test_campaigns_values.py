"""The values of a campaign at the desk."""

import re

import pytest

from outreach.campaigns import planning
from outreach.office import Office
from tests.web.world import PLAN, Visit, societies

VALUES = {"value-start": "2025-02-18T14:00", "value-end": "2025-02-18T16:00", "value-zone": "UTC"}


@pytest.fixture
def meeting(visit: Visit, office: Office) -> str:
    """A campaign of invitations, kept at the desk."""
    societies(office, "open-net")
    plan = {**PLAN, "template": "invitation", "slug": "meeting", "to": "org:open-net", "count": "1"}
    assert "meeting is kept" in visit("drafter").post("/new-campaign", plan).text
    return "/campaigns/meeting/values"


def shown_version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def test_values_are_asked_for_with_what_each_is_and_kept(visit: Visit, office: Office, meeting: str) -> None:
    visitor = visit("drafter")
    page = visitor.get(meeting).text
    assert "When the meeting begins, as 2025-02-18T14:00" in page
    assert "value-opening" not in page
    said = visitor.post(meeting, {**VALUES, "version": shown_version(page)}).text
    assert "The values are kept." in said
    assert "start, end, zone" in said
    with office.reading() as session:
        assert planning.find(session, "meeting").values["zone"] == "UTC"


def test_values_changed_meanwhile_are_not_overwritten_and_the_words_typed_stay(visit: Visit, meeting: str) -> None:
    visitor = visit("drafter")
    version = shown_version(visitor.get(meeting).text)
    visitor.post(meeting, {**VALUES, "version": version})
    page = visitor.post(meeting, {**VALUES, "value-place": "Room & <XX>", "version": version})
    assert page.status_code == 409
    assert "was changed meanwhile by somebody else" in page.text
    assert "Room &amp; &lt;XX&gt;" in page.text
