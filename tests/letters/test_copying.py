"""Templates of the office's own: made from others, compared with what they were made from."""

from pathlib import Path

import pytest

from outreach.errors import Invalid, Refused
from outreach.letters import copying, templates
from outreach.office import package_folder
from tests.letters.test_shipped_templates import LANGUAGES
from tests.letters.test_templates import shelve


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The office's folder, empty, and a shipped one with the template "probe"."""
    shelve(tmp_path / "shipped", "As shipped.")
    return tmp_path / "own", tmp_path / "shipped"


def write(folder: Path, text: str) -> None:
    (folder / "probe" / "en.md").write_text(f"# About\n\n{text}\n")


def test_a_copy_that_nobody_has_changed_differs_nowhere(folders: tuple[Path, Path]) -> None:
    copying.copy_for_editing("probe", folders)
    assert copying.differences("probe", folders) == []


def test_a_difference_says_who_made_it(folders: tuple[Path, Path]) -> None:
    own, shipped = folders
    copying.copy_for_editing("probe", folders)
    write(own, "Ours.")
    [one] = copying.differences("probe", folders)
    assert (one.file, one.changed) == ("en.md", "the office")
    assert one.lines[:2] == ("--- shipped/en.md", "+++ office/en.md")
    assert "+Ours." in one.lines
    write(shipped, "Improved.")
    assert [one.changed for one in copying.differences("probe", folders)] == ["both"]
    (own / "probe" / "en.md").write_bytes(b"# About {{ organisation }}\n\nAs shipped.\n")
    assert [one.changed for one in copying.differences("probe", folders)] == ["the release"]
    (own / "probe" / "origin.json").unlink()
    assert [one.changed for one in copying.differences("probe", folders)] == ["nobody can say"]


def test_a_language_that_one_has_and_the_other_has_not_is_a_difference(folders: tuple[Path, Path]) -> None:
    _own, shipped = folders
    copying.copy_for_editing("probe", folders)
    (shipped / "probe" / "fr.md").write_text("# Objet\n\nTexte.\n")
    [one] = copying.differences("probe", folders)
    assert (one.file, one.changed) == ("fr.md", "both")
    assert "-Texte." in one.lines


def test_without_a_copy_or_a_shipped_one_there_is_nothing_to_compare(folders: tuple[Path, Path]) -> None:
    own, _shipped = folders
    with pytest.raises(Refused, match="The office has no probe of its own"):
        copying.differences("probe", folders)
    shelve(own, "Ours alone.", name="mine")
    with pytest.raises(Refused, match="No template mine is shipped"):
        copying.differences("mine", folders)


def test_a_new_template_has_all_languages_of_the_other_and_a_title_of_its_own(tmp_path: Path) -> None:
    folders = (tmp_path / "own", package_folder("letters"))
    copying.new("youth", "invitation", folders, title='The "youth" meeting')
    made = templates.find("youth", folders)
    assert made.languages == LANGUAGES
    assert made.about.title == 'The "youth" meeting'
    assert made.about.event["fr"] == "Rendez-vous pour l'agenda"
    assert [one.file for one in copying.differences("youth", folders)] == ["letter.toml"]
    copying.new("elders", "youth", folders)
    assert templates.find("elders", folders).about.title == 'elders, after: The "youth" meeting'


@pytest.mark.parametrize("name", ["", "Youth", "../youth", "_letterhead", "a" * 81])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match="is no name of a template"):
        copying.new(name, "thanks", (tmp_path, package_folder("letters")))


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is a template thanks already"):
        copying.new("thanks", "invitation", (tmp_path, package_folder("letters")))
