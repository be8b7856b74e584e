"""Working days: a deadline counted over weekends and public holidays of one country or several, and how it was counted.

Holidays and weekends are those of the library `holidays`; a day counts only where no country named rests.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from babel import Locale

from outreach.errors import Invalid

MOST_DAYS = 500
_SATURDAY = 5
_ONE = timedelta(days=1)
# No country rests for longer at a stretch: what goes beyond is a fault of the calendar, not a holiday.
_LONGEST_REST = 60


@dataclass(frozen=True)
class Counted:
    """A deadline and in words how it was counted; `holidays` are those passed over: country, day, name."""

    day: date
    why: str
    holidays: tuple[tuple[str, date, str], ...] = ()


def after(days: int, start: date, countries: Sequence[str], zone: str) -> Counted:
    """The working day that is `days` working days after `start`, which itself does not count.

    `countries` are ISO 3166-1 codes (none: only Saturdays and Sundays rest), `zone` is the place by whose days it is counted.
    Raises Invalid for a country without a calendar and for a number out of range.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"{days} working days cannot be counted; give 1 to {MOST_DAYS}.")
    codes = tuple(dict.fromkeys(code.upper() for code in countries))
    passed: list[tuple[str, date, str]] = []
    day = start
    for _ in range(days):
        day = _next(day, codes, passed)
    return Counted(day, _in_words(days, start, codes, zone, passed), tuple(passed))


def before(day: date, countries: Sequence[str]) -> date:
    """The last working day before `day`, by the weekends and holidays of `countries`."""
    codes = tuple(code.upper() for code in countries)
    for _ in range(_LONGEST_REST):
        day -= _ONE
        if not any(_is_weekend(code, day) for code in codes or ("",)) and not any(holiday(code, day) for code in codes):
            break
    return day


def _next(day: date, codes: Sequence[str], passed: list[tuple[str, date, str]]) -> date:
    for _ in range(_LONGEST_REST):
        day += _ONE
        if any(_is_weekend(code, day) for code in codes or ("",)):
            continue
        resting = [(code, day, name) for code in codes if (name := holiday(code, day))]
        if not resting:
            return day
        passed.extend(resting)
    raise Invalid(f"No working day follows {day} in {', '.join(codes)}; count without one of these countries.")


def holiday(country: str, day: date) -> str:
    """The public holiday of that day in the whole country, by its English name where it has one; blank on others."""
    calendar = _calendar(country)
    return str(calendar.get(day) or "") if calendar is not None else ""


def must_be_known(country: str) -> None:
    """Raise Invalid for a country whose holidays are not known here."""
    if _calendar(country.upper()) is None:
        raise Invalid(f"The holidays of {country!r} are not known; give a country by its two letters, such as NO or CH.")


def _is_weekend(country: str, day: date) -> bool:
    if not country:
        return day.weekday() >= _SATURDAY
    must_be_known(country)
    return bool(_calendar(country).is_weekend(day))


@cache
def _calendar(country: str) -> Any:
    # It takes a third of a second to load, and most offices do not ask.
    import holidays

    if country not in holidays.list_supported_countries(include_aliases=False):
        return None
    languages = holidays.list_localized_countries(include_aliases=False).get(country, [])
    english = next((one for one in languages if one.startswith("en")), None)
    return holidays.country_holidays(country, language=english)


def country_name(code: str) -> str:
    """The country in English as people call it."""
    return str(Locale("en").territories.get(code, code))


def _in_words(days: int, start: date, codes: Sequence[str], zone: str, passed: Sequence[tuple[str, date, str]]) -> str:
    counted = f"{days} working day{'s' * (days != 1)} from {_day(start)}"
    where = list(_holidays_in_words(codes, passed)) or ["Saturdays and Sundays left out"]
    return ", ".join([counted, *where, zone])


def _holidays_in_words(codes: Sequence[str], passed: Sequence[tuple[str, date, str]]) -> Iterator[str]:
    for code in codes:
        names = [f"{name}, {_day(day)}" for country, day, name in passed if country == code]
        number = {0: "no", 1: "one", 2: "two", 3: "three"}.get(len(names), str(len(names)))
        told = f" ({'; '.join(names)})" if names else ""
        yield f"{number} holiday{'s' * (len(names) != 1)} in {country_name(code)}{told}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
