"""What a face does with a version of a communiqué: its template and sender found, its files made, reviewers chosen."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from outreach.campaigns import choosing
from outreach.campaigns.choosing import Chosen
from outreach.communique import exporting, reviewing, shelf, templating
from outreach.communique.composing import Edition
from outreach.communique.deciding import Store
from outreach.communique.exporting import Prepared
from outreach.communique.models import CommuniqueVersion
from outreach.communique.reviewing import Covering, Tools
from outreach.communique.templating import Wording
from outreach.config import SenderSettings
from outreach.delivery.batches import instant
from outreach.journal import Actor
from outreach.letters import templates
from outreach.office import Office

_SENDER = "chair"
_DAY = len("2025-02-11")


def wording_of(office: Office, version: CommuniqueVersion) -> Wording:
    """The template of a version in its language."""
    return templating.find(version.communique.template, version.language, office.template_folders("communique"))


def sender_of(office: Office, session: Session, version: CommuniqueVersion) -> SenderSettings:
    """Who issues a version: the sender of the campaigns that it draws on."""
    return office.settings.sender(_profile(session, version))


def _profile(session: Session, version: CommuniqueVersion) -> str:
    campaigns = shelf.campaigns_of(session, version.communique)
    return campaigns[0].sender if campaigns else _SENDER


def day_of(office: Office, version: CommuniqueVersion) -> date:
    """The date that a version bears."""
    return version.made_at.astimezone(office.settings.zone()).date()


def export(
    office: Office, session: Session, version: CommuniqueVersion, formats: Iterable[str], edition: Edition, by: Actor
) -> dict[str, bytes]:
    """The files of a version by their names; raises Refused as `exporting.export` does."""
    return exporting.export(
        session,
        version,
        wording_of(office, version),
        sender_of(office, session, version),
        formats=formats,
        edition=edition,
        suffix="" if version.language == office.settings.office.default_language else f"-{version.language}",
        day=day_of(office, version),
        by=by,
        at=office.now(),
    )


def for_review(office: Office, session: Session, version: CommuniqueVersion) -> Prepared:
    """The text of a version as reviewers get it."""
    wording, sender = wording_of(office, version), sender_of(office, session, version)
    day, at = day_of(office, version), office.now()
    return exporting.prepare(session, version, wording, sender, edition=Edition.REVIEW, day=day, at=at)


def covering(office: Office, session: Session, version: CommuniqueVersion) -> Covering:
    """How the letters are made that cover the copies for review."""
    today = office.today()
    return Covering(_profile(session, version), lambda one: office.composer(one, today), office.settings.zone())


def tools(office: Office) -> Tools:
    """What copies for review are made with."""
    return Tools(office.archive.keep, office.random)


def store(office: Office) -> Store:
    """Where copies that come back are kept."""
    return Store(office.archive.keep, office.archive.fetch)


def reviewers(office: Office, session: Session, who: str) -> Chosen:
    """Who reviews: all who hold posts of an organisation, or whom a selection (tag:panel) names."""
    on, stale_after = office.today(), office.settings.office.stale_after_days
    if ":" not in who:
        return reviewing.members(session, who, on=on, stale_after=stale_after)
    about = templates.find(reviewing.TEMPLATE, office.template_folders("letters")).about
    wanted = choosing.Wanted(about.post_kinds, about.seats)
    return choosing.choose(session, choosing.parse(who), wanted, on=on, stale_after=stale_after)


def hour(office: Office, said: str) -> datetime:
    """An instant as people write it; a day alone is over when it is."""
    return instant(f"{said.strip()} 23:59" if len(said.strip()) == _DAY else said, office.settings.zone())
