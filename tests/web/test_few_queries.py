"""No page asks the database more often than fifteen times, whatever it shows; a page that is forgotten here fails as well."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from outreach.campaigns.models import Campaign, Question
from outreach.communique.models import Communique, CommuniqueVersion, Wording
from outreach.letters.models import Letter, LetterState
from tests.counting import asked
from tests.web.conftest import Visitor
from tests.web.crawling import endpoint_of, walk

VisitFull = Callable[[str | None], Visitor]
MOST = 15
# What reads a whole text or all that is known around letters, in as many queries for one as for two hundred; a page with a
# check in it is one that somebody asked to check, a dossier is a file, charts are files.
MORE = {
    "letters.check": 35,
    "letters.approve": 35,
    "letters.approve_many": 35,
    "communique.dossier": 20,
    "communique.charts": 30,
}
# Two contacts side by side are merged in earnest, and that is taken back: what it moves is what a merge would move.
MORE["contacts.same.compare"] = 30
# What stands there only once something was uploaded or done, and the way in; their own tests open them.
ELSEWHERE = frozenset(
    {
        "campaigns.enclosure",
        "contacts.importing.columns",
        "contacts.importing.look",
        "contacts.importing.refused",
        "delivery.failed",
        "delivery.run",
        "delivery.run_apart",
        "delivery.run_labels",
        "delivery.run_letters",
        "letters.corrected",
        "letters.corrected_page",
        "letters.evidence",
        "letters.returning",
        "letters.signed",
        "responses.download",
        "deadlines.feed",
        "signing_in.sign_in",
        "templates.difference",
    }
)


def further(desk: Flask) -> list[str]:
    """Addresses that no link of the demonstration office leads to; one of its letters becomes a draft for them."""
    with desk.extensions["office"].transaction() as session:
        letter = session.scalars(select(Letter).join(Letter.campaign).order_by(Letter.id).limit(1)).one()
        letter.state, campaign = LetterState.DRAFT, letter.campaign.slug if letter.campaign else ""
        question = session.execute(
            select(Campaign.slug, Question.code).join(Campaign, Campaign.id == Question.campaign_id)
        ).first()
        wording = session.scalars(
            select(Wording.paragraph_id)
            .join(CommuniqueVersion, CommuniqueVersion.id == Wording.version_id)
            .join(Communique, Communique.id == CommuniqueVersion.communique_id)
            .where(Communique.slug == "wsis20", Wording.position > 3)
            .order_by(Wording.position)
        ).first()
        return [
            f"/letters/{letter.id}/edit",
            f"/letters/{letter.id}/approve",
            f"/letters/check/{campaign}",
            f"/letters/approve/{campaign}",
            "/campaigns/{}/questions/{}".format(*question),
            "/contacts/holders/1/edit",
            "/contacts/persons/1/edit",
            "/contacts/persons/1",
            "/communique/wsis20/1/en/at/10",
            *(f"/communique/wsis20/1/en/paragraphs/{wording}{act}" for act in ("", "/add", "/remove", "/sources")),
            "/answers/of/wsis20-input",
            "/answers/of/wsis20-input/answers.csv",
            "/campaigns/wsis20-input/chase",
            "/contacts/posts/1/confirm",
            "/contacts/posts/1/handover",
            "/contacts/persons/1/erase",
            # The first one asks the database what points where, for as long as the desk runs; the second counts.
            "/contacts/duplicates/person/1/2",
            "/contacts/duplicates/person/1/2",
            "/letters/misaddressed",
        ]


@dataclass
class Counting:
    """A browser that notes how often each page that it opens asks the database."""

    desk: Flask
    client: Any
    counts: dict[str, tuple[str, int]] = field(default_factory=dict)

    def get(self, where: str, **options: Any) -> TestResponse:
        with asked(self.desk.extensions["office"].database.engine) as said:
            response: TestResponse = self.client.get(where, **options)
        questions = [one for one in said if one.lstrip().upper().startswith(("SELECT", "WITH"))]
        if endpoint := endpoint_of(self.desk, where):
            self.counts[where] = endpoint, len(questions)
        return response


def test_every_page_asks_the_database_at_most_fifteen_times(full_desk: Flask, visit_full: VisitFull) -> None:
    counting = Counting(full_desk, visit_full("keeper").client)
    walk(full_desk, Visitor(counting), of_a_kind=1)  # type: ignore[arg-type]
    for address in further(full_desk):
        assert counting.get(address).status_code in (200, 302), address
    many = {where: count for where, (endpoint, count) in counting.counts.items() if count > MORE.get(endpoint, MOST)}
    assert not many
    opened = {endpoint for endpoint, _ in counting.counts.values()}
    pages = {rule.endpoint for rule in full_desk.url_map.iter_rules() if "GET" in (rule.methods or ())}
    forgotten = sorted(one for one in pages - opened - ELSEWHERE if not one.endswith("static"))
    assert not forgotten, f"let `further` give an address of each: {', '.join(forgotten)}"
