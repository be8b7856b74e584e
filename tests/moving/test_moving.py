"""An office is moved whole, from either database to either, or not at all; the copy begins paused."""

import gzip
import hashlib
import io
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from outreach import config, jobs, journal, schema
from outreach.accounts import people
from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.delivery import pausing, sending
from outreach.delivery.models import Pause
from outreach.errors import Invalid, Refused
from outreach.jobs import Pulse, State
from outreach.journal import Actor, Head, Role
from outreach.letters import register
from outreach.moving import rows
from outreach.moving.backing_up import back_up, named_files
from outreach.moving.restoring import Restored, restore
from outreach.office import Office
from outreach.working import Worker
from tests import every_table
from tests.cast import KIM, NOON, society
from tests.conftest import Clock, Run
from tests.delivery.conftest import fill
from tests.offices import SIGNATORY, found
from tests.processes import begin
from tests.releases import NEXT, emptied, next_release

PASSWORD = "s3cr3t/pa:ss"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an office of twelve approved letters, and its backup; for copying only."""
    folder = tmp_path_factory.mktemp("made")
    with closing(found(folder / "office", keeper="Kim Keeper", clock=Clock(), changes=SIGNATORY)) as office:
        fill(office)
        back_up(office, folder / "office.tar")
    return folder


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    """The backup, to do things to."""
    return Path(shutil.copy(made / "office.tar", tmp_path / "office.tar"))


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    """The office, to do things to."""
    shutil.copytree(made / "office", tmp_path / "office")
    with closing(Office.open(tmp_path / "office", acting="Kim Keeper", clock=Clock())) as office:
        yield office


def opened(done: Restored, url: str | None = None) -> Office:
    return Office.open(done.folder, acting="Kim Keeper", clock=Clock(), url=url)


def digests(engine: Engine) -> dict[str, tuple[int, str]]:
    """Each table's rows, but for what backing up and restoring themselves write down."""
    found = {}
    ours = ("journal_entries", "journal_values", "journal_head", "delivery_pauses")
    with engine.connect() as connection:
        for table in schema.METADATA.sorted_tables:
            if table.name not in ours:
                lines = [repr(tuple(row)) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
                found[table.name] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
    return found


def files_in(folder: Path) -> dict[str, bytes]:
    kept = ("files", "templates", "protocol", "out/folder")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for tree in kept
        for path in sorted((folder / tree).rglob("*"))
        if path.is_file()
    }


def assert_holds(office: Office) -> None:
    with office.reading() as session:
        assert journal.verify(session, Head.read(office.head_file)).faults == ()


