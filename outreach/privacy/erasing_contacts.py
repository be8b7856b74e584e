"""The directory's own rows of a person who is erased: the record is blank, holdings and own addresses are gone."""

from sqlalchemy import and_, delete, or_, select, update

from outreach.contacts import erased as remembering
from outreach.contacts import references
from outreach.contacts.sameness import AlikePair, Kind, Merge, ToldApart
from outreach.privacy import sweeping
from outreach.privacy.work import Work

_BLANK = (
    *("full_name", "given_name", "family_name", "academic_title", "style", "salutation", "complimentary_close"),
    *("do_not_contact", "note"),
)


def erase(work: Work) -> None:
    """Blank the record, and take away holdings, own addresses and what was kept of merges and pairs.

    The row itself stays, since answers point to it; so does the number in the journal.
    """
    session, its = work.session, work.scope
    remembering.remember(session, its.emails, work.on)
    many = "es" * (len(its.addresses) > 1)
    work.goes.append(f"{len(its.addresses)} address{many} of their own" if its.addresses else "no address of their own")
    for address in its.addresses:
        session.delete(address)
    session.flush()
    _holdings(work)
    for person in its.persons:
        for name in _BLANK:
            setattr(person, name, "")
        person.gender, person.do_not_contact_since = None, None
        person.erased_at = work.at
    _pairs(work)
    work.goes.append("the record: name, gender, titles, greeting, notes")


def _holdings(work: Work) -> None:
    numbers = [holder.id for holder in work.scope.holders]
    for column in references.web(work.session).pointing_to("holders"):
        # What points to a holding and may do without, does; what may not is about the holding and goes with it.
        here = column.in_(numbers)
        act = update(column.table).values({column.name: None}) if column.nullable else delete(column.table)
        work.session.execute(act.where(here))
    for holder in work.scope.holders:
        work.session.delete(holder)
    if numbers:
        work.goes.append(f"{len(numbers)} time{'s' * (len(numbers) > 1)} in which they held a post")


def _pairs(work: Work) -> None:
    numbers = work.scope.numbers
    for table in (AlikePair, ToldApart):
        either = or_(table.first_id.in_(numbers), table.second_id.in_(numbers))
        work.session.execute(delete(table).where(table.kind == Kind.PERSON, either))
    theirs = and_(Merge.kind == Kind.PERSON, or_(Merge.merged_id.in_(numbers), Merge.into_id.in_(numbers)))
    # An organisation's merge may hold an address of theirs that stood twice.
    naming = [place.key[0] for place in sweeping.found(work.session, work.names, among={"contacts_merges": ("steps",)})]
    query = select(Merge).where(Merge.steps.is_not(None), or_(theirs, Merge.id.in_(naming)))
    for merge in work.session.scalars(query):
        merge.steps = None
        work.stays.append(f"that merge {merge.id} was made, which can no longer be undone")
