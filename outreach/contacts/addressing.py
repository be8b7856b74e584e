"""How posts are reached on a day: who holds them then, in which language, at which addresses, or why not at all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.contacts.models import (
    Address,
    AddressKind,
    Channel,
    Holder,
    Organisation,
    OrganisationName,
    Person,
    Post,
    PostTitle,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.database import grouped
from outreach.protocol import addressee as protocol

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A post as a letter of a certain day finds it; values only, so that thousands are read in a handful of queries.

    `through` is the post of the body that hands its letters on; channel, addresses and a wish not to be contacted are then
    that body's. `liaison` is whom the office calls; `liaison_copied` whether that post gets a copy of each letter.
    """

    post_id: int
    key: str
    kind: str
    seat: str
    organisation_id: int
    organisation_key: str
    organisation_name: str
    domain: str
    group: StakeholderGroup
    regional_group: RegionalGroup | None
    language: str
    language_assumed: bool
    channel: Channel
    emails: tuple[str, ...] = ()
    postal: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    do_not_contact: str = ""
    holder: protocol.Holder | None = None
    holder_id: int | None = None
    person_id: int | None = None
    stale: bool = False
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, protocol.OrganisationName] = field(default_factory=dict)
    running_names: Mapping[str, str] = field(default_factory=dict)
    through: "Reach | None" = None
    liaison: "Reach | None" = None
    liaison_copied: bool = False

    def name(self, language: str) -> protocol.OrganisationName:
        """The organisation's name in `language`, else as it is filed."""
        return self.names.get(language) or protocol.OrganisationName(short=self.organisation_name, kind=self._kind)

    @property
    def _kind(self) -> str:
        return next((name.kind for name in self.names.values()), "organisation")

    def running(self, language: str) -> str:
        """The organisation's name as it stands in running text."""
        return self.running_names.get(language) or self.name(language).short

    def addressee(self, language: str) -> protocol.Addressee:
        """This post as protocol addresses it in `language`."""
        return protocol.Addressee(
            language=language,
            post_kind=self.kind,
            seat=self.seat or None,
            post_title=self.titles.get(language) or self.title,
            organisation=self.name(language),
            holder=self.holder,
            postal_lines=self.postal,
            through=self.through.addressee(language) if self.through else None,
        )

    def by(self, through: "Reach | None", liaison: "Reach | None") -> "Reach":
        """The same post, reached through another one and with whom to call about it; each may be None."""
        if through is None:
            return replace(self, liaison=liaison)
        held = f"it goes through {through.key}: {through.do_not_contact}" if through.do_not_contact else ""
        return replace(
            self,
            channel=through.channel,
            emails=through.emails,
            postal=through.postal,
            do_not_contact=self.do_not_contact or held,
            through=through,
            liaison=liaison,
        )


def reach(session: Session, post_ids: Sequence[int], *, on: date, stale_after: int) -> Iterator[Reach]:
    """Each of these posts as it stands on `on`, in the order given.

    `stale_after` days after its last confirmation a holder counts as unconfirmed. Seven queries for every 500 posts, and six
    more where posts are reached through others or have a liaison contact.
    """
    fresh_from = on - timedelta(days=stale_after)
    for start in range(0, len(post_ids), CHUNK):
        chunk = post_ids[start : start + CHUNK]
        # One step and no more: the body that hands a letter on is reached itself.
        ways = _ways(session, chunk)
        others = sorted({number for way in ways.values() for number in way if number is not None})
        known = {one.post_id: one for one in _reach_chunk(session, others, on, fresh_from)} if others else {}
        for one in _reach_chunk(session, chunk, on, fresh_from):
            through, liaison = ways.get(one.post_id, (None, None))
            yield one.by(known.get(through or 0), known.get(liaison or 0)) if through or liaison else one


