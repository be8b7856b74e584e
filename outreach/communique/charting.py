"""Charts of what was sent and what came back, as SVG with their numbers as a table beside; no maps, and nobody pointed at.

They show what the annexes may show: groups that could point at somebody are merged or left out, as they are there.
"""

import csv
import io
import textwrap
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sqlalchemy.orm import Session

from outreach.communique import counting, gathering, guarding, shelf
from outreach.communique.counting import Figures, Split
from outreach.communique.models import CommuniqueVersion
from outreach.communique.naming import Naming
from outreach.communique.outlining import chapters, sort
from outreach.communique.secrets import Haystack, secrets
from outreach.communique.templating import Wording, Words
from outreach.contacts.models import StakeholderGroup
from outreach.contacts.shielding import shield

# Told apart by lightness and by hatching, so that they read in grey too.
_LOOKS = (
    *(("#1f2937", ""), ("#d1d5db", ""), ("#6b7280", "//"), ("#f3f4f6", "..")),
    *(("#9ca3af", "xx"), ("#ffffff", "\\\\"), ("#4b5563", "--"), ("#e5e7eb", "++"), ("#ffffff", "")),
)
_ROW, _WIDTH = 0.42, 7.2  # inches
_BAR = 0.7  # the part of a row that its bars fill
_LABEL = 38  # signs in a line
# A dollar sign in a title is a dollar sign.
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "outreach",
    "font.family": "sans-serif",
    "hatch.linewidth": 0.6,
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Chart:
    """A chart to be: lying bars for each row, `stacked` to one or beside each other; `name` is that of its files."""

    name: str
    title: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    stacked: bool = False

    def as_svg(self) -> bytes:
        """The chart as vectors; its words stay words."""
        with mpl.rc_context(_STYLE):
            figure = Figure(figsize=(_WIDTH, 1.4 + _ROW * max(len(self.rows), 1)), layout="constrained")
            self._draw(figure)
            written = io.BytesIO()
            FigureCanvasSVG(figure)
            figure.savefig(written, format="svg", metadata={"Date": None, "Title": self.title})
        return written.getvalue()

    def _draw(self, figure: Figure) -> None:
        axes = figure.add_subplot()
        places, left = range(len(self.rows)), [0] * len(self.rows)
        height = _BAR if self.stacked else _BAR / len(self.series)
        for number, (name, (colour, hatch)) in enumerate(zip(self.series, _LOOKS, strict=False)):
            widths = [values[number] for _, values in self.rows]
            look: Any = {"color": colour, "hatch": hatch, "edgecolor": "#111827", "linewidth": 0.6, "height": height}
            beside = 0.0 if self.stacked else (number - (len(self.series) - 1) / 2) * height
            axes.barh([place + beside for place in places], widths, left=left, label=name, **look)
            if self.stacked:
                left = [before + width for before, width in zip(left, widths, strict=True)]
        axes.set_yticks(places, [textwrap.fill(label, _LABEL) for label, _ in self.rows])
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(left=False)
        figure.suptitle(self.title, x=0.01, ha="left", fontsize=11)
        figure.legend(loc="outside lower left", ncols=min(len(self.series), 3), frameon=False, fontsize=9)

    def as_csv(self) -> bytes:
        """Its numbers as a table in UTF-8."""
        written = io.StringIO(newline="")
        writer = csv.writer(written)
        writer.writerow(["", *map(shield, self.series)])
        writer.writerows([shield(label), *values] for label, values in self.rows)
        return written.getvalue().encode("utf-8-sig")


