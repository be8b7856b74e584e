"""What a check finds in letters: errors, which block approval, and warnings, which whoever approves confirms by their kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from outreach.errors import Refused


class Severity(StrEnum):
    """Whether a finding blocks approval, or is confirmed by whoever approves."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Kind:
    """A kind of finding: how grave it is, and what it is in a few words."""

    severity: Severity
    words: str


def _kinds(severity: Severity, words: Mapping[str, str]) -> dict[str, Kind]:
    return {name: Kind(severity, said) for name, said in words.items()}


# In the order in which they are shown: the gravest first.
KINDS: Mapping[str, Kind] = {
    **_kinds(
        Severity.ERROR,
        {
            "blank": "something is blank",
            "placeholder": "something was left to be filled in",
            "vocative": "a vocative that the record does not give",
            "closing-vocative": "the close does not repeat the vocative of the salutation",
            "second-vocative": "a second vocative, salutation or close",
            "opening": "the opening formula does not stand once, at the beginning",
            "enclosures": "what the letter says is enclosed and the files differ",
            "inbox": "the office's own inbox is a recipient",
            "unread": "wording that awaits a reader, and that nobody has signed off",
            "pages": "more pages than the template allows",
        },
    ),
    **_kinds(
        Severity.WARNING,
        {
            "record": "the record says something else now",
            "vacant": "the post is vacant",
            "unconfirmed": "the holder has not been confirmed for long",
            "rank": "no rank is recorded",
            "gender": "no gender is recorded",
            "honorific": "a name begins with an honorific",
            "joint": "joint addressees of different ranks",
            "awaits": "wording that awaits a reader",
            "language": "not the recorded language",
            "language-assumed": "the language is assumed",
            "letterhead": "the letterhead and the signature are in another language",
            "no-address": "no e-mail address",
            "through": "it goes through another body",
            "liaison": "the liaison contact gets no copy",
            "deadline": "the deadline is not after the letter's date",
            "third-person": "a note verbale that speaks in the first or second person",
            "same-post": "the same post gets two letters",
            "same-person": "the same person gets letters in two posts",
            "same-address": "the same address gets two letters",
            "sent-before": "the same text was sent to this addressee before",
            "traffic": "the addressee had, or is due, another letter within a few days",
            "not-enclosed": "a file of the campaign is not enclosed",
            "translation": "a courtesy translation of other words",
            "enclosure-mentioned": "the text speaks of an enclosure and there is none",
            "other": "something else to look at",
        },
    ),
}


class Finding(NamedTuple):
    """One thing found in a letter: a name of KINDS, and a sentence."""

    kind: str
    says: str

    @property
    def is_error(self) -> bool:
        """Whether it blocks approval."""
        return KINDS[self.kind].severity is Severity.ERROR


# How the sentences of protocol and of drafting are told apart, which come as sentences only. A sentence that is not known here
# is "other": it must be confirmed all the same.
_DOUBTS = (
    ("is not confirmed as the holder", "unconfirmed"),
    ("is vacant", "vacant"),
    ("has no rank recorded", "rank"),
    ("gender is not recorded", "gender"),
    ("begins with an honorific", "honorific"),
    ("joint addressees are of different ranks", "joint"),
    ("awaits", "awaits"),
    ("The letter is in", "language"),
    ("The language is assumed", "language-assumed"),
    ("The letterhead and the signature are not in", "letterhead"),
    ("No e-mail address", "no-address"),
    ("The letter goes through another body", "through"),
    ("The liaison contact gets no copy", "liaison"),
    ("The deadline, ", "deadline"),
    ("is in the third person", "third-person"),
)


def doubt(sentence: str) -> Finding:
    """A sentence that was noted for whoever approves, as a finding."""
    return Finding(next((kind for words, kind in _DOUBTS if words in sentence), "other"), sentence)


# The exact number of all warnings, or of each kind by name.
Confirmed = int | Mapping[str, int]


class NotConfirmed(Refused):
    """The letters have warnings that were not confirmed by their exact number."""


def must_be_confirmed(found: Mapping[str, int], confirmed: Confirmed) -> None:
    """Raise NotConfirmed unless `confirmed` says exactly how many warnings were `found`, in all or of each kind.

    Whoever confirms has looked; what came meanwhile was not seen.
    """
    total = sum(found.values())
    if (confirmed == total) if isinstance(confirmed, int) else (dict(confirmed) == dict(found)):
        return
    listed = ", ".join(f"{found[kind]} {KINDS[kind].words}" for kind in KINDS if kind in found)
    there = (
        f"There {'is 1 warning' if total == 1 else f'are {total} warnings'} ({listed})" if total else "There are no warnings"
    )
    said = f"{confirmed if isinstance(confirmed, int) else sum(confirmed.values())} confirmed"
    raise NotConfirmed(
        f"{there}, and {said}; look at them, then confirm each kind with its exact number. Nothing was approved."
    )
