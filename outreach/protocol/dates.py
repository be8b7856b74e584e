"""Dates and hours of a letter as the language writes them."""

from datetime import date, datetime

from babel import UnknownLocaleError
from babel.dates import get_month_names, get_timezone_name

from outreach.errors import Invalid
from outreach.protocol.entries import Dates, Forms
from outreach.protocol.loading import shipped


def date_line(day: date, language: str, forms: Forms | None = None) -> str:
    """Return `day` as it stands on a letter: "27 January 2025", "1er février 2025", "18 تموز/يوليه 2025".

    Pass `forms` when the office has wording of its own. Raises NotFound for a language without a data file.
    """
    return written(day, (forms or shipped(language)).dates, language)


def written(day: date, dates: Dates, language: str) -> str:
    """Return `day` as `dates` write it in `language`."""
    pattern = dates.first if day.day == 1 and dates.first else dates.pattern
    month = _month(dates, day.month, language) if "{month}" in pattern else ""
    return pattern.format(day=day.day, month=month, month_number=day.month, year=day.year)


def time_line(at: datetime, forms: Forms) -> str:
    """Return the hour of `at` as the language of `forms` writes it: "14:00", "14 h 00", "14.00"."""
    return forms.dates.time.format(hour=at.hour, minute=f"{at.minute:02}")


def zone_line(at: datetime, language: str) -> str:
    """Return what the time zone of `at` (aware) is called on that day: "Central European Standard Time"."""
    try:
        name: str = get_timezone_name(at, width="long", locale=language)
    except UnknownLocaleError:
        return str(at.tzinfo)
    return name


def placed(place: str, day: date, dates: Dates, language: str) -> str:
    """Return place and date in one line ("New York, le 27 janvier 2025"); the date alone where there is no place."""
    alone = written(day, dates, language)
    return dates.placed.format(place=place, date=alone) if place else alone


def _month(dates: Dates, number: int, language: str) -> str:
    if dates.months:
        return dates.months[number - 1]
    try:
        # The "format" names stand beside a day ("27 января"); Babel's stand-alone names would not.
        name: str = get_month_names("wide", context="format", locale=language)[number]
    except UnknownLocaleError as fault:
        raise Invalid(f"No month names are known for {language!r}; add twelve `months` to its [dates].") from fault
    return name
