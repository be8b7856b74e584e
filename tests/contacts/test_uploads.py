"""A list on its way in: looked at, kept, and gone afterwards; nothing from outside becomes a path."""

import csv
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import uploads
from outreach.contacts.models import Organisation
from outreach.contacts.uploads import Upload
from outreach.errors import Invalid, NotFound, Refused
from tests.cast import DANA, NOON, society

ACT = {"by": DANA, "at": NOON, "on": NOON.date()}
LIST = (
    "Organisation,Group,Name,E-mail\nOpen Lake,press,Ann Example,ann@lake.example\n"
    ",,Nobody,\nOpen Hill,press,Bo Example,bo@hill.example\n"
)


def taken_in(root: Path, content: str | bytes = LIST) -> Upload:
    data = content if isinstance(content, bytes) else content.encode()
    return Upload(root, uploads.take_in(root, io.BytesIO(data), at=NOON))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


def test_a_look_counts_and_changes_nothing_then_the_good_rows_are_kept(session: Session, root: Path) -> None:
    upload = taken_in(root)
    counts = upload.look(session, **ACT)
    assert counts == {"added": 2, "changed": 0, "unchanged": 0, "refused": 1}
    assert session.scalar(select(func.count()).select_from(Organisation)) == 0
    assert upload.keep(session, called="members.csv", **ACT) == counts
    assert session.scalars(select(Organisation.key).order_by(Organisation.key)).all() == ["open-hill", "open-lake"]
    assert journal.latest(session, last=1)[0][1]["file"] == "members.csv"


def test_rows_are_read_in_parts_and_by_what_becomes_of_them(session: Session, root: Path) -> None:
    upload = taken_in(root)
    upload.look(session, **ACT)
    assert [row["row"] for row in upload.outcomes(offset=1, limit=2)] == [3, 4]
    refused = upload.outcomes("refused", offset=0, limit=9)
    assert [row["row"] for row in refused] == [3]
    assert "organisation" in refused[0]["reason"]
    first = upload.outcomes("added", offset=0, limit=1)[0]
    assert first["fields"]["email"][1] == "ann@lake.example"


def test_refused_rows_stand_in_a_list_of_their_own_with_the_reason(session: Session, root: Path) -> None:
    upload = taken_in(root)
    upload.look(session, **ACT)
    rows = list(csv.reader(upload.refused.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["Organisation", "Group", "Name", "E-mail", "refused_because"]
    assert len(rows) == 2


def test_what_would_do_something_else_by_now_is_not_kept(session: Session, root: Path) -> None:
    upload = taken_in(root, "Organisation,Group,Acronym\nOpen Net Society,technical community,ONX\n")
    upload.look(session, **ACT)
    society(session)
    with pytest.raises(Refused, match="changed since you looked, so nothing was kept"):
        upload.keep(session, called="a.csv", **ACT)


def test_columns_that_nobody_knows_are_named_or_left_out(session: Session, root: Path) -> None:
    upload = taken_in(root, "Verein,Funktion,Notiz,Group\nOpen Lake,Chair,x,press\n")
    with pytest.raises(Invalid, match="No field is known"):
        upload.columns()
    with pytest.raises(Invalid, match="is no field"):
        upload.map({"Verein": "nonsense"})
    upload.map({"Verein": "organisation", "Funktion": "post", "Notiz": "-"})
    assert upload.columns() == [("Verein", "organisation"), ("Funktion", "post"), ("Notiz", None), ("Group", "group")]
    assert upload.look(session, **ACT)["added"] == 1
    upload.map({"Verein": "organisation", "Funktion": "title", "Notiz": "-"})
    assert upload.counts() is None, "another mapping must be looked at anew"


@pytest.mark.parametrize("content", [b"", b"  \n", b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n\0\0", b"<html>", b"\xef\xbb\xbf<?xml"])
def test_what_is_no_list_is_not_taken_in(root: Path, content: bytes) -> None:
    with pytest.raises(Invalid):
        taken_in(root, content)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("token", ["", "..", "../../etc/passwd", "x" * 400, "\0"])
def test_a_token_from_outside_opens_nothing(root: Path, token: str) -> None:
    taken_in(root)
    with pytest.raises(NotFound, match="no longer here"):
        Upload(root, token)


def test_only_its_owner_reads_the_folder_and_its_name_does_not_give_the_token(root: Path) -> None:
    token = uploads.take_in(root, io.BytesIO(LIST.encode()), at=NOON)
    (folder,) = root.iterdir()
    assert root.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_mode & 0o777 == 0o700
    assert token not in str(folder)
    with pytest.raises(NotFound):
        Upload(root, folder.name)


def test_the_list_goes_once_it_is_kept_and_everything_when_removed(session: Session, root: Path) -> None:
    upload = taken_in(root)
    upload.look(session, **ACT)
    upload.finish()
    assert sorted(path.name for path in next(root.iterdir()).iterdir()) == ["counts.json", "refused.csv"]
    upload.remove()
    assert list(root.iterdir()) == []


def test_a_list_left_for_more_than_a_day_is_removed_when_the_next_comes(root: Path) -> None:
    taken_in(root)
    (left,) = root.iterdir()
    old = (NOON - uploads.KEPT_FOR - timedelta(minutes=1)).timestamp()
    os.utime(left, (old, old))
    taken_in(root)
    assert left not in list(root.iterdir())
    assert len(list(root.iterdir())) == 1
