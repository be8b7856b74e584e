"""The report of what came in: whatever came, its counts add up."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from outreach.database import Base
from outreach.mail.classes import MailClass
from outreach.responses import came_in
from outreach.responses.models import IncomingMail, MailFolder, MailState
from tests.cast import NOON

KINDS = st.one_of(st.none(), st.sampled_from(MailClass))


@settings(max_examples=30)
@given(st.lists(st.tuples(KINDS, st.sampled_from(MailState)), max_size=25), st.integers(0, 9), st.integers(0, 9))
def test_every_message_stands_once_in_each_split(
    came: list[tuple[MailClass | None, MailState]], added: int, repeated: int
) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(
        engine, [IncomingMail.__table__, *(Base.metadata.tables[n] for n in ("mail_folders", "missed_mail"))]
    )
    with Session(engine) as session:
        for number, (kind, state) in enumerate(came):
            raw = f"{number:064}"
            session.add(IncomingMail(raw_sha256=raw, taken_in_at=NOON, source="test", state=state, reason="", kind=kind))
        session.add(MailFolder(mailbox="imap", folder="INBOX", fetched=added + repeated, added=added))
        session.flush()
        found = came_in.report(session)
    engine.dispose()
    assert found.total == len(came) == sum(found.by_state.values()) == sum(found.by_kind.values())
    assert sum(sum(row.values()) for row in found.both.values()) == found.total
    assert {kind: sum(row.values()) for kind, row in found.both.items()} == {k: n for k, n in found.by_kind.items() if n}
    for state in MailState:
        assert sum(row[state.value] for row in found.both.values()) == found.by_state[state.value]
    assert (found.fetched, found.repeated) == (added + repeated, repeated)
