import pytest

from outreach.protocol.forms import Forms, load


@pytest.fixture(scope="session")
def english() -> Forms:
    return load("en")


@pytest.fixture(scope="session")
def french() -> Forms:
    return load("fr")
