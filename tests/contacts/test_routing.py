"""By which other posts a post is reached: set one at a time or by a list, taken away again, never in a circle."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import editing, exporting, finding, importing, merging
from outreach.contacts.finding import Filter
from outreach.contacts.importing import Action, Outcome
from outreach.contacts.models import Organisation, Post
from outreach.errors import NotFound, Refused
from outreach.journal import Entry, EntryValues
from tests.cast import DANA, NOON, kenya, society

ACT = {"by": DANA, "at": NOON}
TODAY = NOON.date()


def imported(session: Session, path: Path, *rows: str) -> list[Outcome]:
    path.write_text("\n".join(rows))
    found = list(importing.run(session, path, on=TODAY, write=True, **ACT))
    session.expire_all()
    return found


def test_a_way_is_set_by_key_or_the_beginning_of_one_and_stands_in_the_journal(session: Session) -> None:
    post, body = kenya(session), society(session)
    editing.edit(session, post, through="open-net/chief", liaison="open-net/chief-executive", copy_liaison="yes", **ACT)
    assert (post.through, post.liaison, post.liaison_copied) == (body, body, True)
    entry = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    side = entry and session.get(EntryValues, entry.seq)
    assert side is not None
    assert side.values()["through"] == [None, "open-net/chief-executive/headquarters"]
    editing.edit(session, post, through="-", liaison="-", copy_liaison="no", **ACT)
    assert (post.through, post.liaison, post.liaison_copied) == (None, None, False)


def test_a_body_that_hands_on_receives_its_own_mail(session: Session) -> None:
    post, body = kenya(session), society(session)
    third = editing.add_post(session, post.organisation, kind="foreign-minister", through=post.key, **ACT)
    with pytest.raises(Refused, match="is itself reached through kenya/permanent-representative/new-york"):
        editing.edit(session, body, through=third.key, **ACT)
    with pytest.raises(Refused, match="Letters to others go through kenya/permanent-representative/new-york"):
        editing.edit(session, post, through=body.key, **ACT)
    with pytest.raises(Refused, match="cannot be reached through itself"):
        editing.edit(session, body, through=body.key, **ACT)
    with pytest.raises(Refused, match="cannot be its own liaison contact"):
        editing.edit(session, body, liaison=body.key, **ACT)
    with pytest.raises(NotFound, match="There is no organisation"):
        editing.edit(session, body, through="nowhere/chair", **ACT)


def test_a_list_sets_ways_also_to_posts_that_its_own_rows_add(session: Session, tmp_path: Path) -> None:
    kenya(session)
    rows = (
        "organisation,group,post,through,liaison,copy_liaison",
        "Secretariat,igf,head,,,",
        "Kenya,,kenya/permanent-representative/new-york,secretariat/head,,",
        "Kenya,,kenya/foreign-minister,,kenya/permanent-representative/new-york,yes",
        "Open Body,press,chair,secretariat/head,kenya/foreign-minister,no",
    )
    outcomes = imported(session, tmp_path / "list.csv", *rows)
    assert [one.action for one in outcomes] == [Action.ADDED, Action.CHANGED, Action.ADDED, Action.ADDED]
    assert outcomes[1].fields["through"] == (None, "secretariat/head")
    ways = {
        post.key: (post.through and post.through.key, post.liaison and post.liaison.key, post.liaison_copied)
        for post in session.scalars(select(Post))
    }
    assert ways == {
        "secretariat/head": (None, None, False),
        "kenya/permanent-representative/new-york": ("secretariat/head", None, False),
        "kenya/foreign-minister": (None, "kenya/permanent-representative/new-york", True),
        "open-body/chair": ("secretariat/head", "kenya/foreign-minister", False),
    }
    again = imported(session, tmp_path / "list.csv", *rows)
    assert {one.action for one in again} == {Action.UNCHANGED}
    taken = imported(session, tmp_path / "list.csv", "post,through,liaison", "open-body/chair,-,-")
    assert taken[0].fields["through"] == ("secretariat/head", "")
    assert finding.post(session, "open-body/chair").through is None


def test_a_list_makes_no_circle_and_names_no_post_that_is_not_there(session: Session, tmp_path: Path) -> None:
    kenya(session), society(session)
    outcomes = imported(
        session,
        tmp_path / "list.csv",
        "post,through",
        "kenya/permanent-representative/new-york,open-net/chief-executive/headquarters",
        "open-net/chief-executive/headquarters,kenya/permanent-representative/new-york",
        "open-net/chief-executive/headquarters,open-net/chief-executive/headquarters",
        "open-net/chief-executive/headquarters,open-net/chair",
        "open-net/chief-executive/headquarters,nonsense",
    )
    assert [one.action for one in outcomes] == [Action.CHANGED, *[Action.REFUSED] * 4]
    reasons = [one.reason for one in outcomes[1:]]
    assert "is itself reached through another post" in reasons[0]
    assert "not reached by itself" in reasons[1]
    assert "there is no post 'open-net/chair'" in reasons[2]
    assert "is no key of a post" in reasons[3]


def test_a_list_gives_no_way_to_a_body_that_hands_on_whether_it_did_before_or_by_the_same_list(
    session: Session, tmp_path: Path
) -> None:
    kenya(session)
    for name in ("one", "two", "three", "four"):
        society(session, name, f"{name}.example")
    key = "{}/chief-executive/headquarters".format
    editing.edit(session, finding.post(session, "kenya/perm"), through=key("one"), **ACT)
    rows = (f"{key('one')},{key('four')}", f"{key('three')},{key('two')}", f"{key('two')},{key('four')}")
    outcomes = imported(session, tmp_path / "list.csv", "post,through", *rows)
    assert [one.action for one in outcomes] == [Action.REFUSED, Action.CHANGED, Action.REFUSED]
    assert "letters to others go through one/chief-executive/headquarters" in outcomes[0].reason
    assert "letters to others go through two/chief-executive/headquarters" in outcomes[2].reason


@pytest.mark.parametrize("ending", exporting.KINDS)
def test_ways_are_taken_away_and_brought_back_unchanged(session: Session, tmp_path: Path, ending: str) -> None:
    post, body = kenya(session), society(session)
    editing.edit(session, post, through=body.key, liaison=body.key, copy_liaison="yes", **ACT)
    path = tmp_path / f"contacts{ending}"
    exporting.write(session, path, Filter(), on=TODAY)
    if ending == ".csv":
        with path.open(encoding="utf-8-sig") as file:
            rows = {row["post"]: row for row in csv.DictReader(file)}
        assert (rows[post.key]["through"], rows[post.key]["copy_liaison"]) == (body.key, "yes")
    editing.edit(session, post, through="-", liaison="-", copy_liaison="no", **ACT)
    outcomes = list(importing.run(session, path, on=TODAY, write=True, **ACT))
    assert {one.post: sorted(one.fields) for one in outcomes} == {
        post.key: ["copy_liaison", "liaison", "through"],
        body.key: [],
    }


def test_a_post_that_was_reached_through_its_twin_is_not_reached_through_itself_after_a_merge(session: Session) -> None:
    keep, other = society(session, "one-net", "one.example"), society(session, "two-net", "two.example")
    editing.edit(session, other, through=keep.key, **ACT)
    one, two = keep.organisation, other.organisation
    merging.merge(session, two, one, on=TODAY, write=True, **ACT)
    session.expire_all()
    assert session.get_one(Organisation, two.id).merged_into_id == one.id
    assert keep.through is None
