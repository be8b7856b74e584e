"""Suggestions of themes measured: how often the right one comes first, by language, with and without the language model.

    python -m bench.suggesting

The sentences (`bench/themes/sentences.toml`) were written for this; about half of the English ones use no word of the codebook.
"""

import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from outreach.inputs import codebook, describing, encoding
from outreach.inputs.codebook import ThemeEntry
from outreach.inputs.encoding import Encoder
from outreach.inputs.suggesting import Suggester
from outreach.office import package_folder

SENTENCES = Path(__file__).parent / "themes" / "sentences.toml"
LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")


def main() -> None:
    """Print one row for each codebook and way."""
    shipped = [one for one in codebook.read(package_folder("seeds") / "themes.toml") if one.codebook == "wsis20"]
    bare = [ThemeEntry(code=one.code, codebook=one.codebook, parent=one.parent, title=one.title) for one in shipped]
    model = encoding.encoder()
    print("| codebook | way | " + " | ".join(LANGUAGES) + " | first | among three | sentences/s |")
    print("|---|---|" + "--:|" * (len(LANGUAGES) + 3))
    ways = (("shipped", shipped, ()), ("English titles", bare, ()), ("English titles, lent", bare, shipped))
    for name, entries, known in ways:
        for way, encoder in (("words", None), *((("words and meaning", model),) if model else ())):
            print(_row(name, way, entries, known, encoder))


def _row(name: str, way: str, entries: Sequence[ThemeEntry], known: Sequence[ThemeEntry], encoder: Encoder | None) -> str:
    suggester = Suggester(describing.described(entries, known), encoder)
    rows = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))["sentence"]
    first, three = Counter[str](), 0
    start = time.perf_counter()
    for row in rows:
        for language in LANGUAGES:
            found = [one.theme for one in suggester.suggest(row[language])]
            first[language] += found[:1] == [row["theme"]]
            three += row["theme"] in found[:3]
    count = len(rows) * len(LANGUAGES)
    speed = count / (time.perf_counter() - start)
    cells = [name, way, *(f"{first[language]} of {len(rows)}" for language in LANGUAGES)]
    return "| " + " | ".join([*cells, f"{first.total()} of {count}", f"{three} of {count}", f"{speed:.0f}"]) + " |"


if __name__ == "__main__":
    main()
