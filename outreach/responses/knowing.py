"""Which organisations a sender may speak for: by an address on record, or by a domain that one organisation alone has."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Address, AddressKind, Organisation, Post
from outreach.mail.free_mail import is_free
from outreach.responses.closing import pieces

# A chain of conditions, which SQLite takes to a depth of 1,000.
_MOST_DOMAINS = 200
_NOBODY = frozenset[int]()
_EMAILS = (
    select(Address.normalised, Post.organisation_id)
    .join(Post, Post.id == Address.post_id)
    .where(Address.kind == AddressKind.EMAIL)
)


@dataclass(frozen=True)
class Known:
    """The organisations that senders stand for, all in lower case.

    `by_address` are the addresses of posts, `by_domain` the domains of organisations, `by_post_domain` those of their
    posts' addresses.
    """

    by_address: dict[str, frozenset[int]]
    by_domain: dict[str, frozenset[int]]
    by_post_domain: dict[str, frozenset[int]]

    def organisations(self, sender: str) -> frozenset[int]:
        """Who `sender` may speak for; empty when neither the address nor its domain says so.

        A domain counts only when a single organisation has it: mail services and shared domains (one for many missions)
        say nothing about who writes. What lies under an organisation's own domain is the organisation's.
        """
        sender = sender.lower()
        if sender in self.by_address:
            return self.by_address[sender]
        own = sender.rpartition("@")[2]
        for domain in domains_of(sender):
            owners = self.by_domain.get(domain, _NOBODY)
            owners |= self.by_post_domain.get(domain, _NOBODY) if domain == own else _NOBODY
            if owners:
                return owners if len(owners) == 1 else _NOBODY
        return _NOBODY


def domains_of(address: str) -> list[str]:
    """The domain of an address and those above it, nearest first; none for a mail service that is open to all."""
    labels = address.lower().rpartition("@")[2].split(".")
    above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return [] if any(is_free(domain) for domain in above) else above[:5]


def known(session: Session, senders: Collection[str]) -> Known:
    """Look these senders up in the directory, with a handful of queries for all of them."""
    addresses = {sender.lower() for sender in senders if "@" in sender}
    domains = {domain for address in addresses for domain in domains_of(address)}
    own = {address.rpartition("@")[2] for address in addresses if domains_of(address)}
    return Known(
        _gathered(_addresses(session, addresses)),
        _gathered(_recorded(session, domains)),
        _gathered((address.rpartition("@")[2], number) for address, number in _at(session, own)),
    )


def _addresses(session: Session, addresses: Collection[str]) -> Iterator[tuple[str, int]]:
    for piece in pieces(addresses):
        yield from session.execute(_EMAILS.where(Address.normalised.in_(piece))).all()


def _recorded(session: Session, domains: Collection[str]) -> Iterator[tuple[str, int]]:
    """Who has which of these domains on record as their own."""
    domain = func.lower(Organisation.domain)
    for piece in pieces(domains):
        # The domain of an organisation that was merged into another is that other one's.
        owner = func.coalesce(Organisation.merged_into_id, Organisation.id)
        yield from session.execute(select(domain, owner).where(domain.in_(piece))).all()


def _at(session: Session, domains: Collection[str]) -> Iterator[tuple[str, int]]:
    """Which posts' addresses lie at these domains."""
    listed = sorted(domains)
    for start in range(0, len(listed), _MOST_DOMAINS):
        ends = [Address.normalised.endswith(f"@{each}", autoescape=True) for each in listed[start : start + _MOST_DOMAINS]]
        yield from session.execute(_EMAILS.where(or_(*ends))).all()


def _gathered(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for name, organisation_id in pairs:
        found.setdefault(name, set()).add(organisation_id)
    return {name: frozenset(ids) for name, ids in found.items()}