def _ways(session: Session, post_ids: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    """Which posts these are reached through, and their liaison contacts; those that have neither are left out."""
    query = select(Post.id, Post.through_id, Post.liaison_id).where(
        Post.id.in_(post_ids), or_(Post.through_id.is_not(None), Post.liaison_id.is_not(None))
    )
    return {row.id: (row.through_id, row.liaison_id) for row in session.execute(query)}


def _reach_chunk(session: Session, post_ids: Sequence[int], on: date, fresh_from: date) -> Iterator[Reach]:
    posts = {
        row.id: row
        for row in session.execute(
            select(
                Post.id,
                Post.kind,
                Post.seat,
                Post.title,
                Post.language,
                Post.preferred_channel,
                Post.liaison_copied,
                Post.do_not_contact,
                Organisation.id.label("organisation_id"),
                Organisation.key.label("organisation_key"),
                Organisation.name.label("organisation_name"),
                Organisation.kind.label("organisation_kind"),
                Organisation.domain,
                Organisation.group,
                Organisation.regional_group,
                Organisation.language.label("organisation_language"),
                Organisation.language_assumed,
                Organisation.do_not_contact.label("organisation_do_not_contact"),
            )
            .join(Post.organisation)
            .where(Post.id.in_(post_ids))
        )
    }
    names = _names(session, {row.organisation_id for row in posts.values()})
    titles = grouped(
        session.execute(select(PostTitle.post_id, PostTitle.language, PostTitle.title).where(_in(PostTitle, post_ids)))
    )
    holders = _holders(session, post_ids, on)
    addresses = grouped(
        session.execute(
            select(Address.post_id, Address.holder_id, Address.kind, Address.value)
            .where(_in(Address, post_ids), Address.failed_since.is_(None))
            .order_by(Address.id)
        )
    )
    for post_id in post_ids:
        yield _one(posts[post_id], names, titles[post_id], holders.get(post_id), addresses[post_id], fresh_from)


def _in(model: type[Any], post_ids: Sequence[int]) -> Any:
    return model.post_id.in_(post_ids)


def _names(session: Session, organisation_ids: set[int]) -> defaultdict[int, list[Any]]:
    query = select(
        OrganisationName.organisation_id,
        OrganisationName.language,
        OrganisationName.short,
        OrganisationName.formal,
        OrganisationName.of_short,
        OrganisationName.of_formal,
        OrganisationName.running,
    )
    return grouped(session.execute(query.where(OrganisationName.organisation_id.in_(organisation_ids))))


def _holders(session: Session, post_ids: Sequence[int], on: date) -> dict[int, Any]:
    rows = session.execute(
        select(
            Holder.post_id,
            Holder.id,
            Holder.person_id,
            Holder.rank,
            Holder.confirmed_on,
            Holder.in_charge,
            Holder.from_date,
            Person.full_name,
            Person.given_name,
            Person.family_name,
            Person.gender,
            Person.academic_title,
            Person.style,
            Person.salutation,
            Person.complimentary_close,
            Person.do_not_contact,
        )
        .join(Holder.person)
        .where(
            Holder.post_id.in_(post_ids),
            (Holder.from_date.is_(None)) | (Holder.from_date <= on),
            (Holder.to_date.is_(None)) | (Holder.to_date >= on),
        )
        .order_by(Holder.from_date.is_not(None), Holder.from_date, Holder.in_charge, Holder.id)
    )
    # The last in this order stands: a chargé while in charge before the absent head, else whoever came latest.
    return {row.post_id: row for row in sorted(rows, key=lambda row: row.in_charge)}


def _one(
    post: Any,
    names: Mapping[int, list[Any]],
    titles: list[Any],
    holder: Any | None,
    addresses: list[Any],
    fresh_from: date,
) -> Reach:
    known = names.get(post.organisation_id, [])
    stale = holder is not None and (holder.confirmed_on is None or holder.confirmed_on < fresh_from)
    mine = [row for row in addresses if row.holder_id is None or (holder is not None and row.holder_id == holder.id)]
    return Reach(
        post_id=post.id,
        key="/".join(part for part in (post.organisation_key, post.kind, post.seat) if part),
        kind=post.kind,
        seat=post.seat,
        organisation_id=post.organisation_id,
        organisation_key=post.organisation_key,
        organisation_name=post.organisation_name,
        domain=post.domain,
        group=post.group,
        regional_group=post.regional_group,
        language=post.language or post.organisation_language,
        language_assumed=not post.language and post.language_assumed,
        channel=post.preferred_channel,
        emails=tuple(row.value for row in mine if row.kind is AddressKind.EMAIL),
        postal=tuple(line for row in mine if row.kind is AddressKind.POSTAL for line in row.value.splitlines()),
        phones=tuple(row.value for row in mine if row.kind is AddressKind.TELEPHONE),
        liaison_copied=post.liaison_copied,
        do_not_contact=post.organisation_do_not_contact or post.do_not_contact or (holder.do_not_contact if holder else ""),
        holder=_holder(holder, stale) if holder else None,
        holder_id=holder.id if holder else None,
        person_id=holder.person_id if holder else None,
        stale=stale,
        title=post.title,
        titles={row.language: row.title for row in titles},
        names={row.language: _name(row, post.organisation_kind.value) for row in known},
        running_names={row.language: row.running for row in known if row.running},
    )


def _name(row: Any, kind: str) -> protocol.OrganisationName:
    return protocol.OrganisationName(
        short=row.short, formal=row.formal, of_short=row.of_short, of_formal=row.of_formal, kind=kind
    )


def _holder(row: Any, stale: bool) -> protocol.Holder:
    return protocol.Holder(
        full_name=row.full_name,
        family_name=row.family_name,
        given_name=row.given_name,
        gender=row.gender.value if row.gender else None,
        rank=row.rank or None,
        academic_title=row.academic_title,
        style=row.style,
        salutation=row.salutation,
        close=row.complimentary_close,
        confirmed=not stale,
    )
