"""Where the day begins: how the campaigns stand, what waits, what is late, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from outreach import journal, morning
from outreach.communique import reaching
from outreach.errors import NotFound
from outreach.journal import Role
from outreach.letters import register
from outreach.responses import standing, tallying
from outreach.responses.standing import CampaignStanding, Standing, Tally
from outreach.web import drawing
from outreach.web.guarding import needs
from outreach.web.seeing import office

pages = Blueprint("home", __name__)
SERIES = ("answered", "declined", "no answer yet")
CHARTS = {"group": "stakeholder group", "region": "regional group of States"}
# Those that are no group: a letter to several at once, or to an organisation outside the regional groups of States.
LAST = (tallying.SEVERAL, tallying.NONE)
LABELS = {
    "grulac": "GRULAC",
    "weog": "WEOG",
    "igf": "IGF",
    "asia-pacific": "Asia-Pacific",
    "eastern-european": "Eastern European",
    tallying.SEVERAL: "Several together",
    tallying.NONE: "No group",
}


@dataclass(frozen=True)
class Pipeline:
    """A campaign and how many of its letters are at each stage of the work."""

    standing: CampaignStanding
    checked: int
    coded: int
    drawn_on: int


@pages.get("/")
@needs(Role.READER)
def show() -> Any:
    """The home page."""
    with office().reading() as session:
        # By group and region is a page of its own: it takes several times as long.
        standings = standing.standings(session, today=office().today(), parts=False)
        total = standing.together(each.total for each in standings)
        return render_template(
            "home.html",
            pipelines=_pipelines(session, standings),
            total=total,
            waits=morning.waits(session, total),
            charts=CHARTS,
            latest=journal.latest(session, last=12)[::-1],
        )


@pages.get("/home/groups")
@needs(Role.READER)
def groups() -> Any:
    """Answers by stakeholder group and by regional group, in numbers."""
    with office().reading() as session:
        standings = standing.standings(session, today=office().today())
        tables = {which: _rows(standings, which) for which in CHARTS}
        return render_template("groups.html", tables=tables, charts=CHARTS, series=SERIES)


@pages.get("/home/chart/<which>.svg")
@needs(Role.READER)
def chart(which: str) -> Any:
    """Answers by stakeholder group or by regional group, of one campaign or of all, as an image."""
    if which not in CHARTS:
        raise NotFound("There is no such chart; there are group and region.")
    with office().reading() as session:
        standings = standing.standings(session, today=office().today(), slug=request.args.get("campaign") or None)
    image = drawing.bars(_rows(standings, which), SERIES)
    return Response(image, mimetype="image/svg+xml")


def _pipelines(session: Session, standings: Sequence[CampaignStanding]) -> list[Pipeline]:
    checked, coded, drawn_on = register.checked(session), reaching.coded(session), reaching.drawn_on(session)
    return [
        Pipeline(each, checked.get(each.slug, 0), coded.get(each.slug, 0), drawn_on.get(each.slug, 0)) for each in standings
    ]


def _rows(standings: Sequence[CampaignStanding], which: str) -> list[tuple[str, tuple[int, int, int]]]:
    """Label and numbers of each group that was written to, in the order of `SERIES`."""
    parts = [each.by_group if which == "group" else each.by_region for each in standings]
    tallies = standing.parts_together(parts)
    names = sorted((name for name in tallies if tallies[name].sent), key=lambda name: (name in LAST, name))
    return [(_label(name), _numbers(tallies, name)) for name in names if (which, name) != ("region", tallying.NONE)]


def _label(name: str) -> str:
    return LABELS.get(name) or name.replace("-", " ").capitalize()


def _numbers(tallies: Mapping[str, Tally], name: str) -> tuple[int, int, int]:
    tally = tallies[name]
    return tally.of(Standing.ANSWERED), tally.of(Standing.DECLINED), tally.open
