"""What is held about a person is handed out whole: as JSON, and as a page that anybody can read."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.errors import Refused
from outreach.office import Office
from outreach.privacy import erasing, exporting
from tests.cast import CHAIR, KIM, NOON, society
from tests.conftest import Run
from tests.privacy.world import EMAIL, NAME, World, build


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return build(session, Archive(tmp_path / "files"))


def held(session: Session, world: World) -> exporting.Held:
    return exporting.export(session, world.person, by=KIM, at=NOON)


def test_all_that_is_held_is_in_it(session: Session, world: World) -> None:
    values = json.loads(held(session, world).as_json())
    assert values["person"]["full_name"] == NAME
    assert [one["post"] for one in values["posts_held"]] == ["open-net/chief-executive/headquarters"]
    assert [one["value"] for one in values["addresses"]] == [EMAIL]
    assert [one["reference"] for one in values["letters"]] == ["R/1", "R/2"]
    version = values["letters"][0]["versions"][0]
    assert version["message_sha256"] == world.letter.versions[0].message_sha256
    assert len(version["signed_copies"]) == 1
    assert values["letters"][0]["sent"][0]["reply"] == f"{EMAIL} ok"
    [answer] = values["answers"]
    assert answer["letters"] == ["R/1"]
    assert answer["texts"][0]["content"].startswith("Dear Chair")
    assert answer["texts"][0]["passages"][0]["memo"] == f"{NAME} insists"
    assert answer["attributions"][0]["evidence"] == f"{NAME} ticked the box"
    assert len(answer["files"][0]["sha256"]) == 64
    assert [one["sender_address"] for one in values["messages"]] == [EMAIL]
    assert {"added", "edited", "added address"} <= {one["verb"] for one in values["register"]}
    assert any(place.startswith("letter versions") for place in values["named_in"])


def test_of_another_person_only_their_own(session: Session, world: World) -> None:
    other = world.post.holders[0].person
    values = exporting.gather(session, other, at=NOON).values
    assert values["person"]["full_name"] == "Li Example"
    assert (values["letters"], values["answers"], values["addresses"]) == ([], [], [])
    assert NAME not in json.dumps(values, ensure_ascii=False, default=str)


def test_the_page_is_whole_and_what_came_from_outside_is_text(session: Session, world: World) -> None:
    world.person.note = '<script>alert("x")</script>'
    session.flush()
    page = held(session, world).as_page().decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<h1>") == 1
    assert '<html lang="en">' in page
    targets = set(re.findall(r'href="#([a-z]+)"', page))
    assert targets <= set(re.findall(r'id="([a-z]+)"', page))
    assert "http" not in page.replace("http-equiv", "")
    assert all('scope="row"' in head for head in re.findall(r"<th[^>]*>", page))


def test_the_page_of_somebody_erased_says_so(session: Session, world: World) -> None:
    erasing.erase(session, world.person, because="asked", by=KIM, at=NOON, on=NOON.date(), write=True)
    session.expire_all()
    found = exporting.gather(session, world.person, at=NOON)
    assert "What is held about a person who was erased" in found.as_page().decode()
    assert found.values["letters"] == []


def test_only_a_keeper_hands_it_out_and_the_register_says_so(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="may not hand out what is held"):
        exporting.export(session, world.person, by=CHAIR, at=NOON)
    held(session, world)
    entry, values = journal.latest(session, about=f"person {world.person.id}")[-1]
    assert (entry.verb, values["letters"], values["answers"]) == ("handed out what is held about", 2, 1)
    assert NAME not in str(values)


def test_the_command_writes_both_for_their_owner_alone(office: Office, run: Run, tmp_path: Path) -> None:
    with office.transaction() as session:
        number = society(session).holders[0].person_id
    run("contacts", "export-person", "Li Example", "--into", tmp_path / "out")
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == [f"person-{number}.html", f"person-{number}.json"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert json.loads(files[1].read_text())["person"]["full_name"] == "Li Example"