@pytest.mark.first
def test_a_whole_office_goes_from_sqlite_to_postgresql_and_back_row_by_row_and_file_by_file(
    office: Office, tmp_path: Path, fresh_postgres: str
) -> None:
    with office.database.engine.begin() as connection:
        every_table.fill(connection, "moved")
    with office.transaction() as session:
        # Restoring does so with what is not done yet.
        jobs.drop(session, "", at=NOON)
    url = emptied(fresh_postgres, PASSWORD)
    before = digests(office.database.engine)
    assert all(count for count, _ in before.values()), "every table has something to lose"
    done = back_up(office, tmp_path / "one.tar")
    there = restore(tmp_path / "one.tar", tmp_path / "on-postgres", at=NOON, database_url=url, sha256=done.sha256)
    assert (there.faults, there.rows) == ((), done.rows)
    with closing(opened(there, url)) as second:
        assert second.database.engine.dialect.name == "postgresql"
        assert digests(second.database.engine) == before
        assert_holds(second)
        back_up(second, tmp_path / "two.tar")
        assert_new_rows_are_numbered_on(second)
    assert "s3cr3t" not in (there.folder / "outreach.toml").read_text()
    back = restore(tmp_path / "two.tar", tmp_path / "back", at=NOON)
    with closing(opened(back)) as third:
        assert third.sqlite_file == back.folder / "outreach.db"
        assert digests(third.database.engine) == before
        assert_holds(third)
    assert files_in(back.folder) == files_in(office.folder)


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_what_waits_for_a_worker_is_not_done_by_a_restored_office(
    office: Office, to: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = emptied(request.getfixturevalue("fresh_postgres"), PASSWORD) if to == "postgresql" else None
    with office.transaction() as session:
        jobs.enqueue(session, "send", "batch 1", {"batch": 1, "letters": [1]}, by=KIM, at=NOON)
    back_up(office, tmp_path / "one.tar")
    done = restore(tmp_path / "one.tar", tmp_path / "there", at=NOON, database_url=url)
    with closing(opened(done, url)) as there:
        with there.transaction() as session:
            [job] = jobs.listed(session)
            assert job.state is State.DROPPED
            assert job.said.startswith("this office was restored from the backup of 27 January 2025")
            pausing.resume(session, by=KIM, at=NOON)
        told: list[str] = []
        Worker(there, lambda: "", told.append).work(drain=True, pulse=Pulse())
        assert told == []


@pytest.mark.long
def test_the_demonstration_office_goes_from_sqlite_to_postgresql_and_back(
    demonstration_copy: Path, tmp_path: Path, fresh_postgres: str
) -> None:
    url = emptied(fresh_postgres, PASSWORD)
    with closing(Office.open(demonstration_copy, acting="Demonstration Keeper")) as first:
        before = digests(first.database.engine)
        assert back_up(first, tmp_path / "one.tar").damaged == ()
    there = restore(tmp_path / "one.tar", tmp_path / "on-postgres", at=NOON, database_url=url)
    with closing(Office.open(there.folder, acting="Demonstration Keeper", url=url)) as second:
        assert digests(second.database.engine) == before
        back_up(second, tmp_path / "two.tar")
    back = restore(tmp_path / "two.tar", tmp_path / "back", at=NOON)
    with closing(Office.open(back.folder, acting="Demonstration Keeper")) as third:
        assert digests(third.database.engine) == before
        assert_holds(third)
    assert files_in(back.folder) == files_in(demonstration_copy)


def assert_new_rows_are_numbered_on(office: Office) -> None:
    with office.transaction() as session:
        society(session, "brand-new", "brand-new.example")
        people.add(session, "Dana Drafter", Role.DRAFTER, by=office.actor, at=NOON)


def test_the_copy_begins_paused_with_the_reason_and_sends_nothing(archive: Path, tmp_path: Path) -> None:
    with closing(opened(restore(archive, tmp_path / "copy", at=NOON))) as copy:
        with copy.reading() as session:
            campaign = planning.find(session, "wsis20-input")
            outbox = copy.outbox("folder", campaign)
            planned = sending.plan(session, campaign, outbox, copy.must_stay, copy.now())
            references = [one.reference for one in planned]
        assert len(planned) == 12
        assert all("this copy was restored from the backup of 27 January 2025, 12:00 UTC" in one.detail for one in planned)
        done = sending.send(copy.transaction, references, outbox, copy.archive, copy.must_stay, by=copy.actor, now=copy.now)
        assert all(one.held for one in done)
        assert not (copy.folder / "out" / "folder").exists()
        with copy.transaction() as session:
            pausing.resume(session, by=copy.actor, at=copy.now())
            assert pausing.reason(session) == ""


def test_a_pause_that_stood_already_does_not_hide_that_this_is_a_copy(office: Office, tmp_path: Path) -> None:
    with office.transaction() as session:
        pausing.pause(session, "the Chair wants another look", by=office.actor, at=NOON)
    back_up(office, tmp_path / "office.tar")
    with closing(opened(restore(tmp_path / "office.tar", tmp_path / "copy", at=NOON))) as copy, copy.reading() as session:
        assert "this copy was restored" in pausing.reason(session)
        assert session.scalar(select(func.count(Pause.id))) == 2


def test_backing_up_and_restoring_stand_in_the_journals(office: Office, tmp_path: Path) -> None:
    archive = tmp_path / "office.tar"
    back_up(office, archive)
    with office.reading() as session:
        [(entry, values)] = journal.latest(session, about="office", last=1)
        assert (entry.actor, entry.verb) == ("Kim Keeper", "backed up")
        assert values["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    with closing(opened(restore(archive, tmp_path / "copy", at=NOON))) as copy, copy.reading() as session:
        assert journal.latest(session, last=1)[0][0].verb == "restored"
    assert_holds(office)


def test_only_a_keeper_takes_the_office_out_of_its_place(office: Office, tmp_path: Path) -> None:
    office.actor = Actor("Charlie Chair", Role.APPROVER)
    with pytest.raises(Refused, match="may not take the whole office out of its place"):
        back_up(office, tmp_path / "office.tar")
    assert not list(tmp_path.glob("*.tar"))


def test_the_archive_is_for_its_owner_alone_and_opens_with_other_programs(archive: Path, tmp_path: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "xf", archive, "-C", tmp_path / "out"], check=True)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST.sha256"], cwd=tmp_path / "out", capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_secrets_lists_on_the_way_and_old_copies_stay_at_home(office: Office, tmp_path: Path) -> None:
    settings = office.folder / "outreach.toml"
    url = "postgresql://office:s3cr3t@db.example/outreach"
    for name in ("uploads/list.csv", "backups/old.db", "desk.key"):
        (office.folder / name).parent.mkdir(exist_ok=True)
        (office.folder / name).write_text("s3cr3t")
    (office.folder / "templates" / "letters" / "elsewhere").symlink_to(settings)
    (office.folder / "protocol" / "en.toml").write_text("# our own\n")
    settings.write_text(settings.read_text().replace("sqlite:///outreach.db", url))
    changed = Office(office.folder, config.read(office.folder), "Kim Keeper", Clock())
    changed.__dict__["database"] = office.database
    back_up(changed, tmp_path / "office.tar")
    assert b"s3cr3t" not in (tmp_path / "office.tar").read_bytes()
    with tarfile.open(tmp_path / "office.tar") as tar:
        assert {"protocol/en.toml", "outreach.toml", "journal.head"} <= set(tar.getnames())
        assert not [name for name in tar.getnames() if "elsewhere" in name or name.startswith(("uploads", "backups"))]
    done = restore(tmp_path / "office.tar", tmp_path / "copy", at=NOON)
    assert 'url = "sqlite:///outreach.db"' in (done.folder / "outreach.toml").read_text()
    assert (done.folder / "protocol" / "en.toml").read_text() == "# our own\n"


def test_a_place_that_is_taken_or_among_what_is_backed_up_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "there.tar").write_text("kept")
    with pytest.raises(Refused, match="is there already"):
        back_up(office, tmp_path / "there.tar")
    with pytest.raises(Refused, match="would lie among what is backed up"):
        back_up(office, office.folder / "templates" / "office.tar")
    with pytest.raises(Refused, match="is no folder"):
        back_up(office, tmp_path / "nowhere" / "office.tar")
    assert (tmp_path / "there.tar").read_text() == "kept"


