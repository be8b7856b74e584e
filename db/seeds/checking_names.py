"""What must hold for the names of States in six languages, and for the hand-kept files that they are built from."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from .phrases import LANGUAGES, key_of, of, of_short_french, running
else:  # beside a script: its own folder is the first place Python looks
    from phrases import LANGUAGES, key_of, of, of_short_french, running

Row = dict[str, str]

# Names that the United Nations does not use, or no longer uses, as the short name of a State.
DISUSED = {
    *(
        "Turkey",
        "Turquie",
        "Turquía",
        "Ivory Coast",
        "Cote d'Ivoire",
        "Costa de Marfil",
        "Vietnam",
        "South Korea",
        "North Korea",
    ),
    *(
        "Corée du Sud",
        "Corea del Sur",
        "Russia",
        "Russie",
        "Rusia",
        "Syria",
        "Syrie",
        "Siria",
        "Laos",
        "Tanzania",
        "Tanzanie",
    ),
    *("Tanzanía", "Iran", "Irán", "Bolivia", "Bolivie", "Venezuela", "Moldova", "Moldavia", "Moldavie", "Micronesia"),
    *(
        "Brunei",
        "Czech Republic",
        "République tchèque",
        "Swaziland",
        "Suazilandia",
        "Cape Verde",
        "Cap-Vert",
        "East Timor",
    ),
    *(
        "Macedonia",
        "Macédoine",
        "Netherlands",
        "Holland",
        "Pays-Bas",
        "Países Bajos",
        "Great Britain",
        "United Kingdom",
    ),
    *(
        "United States",
        "Palestine",
        "Vatican",
        "Burma",
        "The Gambia",
        "The Bahamas",
        "Kenia",
        "Ruanda",
        "Bielorrusia",
    ),
}

_NOMINATIVE = re.compile(r"\w+(?:ая|ое|ий|ые|ие) |(?:Республика|Королевство|Государство|Княжество|Султанат|Союз|Содружество) ")


_SCRIPTS = {
    "en": r"[A-Za-zÀ-ÿ'’(),. -]+",
    "fr": r"[A-Za-zÀ-ÿŒœ'’(),. -]+",
    "es": r"[A-Za-zÀ-ÿ'’(),. -]+",
    "ru": r"[А-Яа-я'() —-]+",
    "zh": r"[\u4e00-\u9fff（）]+",
    "ar": r"[\u0621-\u064a() -]+",
}


def read(path: Path) -> list[Row]:
    """Read a facts file as rows by column name."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def twice(where: str, what: str, values: Iterable[object]) -> Iterator[str]:
    """Say which of `values`, each a `what` of the file `where`, stand there more than once."""
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{where} gives the {what} {value} {times} times."


def name_faults(states: list[Row], names: list[Row]) -> Iterator[str]:
    """Say what is wrong in the rows of `state_names.csv`, given those of `states.csv`."""
    expected = {(row["key"], language) for row in states for language in LANGUAGES}
    present = {(row["key"], row["language"]) for row in names}
    for key, language in sorted(expected - present):
        yield f"state_names.csv has no {language} name for {key}."
    for key, language in sorted(present - expected):
        yield f"state_names.csv names {key} in {language}, which states.csv does not know."
    yield from twice("state_names.csv", "name of", ((row["key"], row["language"]) for row in names))
    for column in ("short", "formal", "list_name", "running"):
        yield from twice("state_names.csv", column, ((row["language"], row[column]) for row in names))
    for row in names:
        yield from _one_name_faults(row)


def _one_name_faults(row: Row) -> Iterator[str]:
    where = f"state_names.csv, {row['key']} in {row['language']},"
    for column in ("short", "list_name"):
        if row[column] in DISUSED:
            yield f"{where} says {row[column]!r}, a name the United Nations does not use."
    if row["language"] == "en" and key_of(row["short"]) != row["key"]:
        yield f"{where} says {row['short']!r}, whose key would be {key_of(row['short'])}."
    for column in ("short", "formal", "list_name", "running", "of_short", "of_formal"):
        if not row[column] and not (column.startswith("of_") and row["reviewed"] == "assumed"):
            yield f"{where} has no {column}."
        elif row[column] and not re.fullmatch(_SCRIPTS[row["language"]], row[column]):
            yield f"{where} writes {column} {row[column]!r} in letters of another script."
    if row["source"] not in ("hdx", "pycountry", "corrected") or row["reviewed"] not in ("reviewed", "assumed"):
        yield f"{where} has the source {row['source']!r} and the review {row['reviewed']!r}."
    if row["source"] == "corrected" and not row["note"]:
        yield f"{where} is corrected without a reason."
    yield from _phrase_faults(where, row)
    if row["language"] == "ru":
        yield from _genitive_faults(where, row)


def _phrase_faults(where: str, row: Row) -> Iterator[str]:
    natural = running(row["short"], row["formal"], row["article"])
    if row["running"] != natural:
        yield f"{where} has {row['running']!r} in running text where its name and article give {natural!r}."
    if row["language"] != "ru" and row["of_formal"] != of(row["language"], row["formal"]):
        yield f"{where} has {row['of_formal']!r}, not {of(row['language'], row['formal'])!r}."
    possible = _possible_of_short(row, natural)
    if possible and row["of_short"] not in possible and "of_short:" not in row["note"]:
        yield f"{where} has {row['of_short']!r}, not {' or '.join(sorted(map(repr, possible)))}."


def _possible_of_short(row: Row, natural: str) -> set[str]:
    if row["language"] == "ru":
        return set()
    if row["language"] == "fr" and "(" not in row["short"]:
        return {of_short_french(row["short"], row["article"], keeps_article=keeps) for keeps in (True, False)}
    return {of(row["language"], natural)}


def _genitive_faults(where: str, row: Row) -> Iterator[str]:
    for column, nominative in (("of_short", row["short"]), ("of_formal", row["formal"])):
        genitive = row[column]
        if _NOMINATIVE.match(genitive):
            yield f"{where} has the nominative {genitive!r} in {column}."
        # Declension changes the end of a word; the name of another State differs from the start.
        if genitive and genitive[:3] not in (nominative[:3], row["formal"][:3]):
            yield f"{where} has {genitive!r} in {column}, which is no form of {nominative!r}."


def hand_faults(hand: Path, states: list[Row], names: list[Row]) -> Iterator[str]:
    """Say where the committed rows no longer follow the files in `hand`, so that they must be built again."""
    iso3 = {row["key"]: row["iso3"] for row in states}
    stands = {(iso3.get(row["key"]), row["language"]): row for row in names}
    for row in read(hand / "corrections.csv"):
        name = stands.get((row["iso3"], row["language"]))
        if not row["reason"]:
            yield f"hand/corrections.csv corrects {row['iso3']} in {row['language']} without a reason."
        if name and name[row["column"]] != row["value"]:
            yield (
                f"state_names.csv, {name['key']} in {row['language']}, has {name[row['column']]!r} where "
                f"hand/corrections.csv says {row['value']!r}: build again."
            )
    known = {row["iso3"]: row for row in states}
    for row in read(hand / "states.csv"):
        state = known.get(row["iso3"], {})
        for column in ("regional_group", "language", "regional_note"):
            if state and state[column] != row[column]:
                yield f"states.csv, {state['key']}, differs from hand/states.csv in {column}: build again."
