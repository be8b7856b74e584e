"""`outreach inputs suggest`: works on any text and any codebook, and says of each file what it made of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from outreach.inputs import codebook
from outreach.office import Office
from tests.cast import KIM, NOON

THEMES = """
[[theme]]
code = "youth"
codebook = "own"
title = "Youth"

[[theme]]
code = "money"
codebook = "own"
title = "Sustainable funding"
"""


@pytest.fixture
def themes(tmp_path: Path) -> Path:
    file = tmp_path / "themes.toml"
    file.write_text(THEMES, encoding="utf-8")
    return file


def written(folder: Path, name: str, words: bytes) -> str:
    (folder / name).write_bytes(words)
    return str(folder / name)


def test_each_file_is_one_line_with_its_path_and_ranked_themes(run: Callable[..., Any], tmp_path: Path, themes: Path) -> None:
    first = written(tmp_path, "a.txt", "Молодёжь и устойчивое финансирование; молодёжь прежде всего.".encode())
    second = written(tmp_path, "b.txt", b"Nothing of the kind.")
    said = run("inputs", "suggest", first, second, "--themes", str(themes), "--plain", "--json").stdout.splitlines()
    rows = [json.loads(line) for line in said]
    assert [row["path"] for row in rows] == [first, second]
    assert [one["theme"] for one in rows[0]["suggestions"]] == ["youth", "money"]
    assert rows[0]["suggestions"][0]["words"] == ["Молодёжь", "молодёжь"]
    assert rows[1]["suggestions"] == []


def test_a_file_that_is_no_text_is_named_and_the_others_go_on(run: Callable[..., Any], tmp_path: Path, themes: Path) -> None:
    bad = written(tmp_path, "scan.pdf", b"%PDF\xff\xfe")
    good = written(tmp_path, "b.txt", b"Youth first.")
    result = run("inputs", "suggest", bad, str(tmp_path / "none.txt"), good, "--themes", str(themes), "--json", ok=False)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert "save it as plain text" in rows[0]["error"]
    assert "check the name" in rows[1]["error"]
    assert rows[2]["suggestions"][0]["theme"] == "youth"
    assert "2 of 3 could not be read" in result.output + result.stderr


def test_without_a_codebook_file_the_offices_own_is_used(
    run: Callable[..., Any], office: Office, tmp_path: Path, themes: Path
) -> None:
    with office.transaction() as session:
        codebook.load(session, themes, by=KIM, at=NOON)
    file = written(tmp_path, "a.txt", b"La jeunesse du Forum")
    assert "youth: jeunesse" in run("inputs", "suggest", file, "--plain").output
    assert "There is no codebook nosuch" in str(run("inputs", "suggest", file, "--codebook", "nosuch", ok=False).output)
