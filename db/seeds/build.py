"""Builds the directory of States from its sources, and checks what is committed.

    python db/seeds/build.py           rebuild states.csv, state_names.csv and posts.csv (needs the extra "seeds")
    python db/seeds/build.py --check   only check the committed files; exit status 1 and one line for each fault

Neither needs the network. What the sources cannot know stands in `hand/`, a reason with each correction; `README.md`
says where everything comes from.
"""

import argparse
import csv
import gettext
import importlib.util
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from .checking import COLUMNS, faults
    from .checking_names import read
    from .phrases import LANGUAGES, formal_with_article, key_of, of, of_short_french, running
else:  # run as a script: its own folder is the first place Python looks
    from checking import COLUMNS, faults
    from checking_names import read
    from phrases import LANGUAGES, formal_with_article, key_of, of, of_short_french, running

HERE = Path(__file__).parent
OBSERVERS = ("VAT", "PSE")

Row = dict[str, str]

_TAXONOMY = "Countries & Territories Taxonomy MVP - C&T Taxonomy.csv"
_TAXONOMY_COLUMNS = dict(zip(LANGUAGES, ("English", "French", "Spanish", "Russian", "Chinese", "Arabic"), strict=True))
_PYCOUNTRY_LOCALES = {"fr": "fr", "es": "es", "ru": "ru", "zh": "zh_CN", "ar": "ar"}

# What an English head title says, first match first, and the kind of post that such a head holds.
_HEAD_KINDS = (
    ("Under-Secretary-General", "head"),
    ("Chief Executive", "chief-executive"),
    ("Secretary-General", "secretary-general"),
    ("Secretary General", "secretary-general"),
    ("President", "president"),
    ("Chair", "chair"),
    ("Coordinator", "coordinator"),
    ("Director", "director"),
)


def write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a facts file: UTF-8, comma, LF, one header line."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def taxonomy() -> dict[str, Row]:
    """Return OCHA's taxonomy by ISO 3166-1 alpha-3 code, from the file inside hdx-python-country.

    The package itself is never imported: its classes load the list from the network unless told not to.
    """
    spec = importlib.util.find_spec("hdx.location")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit('hdx-python-country is not installed: pip install "outreach[seeds]", then run this again.')
    rows = read(Path(spec.submodule_search_locations[0]) / _TAXONOMY)
    return {row["ISO 3166-1 Alpha 3-Codes"]: row for row in rows}


def states(source: dict[str, Row], folder: Path) -> list[Row]:
    """Return one row for each Member and observer State, by key; `folder` holds the hand-kept files."""
    corrected = {
        row["iso3"]: row["value"]
        for row in read(folder / "corrections.csv")
        if (row["language"], row["column"]) == ("en", "short")
    }
    rows = (_state(source[row["iso3"]], row, corrected.get(row["iso3"], "")) for row in read(folder / "states.csv"))
    return sorted(rows, key=lambda row: row["key"])


def _state(source: Row, hand: Row, corrected: str) -> Row:
    return {
        "key": key_of(corrected or source["English Short"]),
        "status": "observer-state" if hand["iso3"] in OBSERVERS else "member",
        "iso2": source["ISO 3166-1 Alpha 2-Codes"],
        "iso3": hand["iso3"],
        "m49": source["m49 numerical code"].zfill(3),
        "regional_group": hand["regional_group"],
        "language": hand["language"],
        "regional_note": hand["regional_note"],
    }


def plain(text: str) -> str:
    """Leave out what United Nations texts do not write: Arabic vowel marks, Russian stress marks and ё."""
    shown = "".join(letter for letter in text if not "\u064b" <= letter <= "\u0652" and letter != "\u0301")
    return unicodedata.normalize("NFC", shown).replace("ё", "е").replace("Ё", "Е")


