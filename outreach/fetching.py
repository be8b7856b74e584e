"""What a face does to fetch mail: the mailboxes that the settings name, and each lot kept before the next is asked for.

A lot and the place where it ended are committed together: a fetch that is cut off, at whatever moment, goes on from the last
lot, and what it had begun to keep is recognised by its bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach import jobs
from outreach.config import IMAP
from outreach.errors import NotFound, OutreachError, Refused
from outreach.inputs import receiving
from outreach.journal import Actor, Role
from outreach.mail.arriving import Lot, Missed, Source
from outreach.mail.arriving_files import MailFiles
from outreach.mail.arriving_imap import AfterFetch, ServerMail
from outreach.office import Office
from outreach.responses import mailboxes, reports
from outreach.responses.reports import Noted
from outreach.responses.taking_in import Taken

JOB = "fetch"
# Between two looks at what tells nobody that something came.
PAUSE_SECONDS = 60
IDLE_SECONDS = 9 * 60


@dataclass(frozen=True)
class Brought:
    """What a lot brought, or, at the end of a folder, what was noted; `trouble` says why it ended early instead."""

    mailbox: str
    folder: str
    taken: tuple[Taken, ...] = ()
    missed: tuple[Missed, ...] = ()
    noted: tuple[Noted, ...] = ()
    trouble: str = ""


def names(office: Office) -> list[str]:
    """The mailboxes that the settings name."""
    return [*([IMAP] if office.settings.mail.imap else []), *office.settings.mailboxes]


def source(office: Office, name: str) -> Source:
    """The mailbox `name` of the settings; raises NotFound naming those that there are."""
    imap = office.settings.mail.imap
    if name == IMAP and imap is not None:
        after = AfterFetch(imap.after_fetch)
        return ServerMail(name, office.ways.mailbox(), imap.fetch or (imap.inbox,), after=after, target=imap.fetched)
    if name in office.settings.mailboxes:
        return MailFiles(name, office.folder / office.settings.mailboxes[name].path)
    known = ", ".join(names(office))
    raise NotFound(
        f"There is no mailbox {name!r}; the settings name: {known}."
        if known
        else "The settings name no mailbox: add [mail.imap], or a table such as [mailboxes.saved] with the path of saved mail."
    )


def fetch(office: Office, sources: list[Source], *, by: Actor) -> Iterator[Brought]:
    """Fetch what came into each mailbox, one after another; a mailbox that cannot be reached does not keep the others.

    Raises Refused unless `by` may log.
    """
    by.must_be(Role.DRAFTER, "fetch mail")
    for one in sources:
        for folder in one.folders():
            try:
                yield from _fetch(office, one, folder, by)
            except OutreachError as error:
                with office.transaction() as session:
                    mailboxes.fail(session, one.name, folder, str(error), at=office.now())
                yield Brought(one.name, folder, trouble=str(error))


def _fetch(office: Office, source: Source, folder: str, by: Actor) -> Iterator[Brought]:
    with office.reading() as session:
        begins = mailboxes.standing(session, source.name, folder)
    missed: set[str] = set()
    for lot in source.lots(folder, begins.position, begins.missed):
        yield _keep(office, source, folder, lot, by)
        missed.update(one.key for one in lot.missed)
    with office.reading() as session:
        ends = mailboxes.standing(session, source.name, folder)
    if source.settles and ends.settled < ends.position.last:
        # Also what an earlier fetch kept and was cut off before it could do this.
        source.settle(folder, ends.settled + 1, ends.position.last, but=missed)
    for key in set(begins.missed) - missed if source.settles else ():
        source.settle(folder, int(key), int(key))
    with office.transaction() as session:
        mailboxes.end(session, source.name, folder, missed, at=office.now(), settled=ends.position.last)
    if noted := note_reports(office, by=by):
        yield Brought(source.name, folder, noted=tuple(noted))


def _keep(office: Office, source: Source, folder: str, lot: Lot, by: Actor) -> Brought:
    mail, at = office.settings.mail, office.now()
    with office.transaction() as session:
        taken = receiving.take_in(
            session,
            office.archive,
            [(one.where, one.raw) for one in lot.arrived],
            by=by,
            at=at,
            own_addresses={mail.from_address, mail.inbox},
            zone=office.settings.zone(),
        )
        mailboxes.keep(session, source.name, folder, lot, taken, at=at)
    return Brought(source.name, folder, tuple(taken), lot.missed)


def want(session: Session, office: Office, *, by: Actor, at: datetime) -> int:
    """Let a worker fetch from every mailbox, once this transaction is kept; gives the number of the job.

    What waits or runs already is not asked for again. Raises Refused when the settings name no mailbox, or `by` may not log.
    """
    by.must_be(Role.DRAFTER, "fetch mail")
    if not names(office):
        raise Refused("The settings name no mailbox: add [mail.imap], or a table such as [mailboxes.saved] with a path.")
    under_way = jobs.under_way(session, JOB)
    return under_way if under_way is not None else jobs.enqueue(session, JOB, "the mailboxes", {}, by=by, at=at)[0].id


def fetch_asked(office: Office, _arguments: Mapping[str, Any], asked_by: str, stop: Callable[[], str]) -> str:
    """Fetch by the word of whoever asked for it; gives in words what came.

    Raises Refused when a mailbox could not be reached; what came from the others is kept.
    """
    acting, came, troubles = office.where_acts(asked_by), 0, list[str]()
    with ExitStack() as stack:
        sources = [source(acting, name) for name in names(acting)]
        for one in sources:
            stack.callback(one.close)
        for brought in fetch(acting, sources, by=acting.actor):
            came += sum(taken.is_new for taken in brought.taken)
            troubles += [f"{brought.mailbox}: {brought.trouble}"] if brought.trouble else []
            if stop():
                break
    if troubles:
        raise Refused(f"{came} new; not all mailboxes could be reached. {' '.join(troubles)}")
    return f"{came} new"


def note_reports(office: Office, *, by: Actor) -> list[Noted]:
    """Note what machines report about letters in the mail that waits (see `responses.reports`), each by itself."""
    with office.reading() as session:
        numbers = reports.to_note(session)
    found = []
    for number in numbers:
        with office.transaction() as session:
            found.append(reports.note(session, office.archive, number, by=by, at=office.now()))
    return [one for one in found if one]


def watch(
    office: Office,
    sources: list[Source],
    *,
    by: Actor,
    sleep: Callable[[float], None],
    until: Callable[[], bool] = lambda: False,
) -> Iterator[Brought]:
    """Fetch, wait until something comes, and fetch again, until `until` says so; a line that broke is tried again.

    With one folder on a server we are told at once of what comes (IDLE); of several, and of files, we look again and again.
    """
    alone = len(sources) == 1 and len(sources[0].folders()) == 1
    while True:
        brought = list(fetch(office, sources, by=by))
        yield from brought
        if until():
            return
        if any(one.trouble for one in brought) or not (alone and _wait(office, sources[0])):
            sleep(PAUSE_SECONDS)


def _wait(office: Office, source: Source) -> bool:
    """Wait for what comes; False when it cannot be waited for."""
    (folder,) = source.folders()
    with office.reading() as session:
        position = mailboxes.standing(session, source.name, folder).position
    try:
        return source.wait(folder, position, IDLE_SECONDS)
    except OutreachError:
        # The next fetch meets the same and says so.
        return False
