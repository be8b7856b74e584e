"""`outreach communique` as the office sees it."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from outreach.campaigns.models import Campaign
from outreach.inputs.models import AttributionLevel, Passage, Stance
from outreach.office import Office
from tests.communique.world import CIVIL, World
from tests.conftest import Run
from tests.inputs.answers import load_codebook


def said(result: Result) -> str:
    """What a person reads, wherever the terminal broke the lines or drew a frame."""
    return " ".join(result.output.replace("│", " ").split())


@pytest.fixture
def passage(office: Office, tmp_path: Path) -> int:
    """A small campaign with answers; the number of the passage of Alder Net."""
    with office.transaction() as session:
        load_codebook(session, tmp_path)
        world = World(session)
        found: Passage = world.said(world.organisation("Alder Net"), "Make it last.")
        world.said(world.organisation("Birch Rights", CIVIL), "Ten years suffice.", stance=Stance.OPPOSES)
        world.answer(world.organisation("Cedar Net"), "Not coded yet.", AttributionLevel.GROUP)
        return found.id


def test_a_draft_says_what_it_could_not_draw_on(run: Run, passage: int) -> None:
    output = run("communique", "draft", "--campaign", "wsis20-input").output
    assert "Drafted wsis20 version 1 (en):" in output
    assert "neither coded nor set aside: responses 3." in output
    assert "wsis20 version 2 (en)" in run("communique", "draft").output


def test_a_first_draft_needs_a_campaign_that_exists(run: Run, passage: int) -> None:
    assert "one campaign at least; say which" in said(run("communique", "draft", ok=False))
    assert "There is no campaign nothing" in said(run("communique", "draft", "--campaign", "nothing", ok=False))
    refused = run("communique", "draft", "--campaign", "wsis20-input", "--template", "other", ok=False)
    assert "There is no communiqué template other; there are: summary, wsis20." in said(refused)


def test_communiques_are_listed_with_their_versions(run: Run, passage: int) -> None:
    assert run("communique", "list").output == "No communiqué is drafted yet.\n"
    run("communique", "draft", "--campaign", "wsis20-input")
    run("communique", "draft", "--language", "fr")
    listed = json.loads(run("communique", "list", "--json").output)
    assert [(row["communique"], row["version"], row["language"], row["state"]) for row in listed] == [
        ("wsis20", 1, "en", "draft"),
        ("wsis20", 1, "fr", "draft"),
    ]


def test_a_version_is_shown_with_the_sources_of_each_paragraph(run: Run, passage: int) -> None:
    run("communique", "draft", "--campaign", "wsis20-input")
    output = run("communique", "show").output
    assert f"      > Make it last.  [passages {passage}]" in output
    assert "1. Meeting virtually in plenary" in output
    assert "[template:preamble_decision]" in output
    shown = json.loads(run("communique", "show", "--version", 1, "--json").output)
    numbers = [row["number"] for row in shown["paragraphs"] if row["number"]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_version_is_exported_in_the_formats_and_the_edition_asked_for(run: Run, passage: int, tmp_path: Path) -> None:
    run("communique", "draft", "--campaign", "wsis20-input")
    run("communique", "export", "--into", tmp_path / "out", "--edition", "clean")
    run("communique", "export", "--into", tmp_path / "out", "--format", "md")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "communique-working.md",
        "communique.docx",
        "communique.md",
        "communique.pdf",
    ]
    assert (tmp_path / "out" / "communique.pdf").read_bytes().startswith(b"%PDF")


def test_another_language_is_written_beside_the_first(run: Run, passage: int, tmp_path: Path) -> None:
    run("communique", "draft", "--campaign", "wsis20-input")
    run("communique", "draft", "--language", "fr")
    for language in ("en", "fr"):
        run("communique", "export", "--into", tmp_path / "out", "--format", "md", "--edition", "clean", "--language", language)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["communique-fr.md", "communique.md"]


def test_nothing_is_written_when_a_word_would_name_who_may_not_be_named(
    run: Run, office: Office, passage: int, tmp_path: Path
) -> None:
    with office.transaction() as session:
        world = World(session, count=100, known=session.scalars(select(Campaign)).one())
        world.said(world.organisation("Zanzibar Quorum"), "We at Zanzibar Quorum agree.", AttributionLevel.GROUP)
    run("communique", "draft", "--campaign", "wsis20-input")
    refused = run("communique", "export", "--into", tmp_path / "out", "--edition", "clean", ok=False)
    assert "Nothing was exported" in said(refused)
    assert not (tmp_path / "out").exists()


def test_an_unknown_version_is_answered_with_those_there_are(run: Run, passage: int, tmp_path: Path) -> None:
    assert "There is no communiqué yet" in said(run("communique", "show", ok=False))
    run("communique", "draft", "--campaign", "wsis20-input")
    refused = run("communique", "export", "--version", 9, "--into", tmp_path, ok=False)
    assert "wsis20 has no such version; there are: 1 (en)." in said(refused)


def test_the_dossier_tells_what_a_paragraph_rests_on_and_is_made_as_a_file(run: Run, passage: int, tmp_path: Path) -> None:
    run("communique", "draft", "--campaign", "wsis20-input")
    told = run("communique", "dossier").output
    assert "passage 1, answer 1, Alder Net: “Make it last.”" in told
    assert "may be named: attributed (the box ticked)" in told
    rows = json.loads(run("communique", "dossier", "--json").output)
    assert [row["sources"][0]["words"] for row in rows if row["kind"] == "quotation"] == ["Make it last.", "Ten years suffice."]
    run("communique", "dossier", "--into", tmp_path / "dossier.pdf")
    assert (tmp_path / "dossier.pdf").read_bytes().startswith(b"%PDF")
    assert "ends in .pdf or .docx" in said(run("communique", "dossier", "--into", tmp_path / "dossier.txt", ok=False))