def files(session: Session, version: CommuniqueVersion, wording: Wording, zone: tzinfo) -> dict[str, bytes]:
    """The charts of a version by the names of their files, each beside its table.

    Raises Refused when a label would name somebody who may not be named.
    """
    campaigns = shelf.campaigns_of(session, version.communique)
    material = gathering.gather(session, campaigns, until=version.made_at)
    figures = counting.count(session, campaigns, until=version.made_at)
    naming = Naming(material, wording.words, wording.language)
    own = Haystack(wording.source)
    hidden = [one for one in secrets(session, campaigns, material) if not one.stands_in(own)]
    made: dict[str, bytes] = {}
    for chart in (*_by_group(figures, naming), _themes(naming, wording), _timeline(figures, naming, zone)):
        if chart.rows:
            said = "\n".join([chart.name, chart.title, *chart.series, *(label for label, _ in chart.rows)])
            guarding.must_not_leak(hidden, f"{chart.name}.svg", {"labels": said})
            made |= {f"{chart.name}.svg": chart.as_svg(), f"{chart.name}.csv": chart.as_csv()}
    return made


def packed(found: Mapping[str, bytes]) -> bytes:
    """The files in one ZIP; the same files give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in found.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _said(words: Mapping[str, str], name: str) -> str:
    """The template's word, else the plain name: a template without annexes has no words for tables."""
    return words.get(name) or name.replace("-", " ").replace("_", " ").capitalize()


def _by_group(figures: Figures, naming: Naming) -> list[Chart]:
    words, material = naming.words, naming.material
    splits = {"group": counting.by_group(figures, material), "region": counting.by_region(figures, material)}
    return [_split(f"answers-by-{name}", _said(words.tables, name), split, words) for name, split in splits.items()]


def _split(name: str, title: str, split: Split, words: Words) -> Chart:
    rows = [(_said(words.rows, row.name), (row.letters, row.answers)) for row in split.rows]
    if split.hidden:
        rows.append((_said(words.rows, "hidden"), (0, split.hidden)))
    return Chart(name, title, (_said(words.tables, "letters"), _said(words.tables, "answers")), tuple(rows))


def _themes(naming: Naming, wording: Wording) -> Chart:
    """Contributors by theme of a chapter and by the group they may be told under."""
    material, words = naming.material, naming.words
    found = sort(material, wording.about.codebook)
    rows: list[tuple[str, Counter[StakeholderGroup | None]]] = []
    for theme in (theme for part in chapters(material, found, wording) for theme in part.themes):
        groups: dict[str, StakeholderGroup | None] = {}
        for extract in found.shown[theme.id]:
            groups[extract.contribution.key] = groups.get(extract.contribution.key) or naming.group_told(extract)
        rows.append((theme.titles.get(wording.language) or theme.titles.get("en") or theme.code, Counter(groups.values())))
    columns = [group for group in (*StakeholderGroup, None) if any(count[group] for _, count in rows)]
    series = tuple(_said(words.rows, group.value) if group else _said(words.rows, "hidden") for group in columns)
    lines = tuple((title, tuple(count[group] for group in columns)) for title, count in rows)
    # A template of an office's own may not name it yet.
    title = _said(words.tables, "themes_by_group")
    return Chart("themes-by-group", title, series, lines, stacked=True)


def _timeline(figures: Figures, naming: Naming, zone: tzinfo) -> Chart:
    """Letters and answers of substance by month, months without either among them."""
    words = naming.words.tables
    letters = Counter((letter.dated.year, letter.dated.month) for letter in figures.letters)
    days = [one.response.received_on or one.response.logged_at.astimezone(zone).date() for one in naming.material.contributions]
    answers = Counter((day.year, day.month) for day in days)
    rows = tuple(
        (f"{year}-{month:02}", (letters[year, month], answers[year, month])) for year, month in _months(letters | answers)
    )
    letters_said, answers_said = _said(words, "letters"), _said(words, "answers")
    return Chart("timeline", f"{letters_said}, {answers_said}", (letters_said, answers_said), rows)


def _months(found: Mapping[tuple[int, int], int]) -> Sequence[tuple[int, int]]:
    if not found:
        return []
    (first, begin), (last, end) = min(found), max(found)
    return [(month // 12, month % 12 + 1) for month in range(first * 12 + begin - 1, last * 12 + end)]