def test_spoilt_and_missing_files_are_told_of_and_the_rest_is_kept(office: Office, tmp_path: Path, run: Run) -> None:
    pages = sorted(path for path in office.archive.root.rglob("*") if path.is_file())
    pages[0].write_bytes(b"scribbled over")
    pages[1].unlink()
    said = run("backup", tmp_path / "office.tar", ok=False).output
    assert f"{pages[0]} is not what was kept" in said
    assert f"{pages[1]} is missing" in said
    done = restore(tmp_path / "office.tar", tmp_path / "copy", at=NOON)
    assert done.files == len(pages) - 2


def test_every_column_of_a_digest_names_a_file_or_is_known_not_to() -> None:
    assert {f"{column.table.name}.{column.name}" for column in named_files()} == {
        "addressee_enclosures.sha256",
        "approvals.evidence_sha256",
        "campaign_enclosures.sha256",
        "communique_proposals.file_sha256",
        "communique_reviewers.copy_sha256",
        "incoming_mail.raw_sha256",
        "letter_enclosures.sha256",
        "letter_versions.message_sha256",
        "letter_versions.pdf_sha256",
        "response_files.sha256",
        "signed_copies.sha256",
    }


def test_the_type_of_every_column_is_known(office: Office) -> None:
    kinds = {rows.kind_of(column) for table in schema.METADATA.tables.values() for column in table.columns}
    assert kinds == set(rows.KINDS)


