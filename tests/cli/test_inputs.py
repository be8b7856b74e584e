"""`outreach inputs` as the office sees it."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from outreach.cli.inputs import numbered_lines
from outreach.office import Office
from tests.conftest import Run
from tests.inputs.answers import CODEBOOK, answer, load_codebook


def said(result: Result) -> str:
    """What a person reads, wherever the terminal broke the lines or drew a frame."""
    return " ".join(result.output.replace("│", " ").split())


CONTENT = "The Forum should be permanent.\nThe Forum should be funded."


@pytest.fixture
def response(office: Office, tmp_path: Path) -> int:
    with office.transaction() as session:
        load_codebook(session, tmp_path)
        return answer(session, CONTENT).response_id


def test_the_codebook_is_shown_as_a_tree(run: Run, response: int) -> None:
    lines = run("inputs", "themes", "--codebook", "wsis20").output.splitlines()
    assert "  wsis20-mandate  Permanent mandate" in lines[3]
    shown = json.loads(run("inputs", "themes", "--json").output)
    assert shown[1]["titles"]["fr"] == "Mandat permanent"


def test_an_edited_codebook_is_brought_in(run: Run, response: int, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(CODEBOOK.replace("Youth", "Young people"), encoding="utf-8")
    output = run("inputs", "themes", "--load", tmp_path / "own.toml").output
    assert "1 themes are new or changed." in output
    assert "Young people" in output


def test_words_are_marked_by_quoting_them(run: Run, response: int) -> None:
    output = run("inputs", "add", response, "--quote", "should be permanent", "--theme", "wsis20-mandate").output
    assert output == f"Passage 1 of response {response}, 10 to 29, stands under wsis20-mandate.\n"
    [passage] = json.loads(run("inputs", "list", "--json").output)
    assert passage["words"] == "should be permanent"


def test_words_are_marked_by_their_places_and_white_space_at_the_ends_is_told_of(run: Run, response: int) -> None:
    words = ("--theme", "wsis20-mandate", "--theme", "wsis20-ai", "--stance", "supports", "--memo", "see annex")
    output = run("inputs", "add", response, "--from", 0, "--to", 31, *words).output
    assert "0 to 30, stands under wsis20-mandate, wsis20-ai" in output
    assert "White space at its ends was left out." in output
    [passage] = json.loads(run("inputs", "list", "--theme", "wsis20-ai", "--json").output)
    assert (passage["stance"], passage["memo"]) == (["supports"], "see annex")
    assert run("inputs", "list", "--theme", "wsis20-youth").output == "No passage is marked yet.\n"


def test_words_that_occur_twice_are_refused_with_the_count(run: Run, response: int) -> None:
    output = said(run("inputs", "add", response, "--quote", "The Forum", "--theme", "wsis20-ai", ok=False))
    assert "occur 2 times in text 1" in output


def test_the_words_or_their_places_must_be_given_and_not_both(run: Run, response: int) -> None:
    for words in ((), ("--quote", "funded", "--from", 1, "--to", 2), ("--from", 1)):
        assert run("inputs", "add", response, "--theme", "wsis20-ai", *words, ok=None).exit_code == 2


def test_an_unknown_response_is_told(run: Run, response: int) -> None:
    assert "There is no response 99" in said(run("inputs", "show", 99, ok=False))


def test_a_response_is_shown_with_the_place_of_each_line_and_its_passages(run: Run, response: int) -> None:
    run("inputs", "add", response, "--quote", "be funded", "--theme", "wsis20-funding")
    output = run("inputs", "show", response).output
    assert "     31  The Forum should be funded." in output
    assert "wsis20-funding" in output
    assert json.loads(run("inputs", "show", response, "--json").output)["texts"][0]["content"] == CONTENT


def test_the_places_of_broken_lines_lead_to_their_words() -> None:
    content = "word " * 60 + "\n\n" + "x" * 250 + "\n李明 said so"
    lines = numbered_lines(content)
    assert all(content[start : start + len(line)] == line for start, line in lines)
    assert "".join(line for _, line in lines) == content.replace("\n", "")
    assert max(len(line) for _, line in lines) <= 100


def test_coverage_fails_until_every_response_is_accounted_for(run: Run, response: int) -> None:
    output = said(run("inputs", "coverage", ok=False))
    assert f"1 unaccounted for. Mark passages in, or set aside: {response}." in output
    run("inputs", "set-aside", "--response", response, "--why", "A courtesy.")
    assert "1 substantive responses: 0 coded, 1 set aside, 0 unaccounted for." in run("inputs", "coverage").output
    run("inputs", "set-aside", "--response", response, "--take-back")
    run("inputs", "add", response, "--quote", "funded", "--theme", "wsis20-funding")
    [row] = json.loads(run("inputs", "coverage", "--json").stdout)
    assert row["account"] == "coded"


def test_a_passage_set_aside_is_listed_as_not_used(run: Run, response: int) -> None:
    run("inputs", "add", response, "--quote", "funded", "--theme", "wsis20-funding")
    assert run("inputs", "set-aside", "--passage", 1, "--why", "said elsewhere").output == "Passage 1 is set aside.\n"
    assert json.loads(run("inputs", "list", "--json").output)[0]["used"] is False


@pytest.mark.parametrize("words", [(), ("--response", 1), ("--response", 1, "--passage", 1, "--why", "x")])
def test_setting_aside_needs_one_thing_and_a_reason(run: Run, response: int, words: tuple[object, ...]) -> None:
    assert run("inputs", "set-aside", *words, ok=None).exit_code == 2


def test_the_matrix_shows_themes_by_group(run: Run, office: Office, response: int) -> None:
    run("inputs", "add", response, "--quote", "should be permanent", "--theme", "wsis20-mandate")
    output = run("inputs", "coverage").output
    assert "Permanent mandate" in output
    assert "A single voice: wsis20-mandate." in output
    found = json.loads(run("inputs", "coverage", "--matrix", "--json").stdout)
    assert found["themes"][0]["theme"] == "wsis20-mandate"
    assert found["total"]["answers"] == 1
