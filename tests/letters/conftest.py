"""The desk of the letter tests."""

from pathlib import Path

import pytest

from tests.letters.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an archive of its own."""
    return Desk.at(tmp_path)
