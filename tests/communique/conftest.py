"""A world with a codebook in which communiqués are drafted."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.communique.world import World
from tests.inputs.answers import load_codebook


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    """A campaign without answers yet, on either database."""
    load_codebook(session, tmp_path)
    return World(session)
