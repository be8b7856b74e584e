"""Two contacts become one with all that points to either; nothing is lost, and undoing brings back exactly what was."""

import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import CampaignAddressee
from outreach.contacts import addresses, duplicates, editing, finding, merging, persons, telling_apart, unmerging
from outreach.contacts.models import Address, AddressKind, Holder, Organisation, Person, Post
from outreach.contacts.sameness import Merge
from outreach.database import Database, connect, office_url
from outreach.errors import Invalid, NotFound, Refused
from outreach.letters.models import LetterAddressee
from outreach.office import Office
from outreach.responses.models import ResponseAuthor, ResponseLetter
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.conftest import Run
from tests.contacts.graphs import grow, snapshot

ON = NOON.date()
ACT = {"by": DANA, "at": NOON}


def merge(session: Session, merged: Organisation | Person, into: Organisation | Person, *, write: bool = True, **more: object):
    return merging.merge(session, merged, into, on=ON, write=write, **ACT, **more)


def two_societies(session: Session) -> tuple[Organisation, Organisation]:
    """The same society twice, each with its chief executive and address."""
    one, other = society(session), society(session, "ons-2", "ons.example")
    return one.organisation, other.organisation


# --- what follows


def links(session: Session) -> tuple[object, ...]:
    """Every letter with its places and every answer with its letters and authors, by number."""
    letters = session.execute(select(LetterAddressee.letter_id, LetterAddressee.position).order_by("letter_id", "position"))
    answers = session.execute(select(ResponseLetter.response_id, ResponseLetter.letter_id).order_by("response_id"))
    authors = session.execute(select(ResponseAuthor.id, ResponseAuthor.response_id).order_by("id"))
    return letters.all(), answers.all(), authors.all()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_merging_loses_no_link_and_undoing_it_is_as_if_nothing_had_been(session: Session, seed: int) -> None:
    with session.begin_nested() as savepoint:
        everybody = grow(session, seed)
        rng = random.Random(seed)
        before, linked = snapshot(session), links(session)
        done = []
        for _ in range(rng.randrange(1, 3)):
            kind = rng.choice(everybody)
            living = [thing for thing in kind if thing.merged_into_id is None]
            if len(living) < 2:
                continue
            merged, into = rng.sample(living, 2)
            told = merge(session, merged, into, write=False)
            done.append(merge(session, merged, into).number)
            assert told.follows is not None
            assert links(session) == linked
            assert_nothing_points_to(session, merged)
        for number in reversed(done):
            unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)
        assert snapshot(session) == before
        savepoint.rollback()


def assert_nothing_points_to(session: Session, merged: Organisation | Person) -> None:
    if isinstance(merged, Person):
        assert session.scalar(select(func.count()).where(Holder.person_id == merged.id)) == 0
        assert session.scalar(select(func.count()).where(ResponseAuthor.person_id == merged.id)) == 0
    else:
        assert session.scalar(select(func.count()).where(ResponseAuthor.organisation_id == merged.id)) == 0
        gone = select(Post.id).where(Post.merged_into_id.is_not(None))
        living = select(func.count()).where(Post.organisation_id == merged.id, Post.merged_into_id.is_(None))
        assert session.scalar(living) == 0
        for table in (LetterAddressee, CampaignAddressee, Address, Holder):
            assert session.scalar(select(func.count()).select_from(table).where(table.post_id.in_(gone))) == 0, table


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_looking_before_merging_changes_nothing(session: Session, seed: int) -> None:
    with session.begin_nested() as savepoint:
        organisations, people = grow(session, seed)
        before, head = snapshot(session), journal.head(session)
        merge(session, organisations[0], organisations[1], write=False)
        merge(session, people[0], people[1], write=False)
        assert snapshot(session) == before
        assert journal.head(session) == head
        savepoint.rollback()