class Names:
    """Composes the names of a State in six languages from the sources and the hand-kept files."""

    def __init__(self, source: dict[str, Row], hand: Path) -> None:
        self._source = source
        self._articles = {row["iso3"]: row for row in read(hand / "articles.csv")}
        self._genitives = {row["iso3"]: row for row in read(hand / "genitives_ru.csv")}
        self._corrections: dict[tuple[str, str], list[Row]] = {}
        for row in read(hand / "corrections.csv"):
            self._corrections.setdefault((row["iso3"], row["language"]), []).append(row)

    def row(self, key: str, iso3: str, language: str) -> Row:
        """Return the row of `state_names.csv` for a State in a language."""
        corrections = self._corrections.get((iso3, language), [])
        fixed = {row["column"]: row["value"] for row in corrections}
        short = fixed.get("short") or self._source[iso3][f"{_TAXONOMY_COLUMNS[language]} Short"]
        article = self._articles.get(iso3, {}).get(language, "")
        formal, source = self._formal(iso3, language, short, article)
        formal = fixed.get("formal") or formal
        natural = running(short, formal, article)
        of_short, of_formal = self._of(iso3, language, short, formal, article)
        assumed = language == "ru" and self._genitives[iso3]["reviewed"] == "assumed"
        kept = all(row["reason"].startswith("kept ") for row in corrections)
        return {
            "key": key,
            "language": language,
            "short": short,
            "formal": formal,
            "article": article,
            "list_name": short,
            "running": natural,
            "of_short": fixed.get("of_short") or of_short,
            "of_formal": of_formal,
            "source": source if kept else "corrected",
            "reviewed": "assumed" if assumed or any(row["reviewed"] == "assumed" for row in corrections) else "reviewed",
            "note": "; ".join(f"{row['column']}: {row['reason']}" for row in corrections),
        }

    def _formal(self, iso3: str, language: str, short: str, article: str) -> tuple[str, str]:
        english = self._source[iso3]["English Formal"]
        if language == "en":
            return english, "hdx"
        if english.removeprefix("the ") == self._source[iso3]["English Short"]:
            return running(short, "", article), "hdx"
        if any(row["column"] == "formal" for row in self._corrections.get((iso3, language), [])):
            return "", "pycountry"
        return formal_with_article(language, plain(_pycountry_formal(iso3, language))), "pycountry"

    def _of(self, iso3: str, language: str, short: str, formal: str, article: str) -> tuple[str, str]:
        if language == "ru":
            return self._genitives[iso3]["of_short"], self._genitives[iso3]["of_formal"]
        natural = running(short, formal, article)
        if language == "fr" and "(" not in short:
            keeps = bool(self._articles.get(iso3, {}).get("fr_keeps_article"))
            return of_short_french(short, article, keeps_article=keeps), of(language, formal)
        return of(language, natural), of(language, formal)


def _pycountry_formal(iso3: str, language: str) -> str:
    import pycountry  # only for building: --check works without it

    country = pycountry.countries.get(alpha_3=iso3)
    name: str | None = getattr(country, "official_name", None)
    if name is None:
        raise SystemExit(f"pycountry has no full name for {iso3}: put the {language} one into hand/corrections.csv.")
    locale = _PYCOUNTRY_LOCALES[language]
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[locale]).gettext(name)


def posts(state_rows: Iterable[Row], organisations: Iterable[Row]) -> list[Row]:
    """Return the posts of States (titles are composed by kind elsewhere) and the head of each organisation."""
    rows = [post for state in state_rows for post in _state_posts(state)]
    return rows + [_head_post(organisation) for organisation in organisations]


def _post(organisation: str, kind: str, seat: str, channel: str, title_en: str = "", title_fr: str = "") -> Row:
    values = (organisation, kind, seat, title_en, title_fr, channel)
    return dict(zip(COLUMNS["posts.csv"], values, strict=True))


def _state_posts(state: Row) -> list[Row]:
    kind = "permanent-representative" if state["status"] == "member" else "permanent-observer"
    titles = ("", "")
    if state["iso3"] == "VAT":
        titles = (
            "Secretary for Relations with States and International Organizations",
            "Secrétaire pour les relations avec les États et les organisations internationales",
        )
    return [
        _post(state["key"], kind, "new-york", "email"),
        _post(state["key"], kind, "geneva", "email"),
        _post(state["key"], "foreign-minister", "capital", "post", *titles),
    ]


def _head_post(organisation: Row) -> Row:
    title = organisation["head_title"]
    if title.startswith("Head of Delegation"):
        return _post(organisation["key"], "head-of-delegation", "new-york", "email", title, organisation["head_title_fr"])
    kind = next((kind for words, kind in _HEAD_KINDS if words in title), "head")
    return _post(organisation["key"], kind, "headquarters", "email", title, organisation["head_title_fr"])


def build(folder: Path) -> None:
    """Write `states.csv`, `state_names.csv` and `posts.csv` in `folder` from the sources and its `hand/` files."""
    source = taxonomy()
    state_rows = states(source, folder / "hand")
    names = Names(source, folder / "hand")
    name_rows = [names.row(state["key"], state["iso3"], language) for state in state_rows for language in LANGUAGES]
    write(folder / "states.csv", COLUMNS["states.csv"], state_rows)
    write(folder / "state_names.csv", COLUMNS["state_names.csv"], name_rows)
    write(folder / "posts.csv", COLUMNS["posts.csv"], posts(state_rows, read(folder / "organisations.csv")))


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and check, or only check; return the exit status."""
    parser = argparse.ArgumentParser(description="Build and check the directory of States and organisations.")
    parser.add_argument("--check", action="store_true", help="only check the committed files")
    if not parser.parse_args(arguments).check:
        build(HERE)
    found = faults(HERE)
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(found)} faults in {HERE.name}/" if found else "The seed files are in order.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
