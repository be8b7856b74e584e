"""kill -9 of the sender at any instant: started again until done, every letter left once or is named."""

from collections import Counter
from multiprocessing.context import ForkServerProcess

import pytest

from outreach.delivery import ledger, settling
from outreach.errors import Refused
from outreach.letters.models import LetterState
from outreach.office import Office
from tests.delivery.conftest import LETTERS
from tests.processes import begin, kill_until_done


def sender(office: Office) -> ForkServerProcess:
    return begin("--office", office.folder, "send", "wsis20-input", "--outbox", "folder", "--really")


def settle_all(office: Office) -> int:
    with office.transaction() as session:
        attempts = list(settling.in_doubt(session))
        looked = list(settling.look(attempts, office.ways.finder(), office.archive))
        for attempt, sight in zip(attempts, looked, strict=True):
            settling.settle(session, attempt.letter, None, looked=sight, by=office.actor, at=office.now())
    return len(attempts)


def files(office: Office) -> int:
    """How many letters lie in the folder."""
    return len(list((office.folder / "out" / "folder" / "wsis20-input").glob("*.eml")))


def kill_and_restart(office: Office, kills: int, seed: int) -> int:
    return kill_until_done(lambda: sender(office), lambda: files(office), lambda: settle_all(office), kills=kills, seed=seed)


def check(office: Office) -> None:
    with office.reading() as session:
        rows = list(ledger.entries(session))
        accepted = Counter(row["reference"] for row in rows if row["result"] == "accepted")
        assert sorted(accepted) == [f"IGF/LP/2025/{n:04}" for n in range(1, LETTERS + 1)]
        assert set(accepted.values()) == {1}, "no letter was accepted twice"
        from outreach.letters import register

        assert {row["state"] for row in register.listed(session)} == {LetterState.ACCEPTED.value}
    files = sorted((office.folder / "out" / "folder" / "wsis20-input").iterdir())
    assert [file.name for file in files if file.suffix == ".eml"] == [f"IGF-LP-2025-{n:04}.eml" for n in range(1, LETTERS + 1)]


@pytest.mark.first
@pytest.mark.parametrize("seed", [1, 2])
def test_a_sender_killed_at_any_instant_sends_nothing_twice_and_leaves_nothing_behind(filled: Office, seed: int) -> None:
    assert kill_and_restart(filled, 8, seed) > 0
    check(filled)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 125))
def test_the_same_over_many_kills(filled: Office, seed: int) -> None:
    kill_and_restart(filled, 20, seed)
    check(filled)


def test_settling_twice_is_refused(filled: Office) -> None:
    sender(filled).join()
    assert settle_all(filled) == 0
    from outreach.letters import register

    with filled.transaction() as session, pytest.raises(Refused, match="there is nothing to settle"):
        letter = register.find(session, "IGF/LP/2025/0001")
        settling.settle(session, letter, True, by=filled.actor, at=filled.now(), why="x")
