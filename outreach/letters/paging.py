"""How many pages letters have, where their template says how many they may have.

Setting a page takes longer than all other checks together. So the longest letters of a template and language are set until
several in a row fit; the others, which are shorter, are taken to fit. Approval sets every page and asks again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from outreach.errors import Invalid
from outreach.letters import register
from outreach.letters.findings import Finding
from outreach.letters.freezing import Press
from outreach.letters.likeness import Group, Outline
from outreach.letters.sheets import draft_of
from outreach.typesetting.pdf import page_count

# How many that fit in a row are enough, and how many that do not are named before somebody must mend the template.
FITTING, TOO_LONG = 3, 25
Limit = Callable[[str], int | None]


def too_long(session: Session, all_of_them: Sequence[Outline], limit: Limit, press: Press) -> Mapping[int, Finding]:
    """The letters that have more pages than their template allows, by number; also those whose page cannot be set."""
    groups: defaultdict[Group, list[Outline]] = defaultdict(list)
    for one in all_of_them:
        groups[one.group].append(one)
    found: dict[int, Finding] = {}
    for (template, _language), letters in groups.items():
        most = limit(template)
        if most is not None:
            longest_first = sorted(letters, key=lambda one: one.length, reverse=True)
            found |= dict(_walk(session, [one.number for one in longest_first], most, press))
    return found


def _walk(session: Session, numbers: Sequence[int], most: int, press: Press) -> Iterator[tuple[int, Finding]]:
    fitting = failing = 0
    for letter in register.in_chunks(session, numbers, size=FITTING):
        finding = _finding(most, lambda: press.pdf(draft_of(letter.version_now, letter.reference)))  # noqa: B023 - called at once
        if finding:
            yield letter.id, finding
        fitting, failing = (0, failing + 1) if finding else (fitting + 1, failing)
        if fitting == FITTING or failing == TOO_LONG:
            return


def _finding(most: int, page: Callable[[], bytes]) -> Finding | None:
    try:
        return of_page(page(), most)
    except Invalid as error:
        return Finding("pages", str(error))


def of_page(pdf: bytes, most: int | None) -> Finding | None:
    """That this page is longer than `most` pages; None when it is not, or may have any number."""
    pages = page_count(pdf)
    if most is None or pages <= most:
        return None
    return Finding("pages", f"It has {pages} pages, and its template allows {most}; shorten it.")
