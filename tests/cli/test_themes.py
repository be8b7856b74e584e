"""`outreach themes` as the office sees it."""

import json
from pathlib import Path

import pytest

from outreach.office import Office
from tests.conftest import Run
from tests.inputs.answers import answer, load_codebook


@pytest.fixture(autouse=True)
def marked(office: Office, run: Run, tmp_path: Path) -> None:
    with office.transaction() as session:
        load_codebook(session, tmp_path)
        number = answer(session, "The Forum should be permanent.").response_id
    run("inputs", "add", number, "--quote", "should be permanent", "--theme", "wsis20-mandate", "--stance", "supports")


def test_a_theme_is_added_edited_and_shown(run: Run) -> None:
    words = ("--title", "Digital health", "--title", "fr:Santé numérique", "--under", "wsis20", "--alias", "telemedicine")
    assert run("themes", "add", "wsis20-health", "--codebook", "wsis20", *words).output == "wsis20:wsis20-health is added.\n"
    run("themes", "edit", "wsis20-health", "--title", "WSIS+20: health", "--alias", "clinics", "--drop-alias", "telemedicine")
    shown = json.loads(run("themes", "show", "wsis20-health", "--json").output)
    assert shown["title_en"] == "WSIS+20: health"
    assert shown["title_fr"] == "Santé numérique"
    assert (shown["aliases"], shown["parent"]) == (["clinics"], "wsis20")
    run("themes", "edit", "wsis20-health", "--under", "", "--definition", "Health.")
    shown = json.loads(run("themes", "show", "wsis20-health", "--json").output)
    assert (shown["parent"], shown["definition"]) == (None, "Health.")


def test_themes_are_split_and_merged_and_that_is_told_and_undone(run: Run) -> None:
    words = ("--code", "wsis20-review", "--title", "Review", "--passage", 1)
    said = run("themes", "split", "wsis20-mandate", *words).output
    assert said == "Change 1: wsis20-review is split off wsis20-mandate; 1 passage follows.\n"
    assert "wsis20-review is merged into wsis20-ai" in run("themes", "merge", "wsis20-review", "wsis20-ai").output
    rows = {row["code"]: row["passages"] for row in json.loads(run("themes", "list", "--json").output)}
    assert (rows["wsis20-ai"], rows["wsis20-mandate"]) == (1, 0)
    assert "undo that one first" in run("themes", "undo", 1, ok=False).output
    run("themes", "undo", 2)
    run("themes", "undo", 1)
    history = json.loads(run("themes", "history", "--json").output)
    assert [(row["change"], row["undone_by"]) for row in history] == [(2, "Kim Keeper"), (1, "Kim Keeper")]
    [passage] = json.loads(run("inputs", "list", "--json").output)
    assert (passage["themes"], passage["stance"]) == (["wsis20-mandate"], ["supports"])


def test_the_codebooks_stand_side_by_side_and_go_out_and_in_as_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    run("themes", "save", file, "--codebook", "iww")
    file.write_text(file.read_text(encoding="utf-8").replace("Safe and secure", "Safe"), encoding="utf-8")
    assert run("themes", "load", file).output == "1 themes are new or changed.\n"
    books = {row["name"]: row["themes"] for row in json.loads(run("themes", "books", "--json").output)}
    assert {"iww", "wsis20"} <= set(books)
