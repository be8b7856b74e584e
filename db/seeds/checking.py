"""What must hold in the committed seed files: standard library only, no network; each fault is one sentence."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from .checking_names import hand_faults, name_faults, read, twice
    from .phrases import LANGUAGES
else:  # beside a script: its own folder is the first place Python looks
    from checking_names import hand_faults, name_faults, read, twice
    from phrases import LANGUAGES

Row = dict[str, str]

COLUMNS: dict[str, tuple[str, ...]] = {
    "states.csv": ("key", "status", "iso2", "iso3", "m49", "regional_group", "language", "regional_note"),
    "state_names.csv": (
        *("key", "language", "short", "formal", "article", "list_name", "running"),
        *("of_short", "of_formal", "source", "reviewed", "note"),
    ),
    "organisations.csv": (
        *("key", "name", "name_fr", "acronym", "group", "kind", "domain", "country"),
        *("regional_group", "language", "head_title", "head_title_fr", "note"),
    ),
    "posts.csv": ("organisation", "kind", "seat", "title_en", "title_fr", "preferred_channel"),
}

# They add up to the 193 Member States: Türkiye, Israel and the United States are counted once, with the last group.
GROUP_SIZES = {"african": 54, "asia-pacific": 54, "eastern-european": 23, "grulac": 33, "weog": 29}
OBSERVER_STATES = {"holy-see", "state-of-palestine"}
ORGANISATION_GROUPS = {
    *("government", "intergovernmental", "private-sector", "civil-society"),
    *("technical-community", "academia", "press", "igf"),
}
ORGANISATION_KINDS = {"organisation", "nri", "igf-body", "observer"}
HEAD_KINDS = {
    *("chief-executive", "secretary-general", "president", "chair", "director", "coordinator", "head"),
    "head-of-delegation",
}
SEATS = {"new-york", "geneva", "capital", "headquarters"}
CHANNELS = {"email", "post", "portal", "hand", "courier"}
CODEBOOK_SIZES = {"iww": 5, "wsis": 11, "wsis20": 17}


def faults(folder: Path) -> list[str]:
    """Return every fault of the seed files in `folder`, each a sentence that names the file; empty when all is well."""
    found = [fault for name in (*COLUMNS, "themes.toml") for fault in _file_faults(folder / name)]
    if found:
        return found
    tables = {name: read(folder / name) for name in COLUMNS}
    states, organisations = tables["states.csv"], tables["organisations.csv"]
    found += _state_faults(states)
    found += name_faults(states, tables["state_names.csv"])
    found += hand_faults(folder / "hand", states, tables["state_names.csv"])
    found += _organisation_faults(states, organisations)
    found += _post_faults(states, organisations, tables["posts.csv"])
    with (folder / "themes.toml").open("rb") as source:
        found += _theme_faults(tomllib.load(source).get("theme", []))
    return found


def _file_faults(path: Path) -> Iterator[str]:
    if not path.is_file():
        yield f"{path.name} is missing."
        return
    content = path.read_bytes()
    if b"\r" in content or content.startswith(b"\xef\xbb\xbf"):
        yield f"{path.name} must be plain UTF-8 with LF line ends."
    if b"@" in content:
        yield f"{path.name} holds an @: no address of a person belongs in the seeds."
    if path.suffix == ".csv":
        yield from _shape_faults(path.name, content.decode())


def _shape_faults(name: str, text: str) -> Iterator[str]:
    rows = list(csv.reader(text.splitlines()))
    if not rows or tuple(rows[0]) != COLUMNS[name]:
        yield f"{name} must begin with the columns {', '.join(COLUMNS[name])}."
        return
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            yield f"{name}, line {number}, has {len(row)} fields, not {len(rows[0])}."
        elif any(field != field.strip() or "  " in field for field in row):
            yield f"{name}, line {number}, has stray spaces."


def _outside(where: str, rows: Iterable[Row], column: str, allowed: Iterable[str]) -> Iterator[str]:
    known = set(allowed)
    for row in rows:
        if row[column] not in known:
            yield f"{where} gives {row.get('key') or row.get('organisation')} the unknown {column} {row[column]!r}."


def _state_faults(states: list[Row]) -> Iterator[str]:
    members = [row for row in states if row["status"] == "member"]
    observers = {row["key"] for row in states if row["status"] == "observer-state"}
    if len(members) != 193:
        yield f"states.csv has {len(members)} Member States, not 193."
    if observers != OBSERVER_STATES:
        yield f"states.csv has the observer States {sorted(observers)}, not {sorted(OBSERVER_STATES)}."
    sizes = Counter(row["regional_group"] for row in members)
    for group in sorted(GROUP_SIZES.keys() | sizes.keys()):
        if sizes[group] != GROUP_SIZES.get(group, 0):
            yield f"states.csv counts {sizes[group]} in the group {group or '(none)'}, not {GROUP_SIZES.get(group, 0)}."
    for column in ("key", "iso2", "iso3", "m49"):
        yield from twice("states.csv", column, (row[column] for row in states))
    yield from _outside("states.csv", states, "language", LANGUAGES)
    for row in states:
        codes = f"{row['iso2']} {row['iso3']} {row['m49']}"
        if not re.fullmatch(r"[A-Z]{2} [A-Z]{3} \d{3}", codes):
            yield f"states.csv gives {row['key']} the codes {codes}."


def _organisation_faults(states: list[Row], organisations: list[Row]) -> Iterator[str]:
    where = "organisations.csv"
    if len(organisations) < 60:
        yield f"{where} has {len(organisations)} organisations; at least 60 are expected."
    yield from twice(where, "key", (row["key"] for row in organisations))
    for key in sorted({row["key"] for row in organisations} & {row["key"] for row in states}):
        yield f"{where} uses the key {key}, which is that of a State."
    yield from twice(where, "name", (row["name"] for row in organisations))
    yield from _outside(where, organisations, "group", ORGANISATION_GROUPS)
    yield from _outside(where, organisations, "kind", ORGANISATION_KINDS)
    yield from _outside(where, organisations, "language", LANGUAGES)
    yield from _outside(where, organisations, "regional_group", (*GROUP_SIZES, ""))
    for row in organisations:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["key"]):
            yield f"{where} has the key {row['key']!r}: use lower-case letters, digits and single hyphens."
        if not re.fullmatch(r"([a-z0-9-]+(\.[a-z0-9-]+)+)?", row["domain"]):
            yield f"{where} gives {row['key']} the domain {row['domain']!r}."
        if not re.fullmatch(r"([A-Z]{2})?", row["country"]):
            yield f"{where} gives {row['key']} the country {row['country']!r}."
        if not row["name"] or not row["head_title"]:
            yield f"{where} gives {row['key']} no name or no title for its head."


def _post_faults(states: list[Row], organisations: list[Row], posts: list[Row]) -> Iterator[str]:
    where = "posts.csv"
    present = {(row["organisation"], row["kind"], row["seat"]) for row in posts}
    yield from twice(where, "post", ((row["organisation"], row["kind"], row["seat"]) for row in posts))
    yield from _outside(where, posts, "seat", SEATS)
    yield from _outside(where, posts, "preferred_channel", CHANNELS)
    expected = {post for state in states for post in _state_posts(state)}
    for organisation, kind, seat in sorted(expected - present):
        yield f"{where} has no {kind} of {organisation} at {seat}."
    keys = {row["key"] for row in organisations}
    headed = {row["organisation"] for row in posts if row["kind"] in HEAD_KINDS and row["title_en"]}
    for key in sorted(keys - headed):
        yield f"{where} has no head with a title for {key}."
    for organisation, kind, seat in sorted(present - expected):
        if organisation not in keys or kind not in HEAD_KINDS:
            yield f"{where} has a {kind} of {organisation} at {seat}, which no other file accounts for."


def _state_posts(state: Row) -> Iterator[tuple[str, str, str]]:
    kind = "permanent-observer" if state["status"] == "observer-state" else "permanent-representative"
    for seat in ("new-york", "geneva"):
        yield state["key"], kind, seat
    yield state["key"], "foreign-minister", "capital"


def _theme_faults(themes: list[dict[str, Any]]) -> Iterator[str]:
    codes = {theme.get("code") for theme in themes}
    yield from twice("themes.toml", "code", (theme.get("code") for theme in themes))
    sizes = Counter(theme.get("codebook") for theme in themes if theme.get("parent"))
    if sizes != CODEBOOK_SIZES:
        yield f"themes.toml has the codebooks {dict(sizes)}, not {CODEBOOK_SIZES}."
    for theme in themes:
        if theme.get("parent") and theme["parent"] not in codes:
            yield f"themes.toml puts {theme.get('code')} under {theme['parent']}, which is no theme."
        for column in ("code", "codebook", "title", "title_fr"):
            if not theme.get(column):
                yield f"themes.toml gives {theme.get('code')} no {column}."
        if theme.get("parent") and not theme.get("aliases"):
            yield f"themes.toml gives {theme.get('code')} no aliases, so that nothing finds it."
