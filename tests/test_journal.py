"""The journal finds whatever was altered, taken out, moved, cut off or blanked in it, on SQLite and PostgreSQL alike."""

import json
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import event, insert, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import journal
from outreach.database import Database, connect, office_url
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Entry, EntryValues, Head, HeadRow, Role
from tests.cast import CHAIR, DANA, KIM, NOON, RENE

SUBJECT = "letter IGF/LP/2025/0012"
Tamper = Callable[..., tuple[str, ...]]


def write(session: Session, count: int = 5) -> Head:
    for number in range(1, count + 1):
        journal.record(session, DANA, "drafted", SUBJECT, at=NOON + timedelta(minutes=number), number=number, to="Ms. Li")
    return journal.head(session)


def faults(database: Database, outside: Head | None = None) -> tuple[str, ...]:
    with database.reading() as session:
        return journal.verify(session, outside).faults


def free_of_keys(connection: Connection) -> None:
    """Who alters a database by hand does not stop at its foreign keys."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")


@pytest.fixture
def head(database: Database) -> Head:
    """Five entries stand, and their head is known outside."""
    with database.transaction() as session:
        return write(session)


@pytest.fixture
def tamper(database: Database, head: Head) -> Tamper:
    """Alter the database behind the office's back, then say what `verify` finds."""

    def alter(*statements: str) -> tuple[str, ...]:
        with database.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
            with connection.begin():
                free_of_keys(connection)
                for statement in statements:
                    connection.execute(text(statement))
            connection.invalidate()
        return faults(database, head)

    return alter


def test_an_untouched_journal_holds(database: Database, head: Head) -> None:
    with database.reading() as session:
        verdict = journal.verify(session, head)
    assert (verdict.count, verdict.erased, verdict.faults) == (5, (), ())


def test_an_empty_journal_holds(database: Database) -> None:
    assert faults(database) == ()


def test_an_entry_says_who_did_what_to_what_and_when(database: Database, head: Head) -> None:
    with database.reading() as session:
        entry, side = session.get_one(Entry, 3), session.get_one(EntryValues, 3)
        assert (entry.actor, entry.verb, entry.subject) == ("Dana Drafter", "drafted", SUBJECT)
        assert entry.at == NOON + timedelta(minutes=3)
        assert side.values() == {"number": 3, "to": "Ms. Li"}


def test_the_latest_entries_come_oldest_first(database: Database, head: Head) -> None:
    with database.reading() as session:
        assert [(entry.seq, values["number"]) for entry, values in journal.latest(session, last=2)] == [(4, 4), (5, 5)]
        assert [entry.seq for entry, _ in journal.latest(session, about="LP/2025/0012")] == [1, 2, 3, 4, 5]
        assert journal.latest(session, about="LP_2025%") == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2025-01-27 12:01:00.000001'"),
        ("actor", "'Someone Else'"),
        ("verb", "'approved'"),
        ("subject", "'letter IGF/LP/2025/0013'"),
        ("digest", f"'{'a' * 64}'"),
        ("previous", f"'{'a' * 64}'"),
        ("hash", f"'{'a' * 64}'"),
    ],
)
def test_an_altered_field_is_found_whichever_it_is(tamper: Tamper, column: str, value: str) -> None:
    assert "Entry 2 was altered." in tamper(f"UPDATE journal_entries SET {column} = {value} WHERE seq = 2")


def test_an_entry_altered_together_with_its_hash_no_longer_fits_the_next(
    database: Database, tamper: Tamper, head: Head
) -> None:
    with database.reading() as session:
        entry = session.get_one(Entry, 2)
        entry.actor = "Someone Else"
        forged = entry.expected_hash()
    found = tamper(f"UPDATE journal_entries SET actor = 'Someone Else', hash = '{forged}' WHERE seq = 2")
    assert found == ("Entry 3 does not follow from entry 2.",)


def test_a_last_entry_altered_together_with_its_hash_and_the_head_is_found_by_the_head_outside(
    database: Database, tamper: Tamper
) -> None:
    with database.reading() as session:
        entry = session.get_one(Entry, 5)
        entry.actor = "Someone Else"
        forged = entry.expected_hash()
    found = tamper(
        f"UPDATE journal_entries SET actor = 'Someone Else', hash = '{forged}' WHERE seq = 5",
        f"UPDATE journal_head SET hash = '{forged}'",
    )
    assert found == ("Entry 5 is not the one that the head kept outside knows.",)


@pytest.mark.parametrize("change", ["body = '{}'", "body = 'no JSON'", "salt = 'abc'", "salt = NULL", "body = NULL"])
def test_altered_values_are_found(tamper: Tamper, change: str) -> None:
    found = tamper(f"UPDATE journal_values SET {change} WHERE seq = 3")
    assert found == ("The values of entry 3 were altered.",)


