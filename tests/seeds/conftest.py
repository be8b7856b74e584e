import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[2] / "db" / "seeds"


def table(name, folder=SEEDS):
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def run_python(*arguments):
    return subprocess.run([sys.executable, "-X", "utf8", "-B", *arguments], capture_output=True, encoding="utf-8", check=False)


def run_build(folder, *arguments):
    return run_python(str(folder / "build.py"), *arguments)


@pytest.fixture(scope="session")
def states():
    return table("states.csv")


@pytest.fixture(scope="session")
def names():
    return {(row["key"], row["language"]): row for row in table("state_names.csv")}


@pytest.fixture(scope="session")
def organisations():
    return {row["key"]: row for row in table("organisations.csv")}


@pytest.fixture(scope="session")
def posts():
    return table("posts.csv")


@pytest.fixture
def copy(tmp_path):
    """A copy of the seeds that a test may damage."""
    return shutil.copytree(SEEDS, tmp_path / "seeds", ignore=shutil.ignore_patterns("__pycache__"))
