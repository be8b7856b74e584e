"""What the address of a page narrows the directory to."""

from collections.abc import Iterable
from datetime import timedelta
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

from flask import request

from outreach.contacts.finding import Filter
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.protocol.addressee import POST_KINDS
from outreach.web.seeing import office

E = TypeVar("E", bound=Enum)


def wanted_here() -> Filter:
    """The filter that the address says."""
    args = request.args
    fresh_from = office().today() - timedelta(days=office().settings.office.stale_after_days)
    return Filter(
        group=_one_of(StakeholderGroup, args.get("group", "")),
        regional_group=_one_of(RegionalGroup, args.get("region", "")),
        tag=args.get("tag", "")[:80],
        kind=args["kind"] if args.get("kind") in POST_KINDS else "",
        text=args.get("text", "")[:200],
        held="held" in args,
        not_confirmed_since=fresh_from if "unconfirmed" in args else None,
    )


def _one_of(words: Iterable[E], text: str) -> E | None:
    # What the address says is anybody's: a word that is none of these narrows nothing.
    return next((word for word in words if word.value == text), None)


def with_query(address: str) -> str:
    """That address narrowed as this page is; words of the address are no arguments of url_for, some of which mean more."""
    query = urlencode(request.args.to_dict(flat=False), doseq=True)
    return f"{address}?{query}" if query else address