def test_a_character_moved_from_the_salt_to_the_values_is_found(tamper: Tamper) -> None:
    found = tamper("UPDATE journal_values SET body = substr(salt, 32, 1) || body, salt = substr(salt, 1, 31) WHERE seq = 3")
    assert found == ("The values of entry 3 were altered.",)


def test_missing_values_are_found(tamper: Tamper) -> None:
    assert tamper("DELETE FROM journal_values WHERE seq = 3") == ("The values of entry 3 are missing.",)


def test_a_missing_entry_is_found(tamper: Tamper) -> None:
    found = tamper("DELETE FROM journal_values WHERE seq = 3", "DELETE FROM journal_entries WHERE seq = 3")
    assert found == ("Entry 3 is missing.",)


def test_missing_first_entries_are_found(tamper: Tamper) -> None:
    found = tamper("DELETE FROM journal_values WHERE seq < 4", "DELETE FROM journal_entries WHERE seq < 4")
    assert found == ("Entries 1 to 3 are missing.",)


def test_reordered_entries_are_found(tamper: Tamper) -> None:
    found = tamper(
        "UPDATE journal_entries SET seq = 99 WHERE seq = 2",
        "UPDATE journal_entries SET seq = 2 WHERE seq = 3",
        "UPDATE journal_entries SET seq = 3 WHERE seq = 99",
    )
    assert {"Entry 2 was altered.", "Entry 3 was altered.", "Entry 2 does not follow from entry 1."} <= set(found)


def test_entries_renumbered_to_close_a_gap_are_found(tamper: Tamper) -> None:
    found = tamper(
        "DELETE FROM journal_values WHERE seq = 5",
        "DELETE FROM journal_entries WHERE seq = 4",
        "UPDATE journal_entries SET seq = 4 WHERE seq = 5",
    )
    assert "Entry 4 does not follow from entry 3." in found


CUT = ("DELETE FROM journal_values WHERE seq > 3", "DELETE FROM journal_entries WHERE seq > 3")
PUT_THE_HEAD_BACK = (
    "UPDATE journal_head SET count = 3, hash = (SELECT hash FROM journal_entries WHERE seq = 3)"  # as if it had never been
)


def test_a_cut_tail_is_found_by_the_head_in_the_database(tamper: Tamper) -> None:
    assert "The head in the database does not name entry 3, the last one." in tamper(*CUT)


def test_a_cleanly_cut_tail_is_found_by_the_head_outside(database: Database, tamper: Tamper) -> None:
    found = tamper(*CUT, PUT_THE_HEAD_BACK)
    assert found == ("Entries 4 to 5 were cut off: the head kept outside knows them.",)
    assert faults(database) == (), "without a head outside nobody can know"


def test_a_tail_cut_and_written_anew_is_found_by_the_head_outside(database: Database, tamper: Tamper, head: Head) -> None:
    tamper(*CUT, PUT_THE_HEAD_BACK)
    with database.transaction() as session:
        write(session, 3)
    assert faults(database, head) == ("Entry 5 is not the one that the head kept outside knows.",)


def test_an_altered_or_missing_head_row_is_found(tamper: Tamper) -> None:
    assert tamper("UPDATE journal_head SET count = 6") == ("The head in the database does not name entry 5, the last one.",)
    assert tamper("DELETE FROM journal_head") == ("The head of the journal is missing from the database.",)


def test_blanked_values_without_a_recorded_erasure_are_found(tamper: Tamper) -> None:
    found = tamper("UPDATE journal_values SET salt = NULL, body = NULL WHERE seq = 2")
    assert found == ("Entry 2 was blanked without a recorded erasure.",)


def test_an_older_head_still_vouches_for_what_it_knew(database: Database, head: Head) -> None:
    with database.transaction() as session:
        write(session, 2)
    assert faults(database, head) == ()


def test_erasing_keeps_the_chain_and_says_erased(database: Database, head: Head) -> None:
    with database.transaction() as session:
        journal.erase(session, KIM, [4, 2, 2], at=NOON, reason="asked by the person")
    with database.reading() as session:
        verdict = journal.verify(session, head)
        assert (verdict.count, verdict.erased, verdict.faults) == (6, (2, 4), ())
        assert session.get_one(EntryValues, 2).values() == {}
        assert session.get_one(EntryValues, 6).values() == {"entries": [2, 4], "reason": "asked by the person"}


def test_erased_values_are_nowhere_in_the_database(database: Database, head: Head) -> None:
    with database.transaction() as session:
        journal.erase(session, KIM, range(1, 6), at=NOON, reason="asked by the person")
        rows = session.execute(text("SELECT * FROM journal_entries, journal_values")).all()
    assert "Ms. Li" not in repr(rows)


