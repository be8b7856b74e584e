"""The options that say a deadline: a day, or so many working days; declared alike wherever a command asks for one."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import rich_click as click

from outreach.cli.showing import DAY
from outreach.office import Office
from outreach.workdays import MOST_DAYS

F = TypeVar("F", bound=Callable[..., Any])
DAYS = click.IntRange(1, MOST_DAYS)


def counting_options(function: F) -> F:
    """Declare from which day and by whose holidays working days are counted."""
    for option in (
        click.option("--holidays", "countries", metavar="CC", multiple=True, help="Leave out this country's holidays, as NO."),
        click.option("--from", "start", type=DAY, help="Count working days from this day; today if left out."),
    ):
        function = option(function)
    return function


def deadline_options(function: F) -> F:
    """Declare `--deadline` and, instead of it, `--working-days`; `deadline_of` makes a day of them."""
    function = counting_options(function)
    function = click.option("--working-days", type=DAYS, help="The deadline as so many working days, counted for you.")(
        function
    )
    return click.option("--deadline", type=DAY, help="The day by which answers are asked for.")(function)


def deadline_of(
    office: Office, deadline: date | None, working_days: int | None, start: date | None, countries: tuple[str, ...]
) -> tuple[date | None, str]:
    """The day that the options say, and in words how it was counted."""
    if working_days is None:
        if start or countries:
            raise click.UsageError("--from and --holidays go with --working-days.")
        return deadline, ""
    if deadline:
        raise click.UsageError("Give --deadline or --working-days, not both.")
    counted = office.working_days(working_days, start, countries)
    click.echo(f"Deadline {counted.day}: {counted.why}.", err=True)
    return counted.day, counted.why