def test_one_post_of_two_has_the_holders_and_addresses_of_both(session: Session) -> None:
    into, merged = two_societies(session)
    told = merge(session, merged, into)
    post = finding.post(session, "open-net/chief-executive/headquarters")
    assert [address.value for address in post.addresses] == ["office@open-net.example", "office@ons.example"]
    assert len(post.holders) == 2
    assert told.follows == {"holdings of posts": 1, "addresses": 1}
    assert told.warnings == (
        "open-net/chief-executive/headquarters is held by Li Example and Li Example at once; "
        "end the time of those who do not hold it.",
    )


def test_one_person_at_one_post_holds_it_once_for_the_whole_time(session: Session) -> None:
    post = society(session)
    first = post.holders[0]
    first.to_date = ON
    again = editing.add_holder(session, post, full_name="LI Example", from_date=date_after(ON), **ACT)
    addresses.add(session, post, AddressKind.EMAIL, "li@open-net.example", holder=again, **ACT)
    merge(session, again.person, first.person)
    session.expire_all()
    [holder] = post.holders
    assert (holder.from_date, holder.to_date, holder.confirmed_on) == (None, None, NOON.date())
    own = [address.value for address in post.addresses if address.holder_id == holder.id]
    assert own == ["li@open-net.example"]


def date_after(day):
    from datetime import timedelta

    return day + timedelta(days=1)


def test_different_posts_of_one_kind_stay_two_with_keys_of_their_own(session: Session) -> None:
    into, merged = two_societies(session)
    for owner, title in ((into, "Director of Policy"), (merged, "Director of Law")):
        editing.add_post(session, owner, kind="director", title=title, **ACT)
    merge(session, merged, into)
    session.expire_all()
    keys = {post.key: post.title for post in into.posts if post.kind == "director"}
    assert keys == {"open-net/director": "Director of Policy", "open-net/director/director-of-law": "Director of Law"}


def test_a_post_that_was_reached_through_the_other_is_not_reached_through_itself(session: Session) -> None:
    into, merged = two_societies(session)
    into.posts[0].through_id = merged.posts[0].id
    session.flush()
    before = snapshot(session)
    number = merge(session, merged, into).number
    assert into.posts[0].through_id is None
    unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)
    assert snapshot(session) == before


# --- values


def test_the_remaining_one_says_what_it_says_and_takes_what_it_lacks(session: Session) -> None:
    into, merged = two_societies(session)
    into.acronym, merged.country, into.country = "", "FR", ""
    told = merge(session, merged, into)
    said = {one.field: (one.stands, one.yields, one.from_merged) for one in told.differences}
    assert said["domain"] == ("open-net.example", "ons.example", False)
    assert said["acronym"] == ("ONS", "", True)
    assert (into.acronym, into.country, into.domain) == ("ONS", "FR", "open-net.example")


def test_a_chosen_field_is_the_merged_ones(session: Session) -> None:
    into, merged = two_societies(session)
    with pytest.raises(Invalid, match="colour is no field of an organisation; choose among name, acronym"):
        merge(session, merged, into, take=["colour"])
    merge(session, merged, into, take=["domain"])
    assert into.domain == "ons.example"


def test_a_wish_not_to_be_written_to_is_never_lost(session: Session) -> None:
    into, merged = two_societies(session)
    editing.do_not_contact(session, merged, "asked by letter", since=ON, **ACT)
    merge(session, merged, into)
    assert (into.do_not_contact, into.do_not_contact_since) == ("asked by letter", ON)


def test_a_family_name_in_one_script_does_not_complete_a_name_in_another(session: Session) -> None:
    into, merged = Person(full_name="Ivana Petrova"), Person(full_name="Ивана Петрова", family_name="Петрова")
    session.add_all([into, merged])
    session.flush()
    merge(session, merged, into)
    assert (into.full_name, into.family_name) == ("Ivana Petrova", "")


# --- what leads to it


def test_its_key_and_number_lead_to_the_one_it_became(session: Session) -> None:
    into, merged = two_societies(session)
    ada, twin = into.posts[0].holders[0].person, merged.posts[0].holders[0].person
    merge(session, merged, into)
    merge(session, twin, ada)
    assert finding.organisation(session, "ons-2") is into
    assert finding.whole(session, "ons-2") is into
    assert finding.post(session, "ons-2/chief-executive") is into.posts[0]
    assert persons.person(session, f"person/{twin.id}", on=ON) is ada
    assert [row.key for row in finding.listing(session, finding.Filter(), on=ON)] == ["open-net/chief-executive/headquarters"]
    page = finding.page(session, finding.Filter(), on=ON, offset=0, limit=9)
    assert [row.key for row in page] == ["open-net/chief-executive/headquarters"]
    assert duplicates.find(session) == []


