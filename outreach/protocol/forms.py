"""The public face of protocol: forms of address, titles, dates and alphabetical order, in the letter's language.

    forms = load("en", [office_folder])
    found = address(forms, [addressee])
    found.salutation, found.close        # "Excellency,", "Accept, Excellency, the assurances ..."

Wording lives in data (forms/<language>.toml, and protocol/<language>.toml of the office's folder over it); every entry
says its `source`, or that it `awaits` a reader.
"""

from outreach.protocol.addressee import Addressee, Holder, NoteSender, OrganisationName, Unaddressable
from outreach.protocol.addressing import Address, address
from outreach.protocol.dates import date_line, placed, time_line, zone_line
from outreach.protocol.entries import Forms, Used
from outreach.protocol.loading import languages, load, stamp
from outreach.protocol.notes import NoNote, address_note, personal_words
from outreach.protocol.order import in_order
from outreach.protocol.sheet import Row, sheet
from outreach.protocol.titles import mission, post_title

__all__ = [
    "Address",
    "Addressee",
    "Forms",
    "Holder",
    "NoNote",
    "NoteSender",
    "OrganisationName",
    "Row",
    "Unaddressable",
    "Used",
    "address",
    "address_note",
    "date_line",
    "in_order",
    "languages",
    "load",
    "mission",
    "personal_words",
    "placed",
    "post_title",
    "sheet",
    "stamp",
    "time_line",
    "zone_line",
]
