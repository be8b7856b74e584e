"""Who would be written to, counted by the database: the same as when each is read."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach.campaigns import choosing, surveying
from outreach.campaigns.choosing import Wanted
from outreach.campaigns.surveying import Survey
from outreach.contacts.models import Address, Holder, OrganisationTag, Person, Post
from outreach.errors import NotFound
from tests.cast import NOON, email, kenya, society
from tests.counting import asked

TODAY = NOON.date()
HEADS = Wanted(("chief-executive", "chair", "permanent-representative"))


def survey(session: Session, words: str, wanted: Wanted = HEADS, most: int = 50) -> Survey:
    return surveying.survey(session, choosing.parse(words), wanted, on=TODAY, most=most)


@pytest.fixture
def directory(session: Session) -> dict[str, Post]:
    """Kenya with two seats; societies with two posts, without e-mail, with a wish of each kind, with a holder's address."""
    posts = {"kenya": kenya(session)}
    for key in ("two-posts", "no-mail", "wish", "post-wish", "held-wish", "gone-wish", "holder-mail", "gone-mail", "failed"):
        posts[key] = society(session, key, f"{key}.example")
    for key in ("no-mail", "holder-mail", "gone-mail"):
        session.query(Address).filter_by(post_id=posts[key].id).delete()
    posts["chair"] = Post(organisation_id=posts["two-posts"].organisation_id, kind="chair")
    posts["geneva"] = Post(organisation_id=posts["kenya"].organisation_id, kind="permanent-representative", seat="geneva")
    session.add_all(
        [posts["chair"], posts["geneva"], OrganisationTag(organisation_id=posts["wish"].organisation_id, tag="panel")]
    )
    posts["wish"].organisation.do_not_contact = "by letter"
    posts["post-wish"].do_not_contact = "by telephone"
    holds(session, posts["held-wish"]).person.do_not_contact = "in person"
    holds(session, posts["gone-wish"], until=-1).person.do_not_contact = "in person"
    for key, until in (("holder-mail", None), ("gone-mail", -1)):
        held = holds(session, posts[key], until=until)
        own = email(posts[key], f"own@{key}.example")
        own.holder_id = held.id
        session.add(own)
    failed = session.query(Address).filter_by(post_id=posts["failed"].id).one()
    failed.failed_since = NOON
    session.flush()
    return posts


def holds(session: Session, post: Post, until: int | None = None) -> Holder:
    """Somebody who holds the post, or held it until so many days from now."""
    session.query(Holder).filter_by(post_id=post.id).delete()
    held = Holder(post_id=post.id, person=Person(full_name="Li Example"))
    held.to_date = None if until is None else TODAY + timedelta(days=until)
    session.add(held)
    session.flush()
    return held


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("all", HEADS),
        ("all", Wanted(("chair", "chief-executive"))),
        ("all", Wanted(("permanent-representative",), ("geneva", "new-york"))),
        ("all", Wanted(("permanent-representative",), ("vienna",))),
        ("group:technical-community not tag:panel", HEADS),
        ("org:kenya,two-posts", HEADS),
        ("post:chair", HEADS),
        ("tag:panel", HEADS),
        ("group:press", HEADS),
    ],
)
def test_the_numbers_and_names_are_those_of_reading_each(
    session: Session, directory: dict[str, Post], words: str, wanted: Wanted
) -> None:
    chosen = choosing.choose(session, choosing.parse(words), wanted, on=TODAY, stale_after=180)
    found = survey(session, words, wanted)
    reached = [(one.organisation_name, one.kind) for one in chosen.reached]
    unreachable = [(one.organisation_name, one.kind) for one in chosen.reached if not one.emails]
    assert (found.reached.count, list(found.reached.first)) == (len(reached), reached)
    assert (found.unreachable.count, list(found.unreachable.first)) == (len(unreachable), unreachable)
    assert found.groups == tuple(sorted(Counter(one.group.value for one in chosen.reached).items()))
    left_out: dict[str, list[str]] = {}
    for key, reason in chosen.left_out:
        left_out.setdefault(reason, []).append(key)
    assert {reason: (some.count, list(some.first)) for reason, some in found.left_out} == {
        reason: (len(keys), keys) for reason, keys in left_out.items()
    }


def test_only_so_many_names_are_read_and_the_others_are_counted(session: Session, directory: dict[str, Post]) -> None:
    found = survey(session, "all", Wanted(("chief-executive",)), most=2)
    assert (len(found.reached.first), found.reached.further) == (2, found.reached.count - 2)
    assert (len(found.unreachable.first), found.unreachable.further) == (2, found.unreachable.count - 2)
    assert found.unreachable.count == 3


def test_an_organisation_that_does_not_exist_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="atlantis"):
        survey(session, "org:atlantis")


def test_counting_takes_the_same_few_queries_whatever_the_size_of_the_directory(
    session: Session, directory: dict[str, Post]
) -> None:
    few = queries(session)
    for number in range(60):
        society(session, f"further-{number}", f"further{number}.example")
    session.flush()
    assert queries(session) == few <= 6


def queries(session: Session) -> int:
    with asked(session.get_bind()) as said:
        survey(session, "all; org:kenya")
    return len(said)