def test_a_contact_merged_twice_leads_to_the_last(session: Session) -> None:
    into, merged = two_societies(session)
    last = society(session, "third").organisation
    merge(session, merged, into)
    merge(session, into, last)
    assert merged.merged_into_id == last.id
    assert finding.organisation(session, "ons-2") is last


# --- what is refused


def test_what_is_refused_says_why(session: Session) -> None:
    into, merged = two_societies(session)
    state, person = kenya(session).organisation, into.posts[0].holders[0].person
    for refused, why in (
        ((merged, person), "never the same"),
        ((into, into), "twice"),
        ((state, into), "Kenya is a State of the directory and stays"),
    ):
        with pytest.raises(Refused, match=why):
            merge(session, *refused)
    with pytest.raises(Refused, match="may not edit contacts"):
        merging.merge(session, merged, into, by=RENE, at=NOON, on=ON)
    telling_apart.tell_apart(session, merged, into, **ACT)
    with pytest.raises(Refused, match=r"Dana Drafter told these two apart on 2025-01-27; take that back first"):
        merge(session, merged, into)
    telling_apart.take_back(session, merged, into, **ACT)
    merge(session, merged, into)
    with pytest.raises(Refused, match="was merged into another before"):
        merge(session, merged, state)


def test_a_pair_told_apart_stays_apart_when_one_of_them_becomes_another(session: Session) -> None:
    into, merged = two_societies(session)
    third = society(session, "third", "open-net.example").organisation
    telling_apart.tell_apart(session, merged, third, **ACT)
    merge(session, merged, into)
    found = {(pair.first, pair.second) for pair in duplicates.find(session) if pair.kind == "organisation"}
    assert (into.id, third.id) not in found


# --- undoing


def test_what_changed_since_is_named_and_nothing_is_undone(session: Session) -> None:
    into, merged = two_societies(session)
    into.acronym = ""
    number = merge(session, merged, into).number
    address = session.scalars(select(Address).where(Address.value == "office@ons.example")).one()
    editing.edit(session, into, acronym="OPN", **ACT)
    addresses.remove(session, address.post, address.value, **ACT)
    session.flush()
    before = snapshot(session)
    with pytest.raises(Refused) as refused:
        unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)
    assert f"organisation {into.id} has another acronym" in str(refused.value)
    assert "addresse" in str(refused.value)
    assert "no longer belongs there" in str(refused.value)
    assert snapshot(session) == before


def test_what_was_added_since_stays_with_the_other_one(session: Session) -> None:
    into, merged = two_societies(session)
    number = merge(session, merged, into).number
    editing.add_post(session, into, kind="chair", **ACT)
    editing.tag(session, into, add=["later"], **ACT)
    again = unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)
    assert again is merged
    assert {post.key for post in into.posts} == {"open-net/chief-executive/headquarters", "open-net/chair"}
    assert {post.key for post in merged.posts} == {"ons-2/chief-executive/headquarters"}
    with pytest.raises(Refused, match="was undone by Dana Drafter"):
        unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)


def test_a_later_merge_is_undone_first(session: Session) -> None:
    into, merged = two_societies(session)
    last = society(session, "third").organisation
    first = merge(session, merged, into).number
    second = merge(session, into, last).number
    with pytest.raises(Refused, match="cannot be undone"):
        unmerging.unmerge(session, unmerging.numbered(session, first), **ACT)
    for number in (second, first):
        unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)
    assert {merged.merged_into_id, into.merged_into_id} == {None}


def test_who_has_a_row_open_is_told_that_it_changed(session: Session) -> None:
    into, merged = two_societies(session)
    holder = merged.posts[0].holders[0]
    version = holder.version
    number = merge(session, merged, into).number
    session.refresh(holder)
    assert holder.version == version + 1
    unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)
    session.refresh(holder)
    assert holder.version == version + 2