# --- what is not whole is refused, and nothing is left


def assert_nothing_left(folder: Path) -> None:
    assert not folder.exists()
    assert not list(folder.parent.glob(".*.part"))


def repacked(archive: Path, change: Any) -> None:
    """Write the archive anew with `change` made to its list of (name, content)."""
    with tarfile.open(archive) as tar:
        members = [(one.name, tar.extractfile(one).read()) for one in tar.getmembers()]  # type: ignore[union-attr]
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in change(members):
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def sealed(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The members with a manifest that fits them, as somebody would write it who knows how."""
    rest = [(name, content) for name, content in members if name != "MANIFEST.sha256"]
    lines = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in rest)
    return [*rest, ("MANIFEST.sha256", lines.encode())]


@pytest.mark.parametrize("part", [0.0, 0.5, 0.999])
def test_an_archive_that_was_cut_is_refused(archive: Path, tmp_path: Path, part: float) -> None:
    whole = archive.read_bytes()
    end = whole.rindex(b"MANIFEST.sha256")
    archive.write_bytes(whole[: int(end * part)])
    with pytest.raises(Invalid, match="no whole backup of an office"):
        restore(archive, tmp_path / "copy", at=NOON)
    assert_nothing_left(tmp_path / "copy")


def test_any_byte_that_was_altered_in_any_member_is_found(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    with tarfile.open(archive) as tar:
        places = [(one.name, one.offset_data + one.size // 2) for one in tar.getmembers() if one.size]
    for name, place in places[:: max(1, len(places) // 12)]:
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Invalid, match=r"was altered|cannot be read|of a kind"):
            restore(archive, tmp_path / "copy", at=NOON)
        assert_nothing_left(tmp_path / "copy"), name


def without(name: str) -> Any:
    return lambda members: [one for one in members if one[0] != name]


def with_more(name: str, content: bytes = b"more") -> Any:
    return lambda members: sealed([*members, (name, content)])


def linked() -> Any:
    info = tarfile.TarInfo("templates/letters/passwd")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return lambda members: [(info, b""), *members]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without("journal.head"), "was altered"),
        (without("MANIFEST.sha256"), "no whole backup"),
        (lambda members: sealed(without("journal.head")(members)), "lacks the settings or the journal's head"),
        (lambda members: sealed(without("rows/letters.jsonl.gz")(members)), "lacks the rows of letters"),
        (lambda members: [*members, ("templates/x", b"")], "holds what no backup"),
        (with_more("../outside"), "which no backup of an office holds"),
        (with_more("/tmp/outside"), "which no backup of an office holds"),
        (with_more("templates/../../outside"), "which no backup of an office holds"),
        (with_more("templates//x"), "which no backup of an office holds"),
        (with_more("desk.key"), "which no backup of an office holds"),
        (with_more("outreach.db"), "which no backup of an office holds"),
        (with_more("files/" + "0" * 64), "is not what its name says"),
        (with_more("rows/sqlite_master.jsonl.gz", b"x"), "does not fit together|cannot be read"),
        (with_more("journal.head"), "does not fit together"),
        (linked(), "holds what no backup"),
    ],
)
def test_what_no_backup_holds_is_refused_even_with_digests_that_fit(
    archive: Path, tmp_path: Path, change: Any, sentence: str
) -> None:
    repacked(archive, change)
    with pytest.raises(Invalid, match=sentence):
        restore(archive, tmp_path / "copy", at=NOON)
    assert_nothing_left(tmp_path / "copy")
    assert not Path("/tmp/outside").exists()


def test_a_file_with_another_digest_than_the_one_written_down_is_not_even_opened(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is not the file with the SHA-256"):
        restore(archive, tmp_path / "copy", at=NOON, sha256="0" * 64)
    assert_nothing_left(tmp_path / "copy")


def test_something_else_than_an_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"PK" + b"\0" * 2000)
    with pytest.raises(Invalid, match="no whole backup of an office"):
        restore(tmp_path / "letter.docx", tmp_path / "copy", at=NOON)


def test_an_archive_of_a_newer_release_is_refused(archive: Path, tmp_path: Path) -> None:
    def newer(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        now = schema.newest().encode()
        return sealed([(name, content.replace(now, b"9999") if name == "about.json" else content) for name, content in members])

    repacked(archive, newer)
    with pytest.raises(Refused, match="newer than this one; install that release"):
        restore(archive, tmp_path / "copy", at=NOON)


def test_a_folder_or_database_that_holds_something_is_left_alone(archive: Path, tmp_path: Path, fresh_postgres: str) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "kept").touch()
    with pytest.raises(Refused, match="is not empty; name a new folder"):
        restore(archive, tmp_path / "copy", at=NOON)
    with pytest.raises(Refused, match="That database is not empty"):
        restore(archive, tmp_path / "other", at=NOON, database_url=fresh_postgres)
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["kept"]
    assert_nothing_left(tmp_path / "other")


def test_a_restore_that_fails_leaves_an_empty_database(archive: Path, tmp_path: Path, fresh_postgres: str) -> None:
    url = emptied(fresh_postgres, PASSWORD)
    whole = archive.read_bytes()
    repacked(archive, lambda members: sealed(without("rows/delivery_outcomes.jsonl.gz")(members)))
    with pytest.raises(Invalid, match="lacks the rows of delivery_outcomes"):
        restore(archive, tmp_path / "copy", at=NOON, database_url=url)
    archive.write_bytes(whole)
    with closing(opened(restore(archive, tmp_path / "copy", at=NOON, database_url=url), url)) as copy:
        assert copy.database.engine.dialect.name == "postgresql"


def test_rows_that_point_nowhere_are_refused_on_either_database(archive: Path, tmp_path: Path, fresh_postgres: str) -> None:
    def lost(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        name = "rows/organisations.jsonl.gz"
        head = gzip.decompress(dict(members)[name]).split(b"\n")[0] + b"\n"
        return sealed([(one, gzip.compress(head) if one == name else content) for one, content in members])

    repacked(archive, lost)
    for url, words in ((None, "would point nowhere"), (emptied(fresh_postgres, PASSWORD), "does not fit together")):
        with pytest.raises((Invalid, Refused), match=words):
            restore(archive, tmp_path / "copy", at=NOON, database_url=url)
        assert_nothing_left(tmp_path / "copy")


# --- while others work, and kill -9


def test_what_is_written_while_the_backup_runs_is_in_it_whole_or_not_at_all(office: Office, tmp_path: Path) -> None:
    written = iter(range(1000))

    def meanwhile() -> None:
        with office.transaction() as session:
            number = next(written)
            people.add(session, f"Somebody {number}", Role.READER, by=office.actor, at=NOON)
            society(session, f"new-{number}", f"new{number}.example")

    back_up(office, tmp_path / "office.tar", step=meanwhile)
    assert next(written) > 40
    done = restore(tmp_path / "office.tar", tmp_path / "copy", at=NOON)
    assert done.faults == ()
    with closing(opened(done)) as copy, copy.reading() as session:
        assert [account.name for account in people.everybody(session)] == ["Kim Keeper"]
        assert_holds(copy)
        assert len(list(register.listed(session))) == 12


def killed_at(process: ForkServerProcess, folder: Path, pattern: str, size: int) -> bool:
    """Kill the process when what it makes has grown to `size` bytes; whether it was still at work."""
    while process.is_alive():
        made = sum(path.stat().st_size for part in folder.glob(pattern) for path in (part, *part.rglob("*")) if path.exists())
        if made > size:
            process.kill()
            break
        process.join(0.01)
    process.join()
    return process.exitcode == -signal.SIGKILL


def test_a_backup_that_is_killed_leaves_nothing_under_its_name(office: Office, tmp_path: Path) -> None:
    size = 200_000
    killed = killed_at(begin("--office", office.folder, "backup", tmp_path / "office.tar"), tmp_path, ".office.tar.*", size)
    assert killed is not (tmp_path / "office.tar").exists()
    assert_holds(office)
    for part in tmp_path.glob(".office.tar.*"):
        with pytest.raises(Invalid, match="no whole backup"):
            restore(part, tmp_path / "copy", at=NOON)
    back_up(office, tmp_path / "again.tar")


def test_a_restore_that_is_killed_leaves_no_office(archive: Path, tmp_path: Path) -> None:
    killed = killed_at(begin("restore", archive, tmp_path / "copy"), tmp_path, ".copy.*", 400_000)
    assert killed is not (tmp_path / "copy").exists()
    with closing(opened(restore(archive, tmp_path / "copy2", at=NOON))) as copy:
        assert_holds(copy)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
def test_the_same_at_many_instants(archive: Path, office: Office, tmp_path: Path, seed: int) -> None:
    killed_at(begin("--office", office.folder, "backup", tmp_path / "b.tar"), tmp_path, ".b.tar.*", seed * 20_000)
    assert (
        killed_at(begin("restore", archive, tmp_path / "copy"), tmp_path, ".copy.*", seed * 40_000)
        is not (tmp_path / "copy").exists()
    )
    if (tmp_path / "b.tar").exists():
        restore(tmp_path / "b.tar", tmp_path / "b", at=NOON)


# --- what was wrong before stays visible


def test_a_journal_that_did_not_hold_is_restored_and_still_does_not_hold(office: Office, tmp_path: Path, run: Run) -> None:
    with office.database.engine.begin() as connection:
        connection.execute(text("UPDATE journal_entries SET actor = 'Nobody' WHERE seq = 1"))
    back_up(office, tmp_path / "office.tar")
    said = run("restore", tmp_path / "office.tar", tmp_path / "copy", ok=False).output
    assert "Entry 1 was altered." in said
    with closing(opened(restore(tmp_path / "office.tar", tmp_path / "copy2", at=NOON))) as copy, copy.reading() as session:
        assert "Entry 1 was altered." in journal.verify(session, Head.read(copy.head_file)).faults


def test_a_head_outside_that_the_journal_did_not_grow_from_goes_with_it(office: Office, tmp_path: Path) -> None:
    Head(99, "a" * 64).write(office.head_file)
    back_up(office, tmp_path / "office.tar")
    done = restore(tmp_path / "office.tar", tmp_path / "copy", at=NOON)
    assert any("cut off" in fault for fault in done.faults)
    assert Head.read(done.folder / "journal.head").count == 99


def test_an_archive_of_an_earlier_schema_is_brought_to_this_release(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(office, tmp_path / "office.tar")
    monkeypatch.setattr(schema, "_MIGRATIONS", next_release(tmp_path / "next", schema.newest(), "sqlite"))
    done = restore(tmp_path / "office.tar", tmp_path / "copy", at=NOON)
    office = opened(done)
    assert schema.revision(office.database.engine) == NEXT
    with office.reading() as session:
        assert session.scalar(select(func.count(Campaign.id))) == 1
    office.close()
