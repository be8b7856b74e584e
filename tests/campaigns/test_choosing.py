"""Choosing addressees by a few words: who is in, who is out, and why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.campaigns import choosing
from outreach.campaigns.choosing import Chosen, Wanted
from outreach.contacts.models import OrganisationTag, Post
from outreach.errors import Invalid, NotFound, OutreachError
from tests.cast import kenya, society

TODAY = date(2025, 1, 27)
HEADS = Wanted(("chief-executive", "permanent-representative"))


@pytest.fixture
def world(session: Session) -> dict[str, Post]:
    """Kenya (government, African), and two societies (technical community), one of them tagged `panel`."""
    posts = {"kenya": kenya(session), "one": society(session, "one-net"), "two": society(session, "two-net", "two.example")}
    session.add(OrganisationTag(organisation_id=posts["two"].organisation_id, tag="panel"))
    session.flush()
    return posts


def choose(session: Session, words: str, wanted: Wanted = HEADS) -> Chosen:
    return choosing.choose(session, choosing.parse(words), wanted, on=TODAY, stale_after=180)


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("all", ["kenya", "one-net", "two-net"]),
        ("group:technical-community", ["one-net", "two-net"]),
        ("group:technical-community,government", ["kenya", "one-net", "two-net"]),
        ("region:african", ["kenya"]),
        ("tag:panel", ["two-net"]),
        ("group:technical-community not tag:panel", ["one-net"]),
        ("org:kenya,one-net", ["kenya", "one-net"]),
        ("org:ONS", ["one-net", "two-net"]),
        ("kind:member-state", ["kenya"]),
        ("tag:panel; org:kenya", ["kenya", "two-net"]),
        ("not region:african", ["one-net", "two-net"]),
        ("post:permanent-representative", ["kenya"]),
        ("group:press", []),
    ],
)
def test_words_choose_exactly_these_organisations(
    session: Session, world: dict[str, Post], words: str, keys: list[str]
) -> None:
    assert sorted(one.organisation_key for one in choose(session, words).reached) == keys


def test_whoever_may_not_be_contacted_is_left_out_and_said(session: Session, world: dict[str, Post]) -> None:
    world["one"].organisation.do_not_contact = "asked in 2024"
    session.flush()
    chosen = choose(session, "group:technical-community")
    assert [one.organisation_key for one in chosen.reached] == ["two-net"]
    assert chosen.left_out == (("one-net", "not to be contacted: asked in 2024"),)


def test_a_person_who_may_not_be_contacted_leaves_the_post_out(session: Session, world: dict[str, Post]) -> None:
    world["one"].holders[0].person.do_not_contact = "asked by letter"
    session.flush()
    assert ("one-net", "not to be contacted: asked by letter") in choose(session, "all").left_out


def test_an_organisation_without_the_wanted_post_is_left_out_and_said(session: Session, world: dict[str, Post]) -> None:
    chosen = choose(session, "all", Wanted(("permanent-representative",), ("new-york",)))
    assert [one.key for one in chosen.reached] == ["kenya/permanent-representative/new-york"]
    assert chosen.left_out[0] == ("one-net", "it has no post of the kind permanent-representative")


def test_the_template_prefers_its_first_kind_of_post(session: Session, world: dict[str, Post]) -> None:
    session.add(Post(organisation=world["one"].organisation, kind="chair", title="Chair"))
    session.flush()
    kinds = {one.kind for one in choose(session, "org:one-net", Wanted(("chair", "chief-executive"))).reached}
    assert kinds == {"chair"}


def test_an_organisation_that_does_not_exist_is_named(session: Session, world: dict[str, Post]) -> None:
    with pytest.raises(NotFound, match="There is no organisation 'atlantis'"):
        choose(session, "org:kenya,atlantis")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Nobody is chosen"),
        (" ; ", "Nobody is chosen"),
        ("technical-community", "'technical-community' chooses nobody; write group:"),
        ("group:", "'group:' chooses nobody"),
        ("group:techies", "There is no group 'techies'; there are: government"),
        ("region:europe", "There is no region 'europe'"),
        ("tag:x not", "nothing follows `not`"),
        ("not post:chair", "has no meaning"),
        ("not all", "chooses nobody"),
    ],
)
def test_words_that_cannot_be_read_are_refused_in_a_sentence(words: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence.replace("(", r"\(")):
        choosing.parse(words)


@given(st.text(max_size=60))
def test_any_words_are_read_or_refused(words: str) -> None:
    try:
        choices = choosing.parse(words).choices
    except OutreachError as error:
        sentence = str(error)
    else:
        sentence = "" if not choices else "read."
    assert sentence.endswith(".")
