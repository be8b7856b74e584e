"""Quiet hours and public holidays where a letter arrives: off unless set.

The place is the post's seat where that is a city of the United Nations, else the organisation's country. Where a country has
several time zones, it is quiet as long as it is in any of them.
"""

from collections.abc import Mapping
from datetime import datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import workdays
from outreach.config import SendingSettings
from outreach.contacts.models import Organisation, Post
from outreach.letters.leaving import Numbers
from outreach.letters.models import LetterAddressee

# Country (ISO 3166-1) and time zone of the seats that missions have; another seat is in the organisation's own country.
SEATS: Mapping[str, tuple[str, str]] = {
    "new-york": ("US", "America/New_York"),
    "geneva": ("CH", "Europe/Zurich"),
    "vienna": ("AT", "Europe/Vienna"),
    "nairobi": ("KE", "Africa/Nairobi"),
    "paris": ("FR", "Europe/Paris"),
}


def reasons(session: Session, letters: Numbers, rest: SendingSettings, at: datetime) -> Mapping[int, str]:
    """Why letters may not arrive now, by letter id; nothing where no quiet hours are set and holidays do not count."""
    if not rest.quiet and not rest.holidays:
        return {}
    query = (
        select(LetterAddressee.letter_id, Post.seat, Organisation.country)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(LetterAddressee.letter_id.in_(letters))
    )
    rows = session.execute(query).all()
    said = {place: _why(*place, rest, at) for place in {(seat, country) for _number, seat, country in rows}}
    return {number: why for number, seat, country in rows if (why := said[seat, country])}


def _why(seat: str, country: str, rest: SendingSettings, at: datetime) -> str:
    country, *zones = SEATS.get(seat, (country, *_zones(country)))
    for zone in zones:
        there = at.astimezone(ZoneInfo(zone))
        if rest.quiet and _is_within(there.time(), *rest.quiet):
            begins, ends = rest.quiet
            return f"it is {there:%H:%M} in {_city(zone)}, within the quiet hours from {begins:%H:%M} to {ends:%H:%M}"
        if rest.holidays and (name := workdays.holiday(country, there.date())):
            return f"it is {name} in {country} on {there:%d %B %Y}"
    return ""


def _is_within(now: time, begins: time, ends: time) -> bool:
    """Whether it is quiet; hours that end before they begin go through midnight."""
    return begins <= now < ends if begins <= ends else now >= begins or now < ends


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _zones(country: str) -> tuple[str, ...]:
    """The time zones of a country (Unicode CLDR); none for one that is not known."""
    return tuple(sorted(zone for zone, territory in get_global("zone_territories").items() if territory == country and country))
