from collections import Counter

import pytest

from .conftest import SEEDS

LANGUAGES = {"en", "fr", "es", "ru", "zh", "ar"}


def test_there_are_193_member_states_and_two_observer_states(states):
    assert Counter(state["status"] for state in states) == {"member": 193, "observer-state": 2}
    assert {state["key"] for state in states if state["status"] == "observer-state"} == {
        "holy-see",
        "state-of-palestine",
    }


def test_the_regional_groups_add_up_and_observers_stand_in_none(states):
    sizes = Counter(state["regional_group"] for state in states)
    assert sizes == {"african": 54, "asia-pacific": 54, "eastern-european": 23, "grulac": 33, "weog": 29, "": 2}


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("turkiye", "weog"),
        ("united-states-of-america", "weog"),
        ("israel", "weog"),
        ("kiribati", "asia-pacific"),
        ("cyprus", "asia-pacific"),
        ("australia", "weog"),
        ("armenia", "eastern-european"),
        ("kazakhstan", "asia-pacific"),
        ("egypt", "african"),
        ("estonia", "eastern-european"),
        ("suriname", "grulac"),
        ("south-sudan", "african"),
        ("lithuania", "eastern-european"),
    ],
)
def test_a_state_stands_in_its_regional_group(states, key, group):
    assert next(state["regional_group"] for state in states if state["key"] == key) == group


def test_the_four_unusual_memberships_carry_a_dated_note(states):
    noted = {state["key"]: state["regional_note"] for state in states if state["regional_note"]}
    assert set(noted) == {"turkiye", "united-states-of-america", "israel", "kiribati"}
    assert all(any(year in note for year in ("1999", "2000", "2026")) for note in noted.values())


@pytest.mark.parametrize("column", ["key", "iso2", "iso3", "m49"])
def test_no_two_states_share_a_code(states, column):
    assert len({state[column] for state in states}) == len(states)


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("cote-divoire", ("CI", "CIV", "384")),
        ("republic-of-korea", ("KR", "KOR", "410")),
        ("afghanistan", ("AF", "AFG", "004")),
        ("state-of-palestine", ("PS", "PSE", "275")),
        ("nauru", ("NR", "NRU", "520")),
        ("kenya", ("KE", "KEN", "404")),
        ("albania", ("AL", "ALB", "008")),
    ],
)
def test_a_state_has_its_codes(states, key, codes):
    state = next(state for state in states if state["key"] == key)
    assert (state["iso2"], state["iso3"], state["m49"]) == codes


@pytest.mark.parametrize(
    ("key", "language"),
    [("senegal", "fr"), ("cuba", "es"), ("belarus", "ru"), ("china", "zh"), ("saudi-arabia", "ar"), ("kenya", "en")],
)
def test_a_mission_is_assumed_to_write_in_a_sensible_language(states, key, language):
    assert next(state["language"] for state in states if state["key"] == key) == language


def test_every_state_has_a_name_in_six_languages(states, names):
    assert set(names) == {(state["key"], language) for state in states for language in LANGUAGES}


def test_no_file_holds_an_address():
    for path in SEEDS.rglob("*"):
        if path.suffix in {".csv", ".toml", ".md"}:
            assert "@" not in path.read_text(encoding="utf-8"), path.name
