"""Contests: each run in a process of its own, contestants taking turns, medians in one table a figure.

A contestant gets ready first (imports, reads its template, makes its first page); only its work is timed. Peak memory is that
of the whole process with its children, so it covers what getting ready took as well.
"""

import gc
import resource
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from shutil import which
from statistics import median
from time import perf_counter
from typing import Literal, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[], int]  # does what is timed; gives how many things it made


@dataclass(frozen=True)
class Contestant:
    """One row of a table. `ready` gets the world's folder, a folder of its own and the size, and gives the timed work.

    `needs` are the distributions and `programs` the commands without which it cannot run. `aim` is the least that ours may
    be as a multiple of this one's speed: 5 for "five times as fast", 1/3 for "within three times".
    """

    name: str
    role: Literal["ours", "peer", "limit"]
    ready: Callable[[Path, Path, int], Work]
    size: int
    quick_size: int
    aim: float | None = None
    needs: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """What would have to be installed before this one could run."""
        return [name for name in self.needs if _version(name) is None] + [name for name in self.programs if which(name) is None]

    @property
    def label(self) -> str:
        """The name with the versions of what is compared."""
        versions = [f"{name} {_version(name)}" for name in self.needs]
        return f"{self.name} ({', '.join(versions)})" if versions else self.name


@dataclass(frozen=True)
class Figure:
    """One table. `world` makes, untimed, what all contestants of one size start from; the first contestant is ours."""

    title: str
    thing: str
    world: Callable[[Path, int], None]
    contestants: Sequence[Contestant]


@dataclass(frozen=True)
class Run:
    """What one run gave: things made, seconds they took by the clock and of processors, the most memory held (MiB)."""

    made: int
    seconds: float
    cpu: float
    peak: float

    @property
    def rate(self) -> float:
        """Things a second."""
        return self.made / self.seconds


@dataclass
class Row:
    """A contestant with its runs."""

    contestant: Contestant
    runs: list[Run] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median of things a second."""
        return median(run.rate for run in self.runs)


def measure(figure: Figure, *, rounds: int, quick: bool) -> list[Row]:
    """Run the figure's contestants in turn, `rounds` times over; a row without runs is of one that is not installed."""
    rows = [Row(contestant) for contestant in figure.contestants]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for size in {_size(row.contestant, quick) for row in rows}:
            (folder / str(size)).mkdir()
            _apart(figure.world, folder / str(size), size)
        for _ in range(rounds):
            for row in rows:
                if not row.contestant.missing:
                    size = _size(row.contestant, quick)
                    row.runs.append(_apart(_run, row.contestant, folder / str(size), size))
    return rows


def _size(contestant: Contestant, quick: bool) -> int:
    return contestant.quick_size if quick else contestant.size


def _apart(act: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Call `act` in a fresh interpreter: nothing is warm, cached or still held from another's run."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(act, *arguments, **options).result()


def _run(contestant: Contestant, world: Path, size: int) -> Run:
    with tempfile.TemporaryDirectory(prefix="bench-run-") as own:
        work = contestant.ready(world, Path(own), size)
        gc.collect()
        begun, used = perf_counter(), _cpu()
        made = work()
        seconds, cpu = perf_counter() - begun, _cpu() - used
    if made != size:
        raise RuntimeError(f"{contestant.name} made {made} of {size}: what it left out would look like speed")
    return Run(made, seconds, cpu, _peak())


def _cpu() -> float:
    """Processor seconds of this process and of its children that have ended."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _peak() -> float:
    """The most memory (MiB) this process or one of its children has held; Linux counts it in KiB."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def table(figure: Figure, rows: Sequence[Row]) -> str:
    """The figure as a Markdown table."""
    rate = f"{figure.thing} a second"
    heads = ["", "role", "made", rate, "least to most", "CPU ms each", "peak MiB", "ours against it", "aim"]
    body = [heads, *(list(_cells(row, rows[0])) for row in rows)]
    widths = [max(len(line[column]) for line in body) for column in range(len(heads))]
    lines = [_line(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in body]
    return "\n".join([f"### {figure.title}", "", lines[0], _line("-" * width for width in widths), *lines[1:], ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row, ours: Row) -> Iterator[str]:
    contestant = row.contestant
    if not row.runs:
        yield from (contestant.name, contestant.role, "", f"not installed: {', '.join(contestant.missing)}", *[""] * 5)
        return
    rates = [run.rate for run in row.runs]
    yield contestant.label
    yield contestant.role
    yield f"{row.runs[0].made:,}"
    yield _number(row.rate)
    yield f"{_number(min(rates))} to {_number(max(rates))}"
    yield f"{median(1000 * run.cpu / run.made for run in row.runs):.3g}"
    yield f"{median(run.peak for run in row.runs):,.0f}"
    ratio = ours.rate / row.rate
    yield "" if row is ours else _times(ratio)
    yield "" if contestant.aim is None else f"{_aim(contestant.aim)}: {'met' if ratio >= contestant.aim else 'MISSED'}"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times as fast" if ratio >= 1 else f"takes {1 / ratio:.1f} times as long"


def _aim(ratio: float) -> str:
    return f"{ratio:g} times as fast" if ratio > 1 else f"within {1 / ratio:.3g} times"


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