def test_the_journal_says_what_became_of_what(session: Session) -> None:
    into, merged = two_societies(session)
    number = merge(session, merged, into).number
    unmerging.unmerge(session, unmerging.numbered(session, number), **ACT)
    (entry, values), (undone, _) = journal.latest(session, about="organisation ons-2")
    assert (entry.verb, values["into"], values["follows"]) == (
        "merged",
        "organisation open-net",
        {"holdings of posts": 1, "addresses": 1},
    )
    assert undone.verb == "unmerged"
    with pytest.raises(NotFound):
        unmerging.numbered(session, 99)


# --- a process that dies


DYING = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from outreach import schema
from outreach.contacts import finding, merging
from outreach.database import Database, connect, office_url
from tests.cast import DANA, NOON

database = Database(connect(office_url(sys.argv[1], Path("."))))
left = int(sys.argv[2])
with database.transaction() as session:
    merged, into = (finding.organisation(session, key) for key in ("o-0", "o-1"))
    def count(*_words):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    merging.merge(session, merged, into, by=DANA, at=NOON, on=NOON.date(), write=True)
print("merged")
"""


def test_a_process_killed_at_any_step_leaves_all_or_nothing(tmp_path: Path, empty_sqlite: Path) -> None:
    shutil.copy(empty_sqlite, tmp_path / "office.db")
    url = f"sqlite:///{tmp_path / 'office.db'}"
    database = Database(connect(office_url(url, tmp_path)))
    with database.transaction() as session:
        grow(session, 3)
        before = snapshot(session)
    for left in (2, 40, 10_000):
        done = subprocess.run([sys.executable, "-c", DYING, url, str(left)], capture_output=True, text=True)
        with database.reading() as session:
            if left == 10_000:
                assert done.stdout == "merged\n", done.stderr
                assert session.scalar(select(func.count(Merge.id))) == 1
            else:
                assert done.returncode == -signal.SIGKILL, done.stderr
                assert snapshot(session) == before
                assert session.scalar(select(func.count(Merge.id))) == 0
    database.engine.dispose()


# --- the command


def test_the_command_shows_first_then_merges_then_undoes(office: Office, run: Run) -> None:
    with office.transaction() as session:
        two_societies(session)
    looked = run("contacts", "merge", "ons-2", "open-net").output
    assert "Nothing was changed" in looked
    assert "domain" in looked
    assert "ons.example" in looked
    assert "ons-2" in run("contacts", "list").output
    assert (
        "ons-2 is open-net now; `outreach contacts unmerge 1`"
        in run("contacts", "merge", "ons-2", "open-net", "--write").output
    )
    assert "ons-2" not in run("contacts", "list").output
    assert "Open Net Society" in run("contacts", "show", "ons-2").output
    assert '"into": "open-net"' in run("contacts", "merges", "--json").output
    assert "ons-2 stands by itself again" in run("contacts", "unmerge", "1").output
    assert "ons-2" in run("contacts", "list").output
    assert "There is no merge 7" in run("contacts", "unmerge", "7", ok=False).output


def test_the_command_gives_json(office: Office, run: Run) -> None:
    with office.transaction() as session:
        two_societies(session)
    told = json.loads(run("contacts", "merge", "ons-2", "open-net", "--take", "domain", "--json").output)
    assert {"field": "domain", "stands": "ons.example", "yields": "open-net.example", "from_merged": True} in told[
        "differences"
    ]
    assert told["number"] == 0


def test_a_list_that_names_the_merged_one_reaches_the_one_it_became(office: Office, run: Run, tmp_path: Path) -> None:
    with office.transaction() as session:
        two_societies(session)
    run("contacts", "merge", "ons-2", "open-net", "--write")
    (tmp_path / "list.csv").write_text("organisation,country\nons-2,FR\n")
    run("contacts", "import", tmp_path / "list.csv", "--write")
    assert json.loads(run("contacts", "show", "open-net", "--json").output)["country"] == "FR"
