"""Offices for tests: founded without the directory, which takes longer than most tests."""

from pathlib import Path
from typing import Any

from outreach import founding
from outreach.office import Office


def found(folder: Path, **options: Any) -> Office:
    """An office in `folder` with an empty directory."""
    return founding.found(folder, directory=False, **options).office
