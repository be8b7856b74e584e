import tomllib
from collections import Counter

import pytest

from .conftest import SEEDS

NAMED = [
    "icann",
    "internet-society",
    "ietf",
    "iab",
    "w3c",
    "afrinic",
    "apnic",
    "arin",
    "lacnic",
    "ripe-ncc",
    "nro",
    "centr",
    "aptld",
    "lactld",
    "aftld",
    "tccm",
    "measurement-lab",
    "icc",
    "icc-basis",
    "gsma",
    "world-economic-forum",
    "google",
    "un-desa",
    "itu",
    "unesco",
    "undp",
    "unctad",
    "cstd",
    "ungis",
    "european-union",
    "un-foundation",
    "apc",
    "global-partners-digital",
    "access-now",
    "diplofoundation",
    "igf-support-association",
    "mag",
    "mag-wg-strategy",
    "igf-secretariat",
    "african-igf",
    "arab-igf",
    "aprigf",
    "eurodig",
    "lacigf",
    "west-african-igf",
    "central-african-igf",
    "east-african-igf",
    "southern-african-igf",
    "caribbean-igf",
    "central-asian-igf",
    "seedig",
    "youth-igf",
    "german-igf",
    "igf-usa",
    "brazilian-igf",
    "kenya-igf",
    "indian-igf",
    "japan-igf",
    "swiss-igf",
]


@pytest.mark.parametrize("key", NAMED)
def test_a_stakeholder_of_the_process_is_in_the_directory(organisations, key):
    assert organisations[key]["name"]


def test_the_european_union_is_an_observer_and_no_state(organisations, states):
    assert organisations["european-union"]["kind"] == "observer"
    assert "european-union" not in {state["key"] for state in states}


def test_every_stakeholder_group_but_governments_is_present(organisations):
    groups = {organisation["group"] for organisation in organisations.values()}
    assert groups == {
        *("intergovernmental", "private-sector", "civil-society"),
        *("technical-community", "academia", "press", "igf"),
    }


def test_a_member_state_has_a_representative_in_both_seats_and_a_minister(posts):
    kenya = {(post["kind"], post["seat"]) for post in posts if post["organisation"] == "kenya"}
    assert kenya == {
        ("permanent-representative", "new-york"),
        ("permanent-representative", "geneva"),
        ("foreign-minister", "capital"),
    }


@pytest.mark.parametrize("key", ["holy-see", "state-of-palestine"])
def test_an_observer_state_has_permanent_observers(posts, key):
    kinds = Counter(post["kind"] for post in posts if post["organisation"] == key)
    assert kinds == {"permanent-observer": 2, "foreign-minister": 1}


def test_the_holy_see_has_a_secretary_for_relations_with_states(posts):
    post = next(post for post in posts if post["organisation"] == "holy-see" and post["seat"] == "capital")
    assert post["title_en"] == "Secretary for Relations with States and International Organizations"


@pytest.mark.parametrize(
    ("key", "kind", "seat"),
    [
        ("icann", "chief-executive", "headquarters"),
        ("itu", "secretary-general", "headquarters"),
        ("icc", "secretary-general", "headquarters"),
        ("un-desa", "head", "headquarters"),
        ("mag", "chair", "headquarters"),
        ("apc", "director", "headquarters"),
        ("kenya-igf", "coordinator", "headquarters"),
        ("european-union", "head-of-delegation", "new-york"),
    ],
)
def test_an_organisation_has_the_post_of_its_head(posts, key, kind, seat):
    assert [(post["kind"], post["seat"]) for post in posts if post["organisation"] == key] == [(kind, seat)]


def themes(codebook):
    text = (SEEDS / "themes.toml").read_text(encoding="utf-8")
    return [theme for theme in tomllib.loads(text)["theme"] if theme["codebook"] == codebook and theme["parent"]]


def test_the_internet_we_want_has_its_five_principles_in_their_words():
    assert [theme["title"] for theme in themes("iww")] == [
        "Whole and open",
        "Universal and inclusive",
        "Free-flowing and trustworthy",
        "Safe and secure",
        "Rights-respecting",
    ]
    assert all(theme["definition"] == "" for theme in themes("iww"))


def test_the_action_lines_run_from_c1_to_c11():
    assert [theme["code"] for theme in themes("wsis")] == [f"wsis-c{number}" for number in range(1, 12)]


@pytest.mark.parametrize(("phrase", "code"), [("GDC", "wsis20-gdc"), ("jeunes", "wsis20-youth"), ("IA", "wsis20-ai")])
def test_an_alias_finds_its_theme(phrase, code):
    assert [theme["code"] for theme in themes("wsis20") if phrase in theme["aliases"]] == [code]
