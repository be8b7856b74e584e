"""What the command line adds to a room's sentence: the option or the command that does what the sentence asks for."""

from outreach.errors import OutreachError

# By the name of the error's class: its room was loaded when it was raised, and need not be for the others.
HINTS = {
    "Unclear": '--map "HEADING=FIELD" says it, --map "HEADING=-" leaves a column out.',
    "StandsThere": "--refused FILE names it.",
    "NoSuchContact": "`outreach contacts list --search` finds a part of a name.",
    "NoSuchMerge": "`outreach contacts merges` lists them.",
}


def hint(error: OutreachError) -> str:
    """What to type next; blank where the sentence says all there is."""
    return HINTS.get(type(error).__name__, "")
