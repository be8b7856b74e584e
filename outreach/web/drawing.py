"""Charts of the desk, as SVG images of their own; the page that shows one has its numbers beside it as a table."""

import io
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Words stay words: small files, and the browser's own typeface.
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["svg.hashsalt"] = "outreach"
mpl.rcParams["font.family"] = "sans-serif"

# Told apart by their lightness too, on paper and by whoever sees few colours.
COLOURS = ("#1f4e79", "#8fb3d9", "#dfe4ea")
_ROW, _WIDTH = 0.42, 6.4  # inches


def bars(rows: Sequence[tuple[str, Sequence[int]]], series: Sequence[str]) -> bytes:
    """Lying bars, one for each row, made of as many pieces as there are `series` (three at most); the first row on top."""
    figure = Figure(figsize=(_WIDTH, 1.0 + _ROW * max(len(rows), 1)), layout="constrained")
    axes = figure.add_subplot()
    places = range(len(rows))
    left = [0] * len(rows)
    for number, (name, colour) in enumerate(zip(series, COLOURS, strict=False)):
        widths = [values[number] for _label, values in rows]
        axes.barh(places, widths, left=left, color=colour, label=name, height=0.62)
        left = [before + width for before, width in zip(left, widths, strict=True)]
    axes.set_yticks(places, [label for label, _values in rows])
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)
    figure.legend(loc="outside upper left", ncols=len(series), frameon=False)
    written = io.BytesIO()
    FigureCanvasSVG(figure)
    figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()
