"""`python -m bench [--quick] [--rounds N] [FIGURES ...]`: measure, and print one table a figure."""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import binding, checking, drafting, duplicates, pages, reading, sending
from bench.harness import measure, table

FIGURES = {
    "duplicates": duplicates.FIGURES,
    "drafting": drafting.FIGURES,
    "checking": checking.FIGURES,
    "pages": pages.FIGURES,
    "binding": binding.FIGURES,
    "reading": reading.FIGURES,
    "sending": sending.FIGURES,
}
IMPORTING = Path(__file__).with_name("importing.py")
NAMES = ("importing", *FIGURES, "desk")


def main() -> None:
    """Measure what is asked for, all by default."""
    asked = _arguments()
    rounds = asked.rounds or (1 if asked.quick else 5)
    print(f"{_machine()}; medians of {rounds} interleaved rounds\n", flush=True)
    for name in asked.figures or NAMES:
        if name == "importing":
            # A script of its own: imported here, its office would count into the memory of all that start from this process.
            rows = "500" if asked.quick else "20000"
            subprocess.run([sys.executable, IMPORTING, "--rows", rows, "--runs", str(rounds)], check=True)
            print(flush=True)
        if name == "desk":
            size = ["--quick"] if asked.quick else []
            subprocess.run([sys.executable, "-m", "bench.desk", "--rounds", str(rounds), *size], check=True)
            print(flush=True)
        for figure in FIGURES.get(name, ()):
            print(table(figure, measure(figure, rounds=rounds, quick=asked.quick)), flush=True)
        if name == "reading":
            # How often the reader is right belongs beside how fast it is.
            subprocess.run([sys.executable, "-m", "bench.reading"], check=True)
            print(flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure outreach beside its peers and its limits.")
    parser.add_argument("figures", nargs="*", metavar="FIGURES", help=f"any of {', '.join(NAMES)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes, one round: shows that it runs, measures little")
    parser.add_argument("--rounds", type=int, help="how often each contestant runs (5, or 1 with --quick)")
    asked = parser.parse_args()
    unknown = sorted(set(asked.figures) - set(NAMES))
    if unknown:
        parser.error(f"there is no figure {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    return asked


def _machine() -> str:
    day = datetime.now(UTC).date()
    return f"{day}: Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
