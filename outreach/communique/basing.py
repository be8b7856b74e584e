"""What a paragraph's basis says: drafted, drafted and edited since, or written by people, and on what it then rests."""

from outreach.communique.models import ParagraphKind, Wording
from outreach.errors import Invalid

PEOPLE = "people"
_EDITED = "edited:"
# What the database holds.
MOST = 40


def of_people(words: str = "") -> str:
    """The basis of a paragraph that people write; `words` say why it stands where no passage does ("plenary of 3 March")."""
    basis = f"{PEOPLE}:{' '.join(words.split())}" if words.strip() else PEOPLE
    if len(basis) > MOST:
        raise Invalid(f"A basis has at most {MOST - len(PEOPLE) - 1} characters; shorten it to where the decision stands.")
    return basis


def edited(basis: str) -> str:
    """`basis` once people have edited the words; what it was stays readable, so that the paragraph keeps its identity."""
    return basis if by_people(basis) else f"{_EDITED}{basis}"[:MOST]


def by_people(basis: str) -> bool:
    """Whether people wrote or edited the words."""
    return basis.startswith((PEOPLE, _EDITED))


def stands_alone(basis: str) -> bool:
    """Whether a paragraph may stand on this basis without a passage: words of the template, or what people said it rests on."""
    return basis.removeprefix(_EDITED).startswith(("template:", "head:", f"{PEOPLE}:"))


def founded(row: Wording) -> bool:
    """Whether the wording rests on passages or on a basis; headings say nothing and need neither."""
    heading = row.paragraph.kind in (ParagraphKind.CHAPTER, ParagraphKind.SUBHEAD)
    return heading or bool(row.sources) or stands_alone(row.basis)
