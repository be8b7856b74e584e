"""A contact as the cells of a list: what the import reads from them is what stands in the directory."""

from collections.abc import Sequence

from outreach.contacts.finding import Listed
from outreach.contacts.lookup import Lookup
from outreach.contacts.models import Address, AddressKind, Holder, Organisation, Post

# Between two postal addresses of one post, on a line of its own.
BETWEEN_ADDRESSES = "\n;\n"


def called(organisation: Organisation, lookup: Lookup) -> str:
    """The name by which the import finds this organisation and no other: its own, else its key."""
    return organisation.name if lookup.find(organisation.name) == [organisation.id] else organisation.key


def texts(listed: Listed, name: str) -> dict[str, str]:
    """What the cells of each column say of a post and whoever holds it, or of an organisation without a post.

    `name` is what `called` gives. An assumed language is left out: read again, it would count as known.
    """
    organisation, post = listed.organisation, listed.post
    found = {"organisation": name, **_of_organisation(organisation)}
    return found | _of_post(organisation, post, listed.holder) if post else found


def _of_organisation(organisation: Organisation) -> dict[str, str]:
    return {
        "acronym": organisation.acronym,
        "group": organisation.group.value,
        "regional_group": organisation.regional_group.value if organisation.regional_group else "",
        "country": organisation.country,
        "domain": organisation.domain,
        "tags": "; ".join(tag.tag for tag in organisation.tags),
        "language": "" if organisation.language_assumed else organisation.language,
        "organisation_do_not_contact": organisation.do_not_contact,
    }


def _of_post(organisation: Organisation, post: Post, holder: Holder | None) -> dict[str, str]:
    language = {"language": post.language} if post.language else {}
    return {
        **language,
        "post": post.key,
        "title": post.title,
        "email": "; ".join(_addresses(post, holder, AddressKind.EMAIL)),
        "phone": "; ".join(_addresses(post, None, AddressKind.TELEPHONE)),
        "address": BETWEEN_ADDRESSES.join(_addresses(post, None, AddressKind.POSTAL)),
        "channel": "; ".join(channel.value for channel in (post.preferred_channel, post.second_channel) if channel),
        "through": post.through.key if post.through else "",
        "liaison": post.liaison.key if post.liaison else "",
        "copy_liaison": "yes" if post.liaison_copied else "",
        "post_do_not_contact": post.do_not_contact,
        **(_of_holder(holder) if holder else {}),
    }


def _of_holder(holder: Holder) -> dict[str, str]:
    person = holder.person
    return {
        "full_name": person.full_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "gender": person.gender.value if person.gender else "",
        "rank": holder.rank,
        "salutation": person.salutation,
        "confirmed_on": holder.confirmed_on.isoformat() if holder.confirmed_on else "",
        "do_not_contact": person.do_not_contact,
    }


def _addresses(post: Post, holder: Holder | None, kind: AddressKind) -> list[str]:
    mine = (None, holder.id if holder else None)
    addresses: Sequence[Address] = post.addresses
    return [address.value for address in addresses if address.kind is kind and address.holder_id in mine]