def test_an_erasure_vouches_only_for_the_entries_it_names(database: Database, tamper: Tamper) -> None:
    with database.transaction() as session:
        journal.erase(session, KIM, [2], at=NOON, reason="asked by the person")
    found = tamper("UPDATE journal_values SET salt = NULL, body = NULL WHERE seq = 3")
    assert found == ("Entry 3 was blanked without a recorded erasure.",)


def test_a_forged_list_of_erasures_vouches_for_nothing(database: Database, tamper: Tamper) -> None:
    with database.transaction() as session:
        journal.erase(session, KIM, [2], at=NOON, reason="asked by the person")
    found = tamper(
        """UPDATE journal_values SET body = '{"entries":[2,3]}' WHERE seq = 6""",
        "UPDATE journal_values SET salt = NULL, body = NULL WHERE seq = 3",
    )
    assert "The values of entry 6 were altered." in found
    assert "Entry 3 was blanked without a recorded erasure." in found


def test_the_record_of_an_erasure_cannot_be_erased(database: Database, head: Head) -> None:
    with database.transaction() as session:
        journal.erase(session, KIM, [2], at=NOON, reason="asked by the person")
    with pytest.raises(Refused, match="records an erasure and must stay"), database.transaction() as session:
        journal.erase(session, KIM, [3, 6], at=NOON, reason="to hide it")
    with database.reading() as session:
        assert session.get_one(EntryValues, 3).values()["number"] == 3


def test_erasing_an_entry_that_is_not_there_changes_nothing(database: Database, head: Head) -> None:
    with pytest.raises(NotFound, match="no entry 99"), database.transaction() as session:
        journal.erase(session, KIM, [1, 99], at=NOON, reason="a slip")
    assert faults(database, head) == ()


def test_writers_at_once_never_share_a_number(database: Database) -> None:
    def work(worker: int) -> None:
        for number in range(10):
            with database.transaction() as session:
                journal.record(session, DANA, "drafted", f"letter {worker}", at=NOON, number=number)
                journal.record(session, DANA, "checked", f"letter {worker}", at=NOON, number=number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with database.reading() as session:
        verdict = journal.verify(session)
    assert (verdict.count, verdict.faults) == (80, ())


def test_who_verifies_while_others_write_is_told_of_no_fault(database: Database, head: Head) -> None:
    with database.reading() as looking:
        looking.get_one(Entry, 1)
        with database.transaction() as session:
            write(session, 3)
        verdict = journal.verify(looking, head)
    assert (verdict.count, verdict.faults) == (5, ())


def grow(session: Session, count: int) -> None:
    """Lengthen the journal to `count` entries at once, each as `record` would have written it."""
    before = journal.head(session)
    entries, sides = [], []
    for seq in range(before.count + 1, count + 1):
        side = EntryValues(seq=seq, salt="0" * 32, body="{}")
        entry = Entry(
            seq=seq,
            at=NOON,
            actor="Dana Drafter",
            verb="drafted",
            subject=SUBJECT,
            digest=side.expected_digest(),
            previous=before.hash,
        )
        before = Head(seq, entry.expected_hash())
        sides.append({"seq": seq, "salt": side.salt, "body": side.body})
        entries.append({name: getattr(entry, name) for name in FIELDS} | {"hash": before.hash})
    session.execute(insert(Entry), entries)
    session.execute(insert(EntryValues), sides)
    session.execute(update(HeadRow).values(count=before.count, hash=before.hash))


def test_verifying_reads_the_chain_in_one_query_and_flat_memory(database: Database) -> None:
    peaks = []
    for count in (2_000, 6_000):
        with database.transaction() as session:
            grow(session, count)
        statements: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *seen, found=statements: found.append(seen[2]))
        tracemalloc.start()
        assert faults(database) == ()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sum("journal_entries" in statement for statement in statements) == 1
    assert peaks[1] < 1.3 * peaks[0]


def test_the_digest_of_a_batch_changes_with_any_row_and_any_order() -> None:
    rows = [{"letter": 1, "to": "Ms. Li"}, {"letter": 2, "to": "Mr. Doe"}]
    others = [
        rows[:1],
        rows[::-1],
        [rows[0], {**rows[1], "to": "Mr. Dö"}],
        [rows[0], {**rows[1], "cc": None}],
        [*rows, {}],
        [{"letter": 1, "to": 'Ms. Li"}\n{"letter":2,"to":"Mr. Doe'}],
    ]
    digests = {journal.digest_of_rows(some) for some in (rows, *others)}
    assert len(digests) == 1 + len(others)
    assert journal.digest_of_rows({"to": row["to"], "letter": row["letter"]} for row in rows) == journal.digest_of_rows(rows)


