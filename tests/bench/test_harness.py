"""What the tables of bench/ may be trusted for; how fast anything is, is measured there and never here."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.harness import Contestant, Figure, Row, Run, measure, table


def write_words(folder: Path, size: int) -> None:
    (folder / "words.txt").write_text("word\n" * size)


def count_words(world: Path, own: Path, size: int):
    return lambda: len((world / "words.txt").read_text().split())


def leave_words_out(world: Path, own: Path, size: int):
    return lambda: size - 1


OURS = Contestant("ours", "ours", count_words, 200, 20)
FIGURE = Figure("Words counted", "words", write_words, [OURS])


def figure(*others):
    return replace(FIGURE, contestants=[OURS, *others])


def row(contestant, *seconds, peak=50.0):
    return Row(contestant, [Run(200, each, each / 2, peak) for each in seconds])


def cells(text, name):
    line = next(line for line in text.splitlines() if line.startswith(f"| {name}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_each_contestant_runs_as_often_as_asked_on_a_world_of_its_size():
    [one] = measure(FIGURE, rounds=2, quick=True)
    assert [run.made for run in one.runs] == [20, 20]
    assert all(run.seconds > 0 and run.peak > 1 for run in one.runs)


def test_a_peer_that_is_not_installed_gets_words_and_no_number():
    absent = Contestant("absent", "peer", count_words, 200, 20, needs=("no-such-distribution",), programs=("no-such-program",))
    these = figure(absent)
    shown = cells(table(these, measure(these, rounds=1, quick=True)), "absent")
    assert shown == ["absent", "peer", "", "not installed: no-such-distribution, no-such-program", "", "", "", "", ""]


def test_a_contestant_that_leaves_some_out_is_no_measurement():
    with pytest.raises(RuntimeError, match="lazy made 19 of 20"):
        measure(figure(Contestant("lazy", "peer", leave_words_out, 200, 20)), rounds=1, quick=True)


def test_a_table_shows_medians_how_far_runs_lie_apart_and_the_aim():
    peer = Contestant("peer", "peer", count_words, 200, 20, aim=5)
    limit = Contestant("limit", "limit", count_words, 200, 20, aim=1 / 3)
    shown = table(figure(peer, limit), [row(OURS, 1.0, 2.0, 100.0), row(peer, 8.0), row(limit, 0.5)])
    assert cells(shown, "ours") == ["ours", "ours", "200", "100", "2.0 to 200", "5", "50", "", ""]
    assert cells(shown, "peer")[-2:] == ["4.0 times as fast", "5 times as fast: MISSED"]
    assert cells(shown, "limit")[-2:] == ["takes 4.0 times as long", "within 3 times: MISSED"]


def test_an_aim_that_is_reached_is_called_met():
    limit = Contestant("limit", "limit", count_words, 200, 20, aim=1 / 3)
    shown = table(figure(limit), [row(OURS, 2.0), row(limit, 1.0)])
    assert cells(shown, "limit")[-1] == "within 3 times: met"
