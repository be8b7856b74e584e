"""Offices for tests: founded without the directory, which takes longer than most tests."""

from pathlib import Path
from typing import Any

from outreach import founding
from outreach.office import Office

# A new office has its signatory to fill in, and no letter is approved before.
SIGNATORY = {'name = "[Name of the Chair]"': 'name = "The Chair"'}


def found(folder: Path, **options: Any) -> Office:
    """An office in `folder` with an empty directory."""
    return founding.found(folder, directory=False, **options).office
