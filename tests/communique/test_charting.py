"""Charts show what the annexes may show: their labels and numbers can be read, and nobody is pointed at."""

from datetime import UTC

from outreach.communique import charting
from outreach.inputs.models import AttributionLevel
from tests.communique.world import PRIVATE, TECHNICAL, World


def charts(world: World) -> dict[str, str]:
    version = world.draft()
    found = charting.files(world.session, version, world.wording(), UTC)
    return {name: content.decode("utf-8-sig") for name, content in found.items()}


def test_each_chart_is_vectors_with_words_beside_its_table(world: World) -> None:
    for n in range(3):
        world.said(world.organisation(f"Alder {n}"), f"Make it last {n}.")
    found = charts(world)
    for name in ("answers-by-group", "themes-by-group", "timeline"):
        assert "<svg" in found[f"{name}.svg"]
        assert "<image" not in found[f"{name}.svg"]
        assert f"{name}.csv" in found
    assert ">Permanent mandate</text>" in found["themes-by-group.svg"]
    assert "Permanent mandate,3" in found["themes-by-group.csv"]
    assert "2025-01,3,3" in found["timeline.csv"]


def test_whoever_may_not_be_told_by_group_is_not_shown_by_group(world: World) -> None:
    world.said(world.organisation("Alder", TECHNICAL), "Make it last.")
    world.said(world.organisation("Birch", PRIVATE), "Last it must.", AttributionLevel.GROUP)
    found = charts(world)
    assert "Private" not in found["themes-by-group.csv"]
    head, line = found["themes-by-group.csv"].splitlines()
    assert head.endswith("Answers not shown by group")
    assert line == "Permanent mandate,1,1"
    assert not any("Birch" in content for content in found.values())


def test_the_same_numbers_give_the_same_bytes_and_a_dollar_sign_stays_one() -> None:
    chart = charting.Chart("a", "$x$ & <b>", ("one",), (("$y_1$", (2,)),))
    assert chart.as_svg() == chart.as_svg()
    said = chart.as_svg().decode()
    assert "$x$ &amp; &lt;b&gt;" in said
    assert "$y_1$" in said
