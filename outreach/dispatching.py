"""What a face does to let letters leave: which go by which outbox, a run, what is due, and what came of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.accounts import people
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Channel, Post
from outreach.delivery import batches, failing, sending
from outreach.delivery.braking import Brake
from outreach.delivery.claiming import MAY_BE_CLAIMED, Gate
from outreach.delivery.models import Batch
from outreach.delivery.outboxes import Outbox
from outreach.delivery.recording import Sent
from outreach.delivery.sending import Forecast
from outreach.delivery.ways import OUTBOXES
from outreach.errors import OutreachError, Refused
from outreach.journal import Actor, Role
from outreach.letters.leaving import Numbers
from outreach.letters.models import Letter, LetterAddressee
from outreach.office import Office

# Each letter goes by its post's channel: by e-mail, or as a page for whoever posts, brings or uploads it.
CHANNELS = "channels"
# Who ends a batch whose own person may no longer send.
SCHEDULE = Actor("schedule", Role.KEEPER)
_MAIL = ("folder", "smtp", "drafts")
_PAPER = (Channel.POST, Channel.COURIER, Channel.HAND, Channel.PORTAL)


@dataclass(frozen=True)
class Load:
    """What would leave by one outbox; by none where a person has to speak to the addressee."""

    outbox: Outbox | None
    planned: tuple[Sent, ...]
    only: Numbers | None = None

    @property
    def leaving(self) -> list[Sent]:
        """Those that nothing holds."""
        return [one for one in self.planned if not one.held]


def loads(office: Office, session: Session, campaign: Campaign, name: str | None, *, only: Numbers | None = None) -> list[Load]:
    """What a real run by the outbox `name` (else the usual one) would do, with all approved letters or those of `only`.

    By `channels` there is one load for each way out. Nothing is written.
    """
    wanted = name or office.settings.outbox
    if wanted != CHANNELS:
        return [_load(office, session, campaign, wanted, only)]
    found = []
    for way, channels in _ways(office).items():
        numbers = _by_channels(session, campaign, channels, only)
        if session.scalar(numbers.limit(1)) is not None:
            found.append(_load(office, session, campaign, way, numbers) if way in OUTBOXES else _spoken(session, way, numbers))
    return found


def _load(office: Office, session: Session, campaign: Campaign, name: str, only: Numbers | None) -> Load:
    outbox = office.outbox(name, campaign)
    planned = sending.plan(session, campaign, outbox, office.must_stay, office.now(), only=only)
    return Load(outbox, tuple(planned), only)


def _ways(office: Office) -> Mapping[str, tuple[Channel, ...]]:
    """Outboxes, and channels that no outbox serves, with the channels that go by them."""
    usual = office.settings.outbox
    mail = usual if usual in _MAIL else "smtp" if office.settings.mail.smtp else "folder"
    spoken = {channel.value: (channel,) for channel in Channel if channel is not Channel.EMAIL and channel not in _PAPER}
    return {mail: (Channel.EMAIL,), "print": _PAPER, **spoken}


def _by_channels(session: Session, campaign: Campaign, channels: tuple[Channel, ...], only: Numbers | None) -> Select[int]:
    """A query of the approved letters that go by one of the channels: their own, else the preferred one of their post."""
    own = func.coalesce(Letter.channel, Post.preferred_channel)
    query = (
        select(Letter.id)
        .join(LetterAddressee, LetterAddressee.letter_id == Letter.id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .where(Letter.campaign_id == campaign.id, Letter.state.in_(MAY_BE_CLAIMED), LetterAddressee.position == 0)
        .where(own.in_(channels))
    )
    return query if only is None else query.where(Letter.id.in_(only))


def _spoken(session: Session, channel: str, numbers: Select[int]) -> Load:
    references = session.scalars(select(Letter.reference).where(Letter.id.in_(numbers)).order_by(Letter.id))
    why = f"its post is reached by {channel}; a person does that, and records it, or lets it go by another channel"
    return Load(None, tuple(Sent(reference, None, why) for reference in references), numbers)


def send(
    office: Office,
    whole: Sequence[Load],
    *,
    by: Actor,
    stop: Callable[[], str] = lambda: "",
    brake: Brake | None = None,
    gate: Gate | None = None,
) -> Iterator[Sent]:
    """Let the loads leave one after another; yields what became of each letter, those that are held among them.

    `gate` is asked before each claim instead of the office's own.
    """
    brake = brake or Brake(office.settings.sending.stop_refused_percent)
    for load in whole:
        if load.outbox is None:
            yield from load.planned
            continue
        yield from (one for one in load.planned if one.held)
        references = [one.reference for one in load.leaving]
        yield from sending.send(
            office.transaction,
            references,
            load.outbox,
            office.archive,
            gate or office.must_stay,
            by=by,
            now=office.now,
            stop=stop,
            brake=brake,
        )


def forecast(office: Office, session: Session, campaign: Campaign, name: str, *, offset: int, limit: int) -> Forecast:
    """What a run by the outbox `name` would do, for a page: held letters come first, and only a part is shown."""
    if name != CHANNELS:
        outbox = office.outbox(name, campaign)
        return sending.forecast(session, campaign, outbox, office.must_stay, office.now(), offset=offset, limit=limit)
    planned = [one for load in loads(office, session, campaign, name) for one in load.planned]
    planned.sort(key=lambda one: not one.held)
    held = sum(one.held for one in planned)
    return Forecast(len(planned) - held, held, planned[offset : offset + limit])


def set_for(
    office: Office,
    session: Session,
    campaign: Campaign,
    name: str,
    due: datetime | None,
    *,
    count: int | None,
    only: Numbers | None = None,
    by: Actor,
    at: datetime,
) -> Batch:
    """Set approved letters of a campaign for a time (None: now), those that are held now among them: that may be over by then.

    Raises Refused unless exactly `count` would leave as things stand; None does not ask.
    """
    whole = loads(office, session, campaign, name, only=only)
    leaving = sum(len(load.leaving) for load in whole)
    if count is not None and count != leaving:
        raise Refused(f"{leaving} letters would leave, not {count}; none was set.")
    numbers = [number for load in whole if load.outbox for number in _numbers(session, campaign, load)]
    if due is None:
        return batches.set_going(session, campaign, numbers, name, by=by, at=at)
    return batches.set_for(session, campaign, numbers, name, due, by=by, at=at)


def _numbers(session: Session, campaign: Campaign, load: Load) -> Sequence[int]:
    query = select(Letter.id).where(Letter.campaign_id == campaign.id, Letter.state.in_(MAY_BE_CLAIMED))
    return session.scalars(query if load.only is None else query.where(Letter.id.in_(load.only))).all()


def why_held(office: Office, session: Session, batch: Batch) -> list[tuple[str, int]]:
    """Why letters of a batch are held now, with how many, the most frequent first."""
    try:
        whole = loads(office, session, batch.campaign, batch.outbox, only=batches.letters_of(batch))
    except OutreachError as error:
        return [(str(error), batches.count_left(session, batch))]
    return Counter(one.detail for load in whole for one in load.planned if one.held).most_common()


def redirected_to(whole: Sequence[Load]) -> str:
    """The one address that all of it goes to in a rehearsal; blank in earnest."""
    return next((load.outbox.redirects_to for load in whole if load.outbox and load.outbox.redirects_to), "")


def write_failed(office: Office, done: Sequence[Sent], campaign: str) -> Path | None:
    """Write what did not leave into a file in `out/failed` that feeds the next run; None when all left."""
    with office.reading() as session:
        return failing.write(session, done, office.folder / "out" / "failed", campaign, office.now())


@dataclass(frozen=True)
class Ran:
    """What one due batch did: its letters, and whether it ended and why."""

    number: int
    campaign: str
    done: tuple[Sent, ...]
    ended_because: str
    failed: Path | None = None


def run_due(office: Office, *, stop: Callable[[], str] = lambda: "") -> Iterator[Ran]:
    """Let what is due leave, batch after batch, by the word of whoever set it, and go on where it was.

    Two may do so at once, and either may be killed: each letter is claimed once, whoever comes.
    """
    with office.reading() as session:
        numbers = batches.due(session, office.now())
    for number in numbers:
        if stop():
            return
        yield _run(office, number, stop)


def _run(office: Office, number: int, stop: Callable[[], str]) -> Ran:
    brake = Brake(office.settings.sending.stop_refused_percent)
    with office.reading() as session:
        batch = batches.find(session, number)
        slug, set_by = batch.campaign.slug, batch.set_by
        try:
            by = people.acting(session, set_by)
            whole = loads(office, session, batch.campaign, batch.outbox, only=batches.letters_of(batch))
            refusal = ""
        except OutreachError as error:
            by, whole, refusal = SCHEDULE, [], str(error)
    try:
        done = tuple(send(office, whole, by=by, stop=stop, brake=brake))
    except OutreachError as error:
        done, refusal = (), str(error)
    ended, failed = end_if_done(office, number, whole, refusal or brake.reason or rehearsed(whole), by=by)
    return Ran(number, slug, done, ended, failed)


def end_if_done(office: Office, number: int, whole: Sequence[Load], stopped: str, *, by: Actor) -> tuple[str, Path | None]:
    """End a batch of which nothing can leave any more, or whatever is left when it is `stopped`; gives why, if it has ended.

    With it comes the file of the letters that did not leave, if there are any.
    """
    with office.transaction() as session:
        batch = batches.find(session, number, to_end=True)
        if batch.ended_at is None:
            batches.end_if_done(session, batch, stopped, by=by, at=office.now())
        ended, slug = batch.ended_because, batch.campaign.slug
        left = batches.remaining(session, batch) if batch.ended_at and not redirected_to(whole) else []
    return ended, write_failed(office, left, f"{slug}-batch-{number}")


def rehearsed(whole: Sequence[Load]) -> str:
    """Why a batch ends that was rehearsed: its letters stay approved, and would be rehearsed again each minute."""
    address = redirected_to(whole)
    return f"rehearsed: everything went to {address}; set the letters for a time anew" if address else ""
