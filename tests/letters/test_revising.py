"""The wording of a template, changed at the desk."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.letters import revising, templates
from outreach.letters.wording import Wording
from outreach.office import package_folder
from tests.cast import DANA, KIM, NOON

TEXT = "# Our thanks\r\n\r\n{{ opening }} thank you.\r\n"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The office's folder, empty, and the shipped one."""
    return tmp_path / "letters", package_folder("letters")


def stands(folders: tuple[Path, Path]) -> Wording:
    return templates.find("thanks", folders).wording("en")


def test_a_shipped_template_becomes_the_offices_own_with_all_its_languages(
    session: Session, folders: tuple[Path, Path]
) -> None:
    revising.revise(session, "thanks", "en", TEXT, seen=stands(folders).sha256, folders=folders, by=KIM, at=NOON)
    own = templates.find("thanks", folders)
    assert own.folder == folders[0] / "thanks"
    assert own.wording("en").source == "# Our thanks\n\n{{ opening }} thank you.\n"
    assert own.languages == ("ar", "en", "es", "fr", "ru", "zh")
    [(entry, _values)] = journal.latest(session, last=1)
    assert (entry.verb, entry.subject) == ("wording revised", "template thanks")


def test_words_changed_meanwhile_are_not_overwritten(session: Session, folders: tuple[Path, Path]) -> None:
    seen = stands(folders).sha256
    revising.revise(session, "thanks", "en", TEXT, seen=seen, folders=folders, by=KIM, at=NOON)
    with pytest.raises(Refused, match="was changed meanwhile by somebody else"):
        revising.revise(session, "thanks", "en", "# Mine\n\n{{ opening }} too.", seen=seen, folders=folders, by=KIM, at=NOON)
    assert "thank you" in stands(folders).source


def test_words_that_a_template_may_not_hold_are_refused_and_nothing_is_written(
    session: Session, folders: tuple[Path, Path]
) -> None:
    for words in ("No subject.\n\nBody", "# Subject only", "# S\n\n{% include 'x' %}", "# S\n\n{{ ''.x }}", "# S\n\n{{ broken"):
        with pytest.raises(Invalid, match=r"en\.md"):
            revising.revise(session, "thanks", "en", words, seen=stands(folders).sha256, folders=folders, by=KIM, at=NOON)
    assert not folders[0].exists()


def test_only_a_keeper_changes_templates_at_the_desk(session: Session, folders: tuple[Path, Path]) -> None:
    with pytest.raises(Refused, match="may not change templates"):
        revising.revise(session, "thanks", "en", TEXT, seen=stands(folders).sha256, folders=folders, by=DANA, at=NOON)