@given(st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.integers() | st.none(), max_size=3), max_size=4))
def test_two_batches_share_a_digest_only_if_they_are_the_same(rows: list[dict[str, Any]]) -> None:
    assert journal.digest_of_rows(rows) != journal.digest_of_rows([*rows, {"one": "more"}])
    for number, row in enumerate(rows):
        changed = [*rows[:number], {**row, "a": "changed" if row.get("a") != "changed" else "again"}, *rows[number + 1 :]]
        assert journal.digest_of_rows(rows) != journal.digest_of_rows(changed)


FIELDS = ("seq", "at", "actor", "verb", "subject", "digest", "previous")
CELLS = [("journal_entries", column) for column in (*FIELDS, "hash")]
CELLS += [("journal_values", column) for column in ("seq", "salt", "body")]
CELLS += [("journal_head", column) for column in ("count", "hash")]


@pytest.fixture(scope="module")
def register(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One journal for all examples, each of which undoes what it altered; its 4th entry is erased by its 6th."""
    folder = tmp_path_factory.mktemp("register")
    shutil.copy(empty_sqlite, folder / "outreach.db")
    database = Database(connect(office_url("sqlite:///outreach.db", folder)))
    with database.transaction() as session:
        write(session)
        journal.erase(session, KIM, [4], at=NOON, reason="asked by the person")
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
    yield database
    database.engine.dispose()


values = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=70) | st.integers(-5, 10) | st.binary(max_size=8) | st.none()
)


@given(cell=st.sampled_from(CELLS), row=st.integers(1, 6), value=values)
def test_any_change_of_a_single_cell_is_found(register: Database, cell: tuple[str, str], row: int, value: object) -> None:
    table, column = cell
    key = "id" if table == "journal_head" else "seq"
    with register.engine.connect() as connection, connection.begin() as transaction:
        where = {"row": 1 if key == "id" else row, "value": value}
        before = connection.execute(text(f"SELECT * FROM {table} ORDER BY {key}")).all()
        try:
            connection.execute(text(f"UPDATE {table} SET {column} = :value WHERE {key} = :row"), where)
        except IntegrityError:
            return  # SQLite itself refuses it: an empty cell, a number twice
        assume(connection.execute(text(f"SELECT * FROM {table} ORDER BY {key}")).all() != before)
        with Session(connection) as session:
            assert journal.verify(session).faults
        transaction.rollback()


def test_the_head_outside_is_one_line_of_json(tmp_path: Path) -> None:
    Head(3, "a" * 64).write(tmp_path / "journal.head")
    assert json.loads((tmp_path / "journal.head").read_text()) == {"count": 3, "hash": "a" * 64}
    assert Head.read(tmp_path / "journal.head") == Head(3, "a" * 64)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[]",
        '{"count": 3}',
        '{"count": "three", "hash": "' + "a" * 64 + '"}',
        '{"count": -1, "hash": "' + "0" * 64 + '"}',
        '{"count": 1e400, "hash": "' + "a" * 64 + '"}',
        '{"count": 3, "hash": "short"}',
        '{"count": 3, "hash": "' + "a" * 64 + '\\n"}',
        "[" * 100_000,
    ],
)
def test_a_head_file_that_is_none_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "journal.head").write_text(content)
    with pytest.raises(Invalid, match=r"journal\.head is no journal head"):
        Head.read(tmp_path / "journal.head")


def test_a_missing_head_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nowhere is no journal head .*No such file"):
        Head.read(tmp_path / "nowhere")


def test_an_instant_that_cannot_be_read_is_a_fault_and_no_crash(register: Database) -> None:
    with register.engine.connect() as connection, connection.begin() as transaction:
        connection.execute(text("UPDATE journal_entries SET at = 'yesterday' WHERE seq = 2"))
        with Session(connection) as session:
            assert "The journal cannot be read on after entry 0 " in journal.verify(session).faults[0]
        transaction.rollback()


def test_each_role_includes_those_before_it() -> None:
    reach = {who: [role.value for role in Role if who.role.includes(role)] for who in (RENE, DANA, CHAIR, KIM)}
    assert reach[RENE] == ["reader"]
    assert reach[DANA] == ["reader", "drafter"]
    assert reach[CHAIR] == ["reader", "drafter", "approver"]
    assert reach[KIM] == ["reader", "drafter", "approver", "keeper"]


def test_who_may_not_is_told_whom_to_ask() -> None:
    with pytest.raises(Refused, match=r"^Dana Drafter is a drafter and may not approve; ask somebody who is an approver\.$"):
        DANA.must_be(Role.APPROVER, "approve")
