"""The options that narrow a list of posts, declared alike wherever a command speaks of many."""

from collections.abc import Callable
from typing import Any, TypeVar

import rich_click as click

from outreach.contacts.finding import Filter
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.contacts.naming import slug
from outreach.protocol.addressee import POST_KINDS

F = TypeVar("F", bound=Callable[..., Any])
GROUPS = click.Choice([group.value for group in StakeholderGroup])
REGIONS = click.Choice([group.value for group in RegionalGroup])


def narrowing(function: F) -> F:
    """Declare the options; `filter_of` makes a filter of what they give."""
    for option in (
        click.option("--search", "text", metavar="TEXT", default="", help="Look for TEXT in names, titles and persons."),
        click.option("--seat", metavar="SEAT", default="", help="Only posts there, such as new-york, geneva or capital."),
        click.option("--kind", type=click.Choice(POST_KINDS), help="Only posts of this kind."),
        click.option("--tag", metavar="TAG", default="", help="Only organisations with this tag."),
        click.option("--region", "regional_group", type=REGIONS, help="Only this regional group."),
        click.option("--group", type=GROUPS, help="Only this stakeholder group."),
    ):
        function = option(function)
    return function


def filter_of(group: str | None, regional_group: str | None, tag: str, kind: str | None, seat: str, text: str) -> Filter:
    """What the options narrow to."""
    return Filter(
        group=StakeholderGroup(group) if group else None,
        regional_group=RegionalGroup(regional_group) if regional_group else None,
        tag=tag,
        kind=kind or "",
        seat=slug(seat, 40),
        text=text,
    )
