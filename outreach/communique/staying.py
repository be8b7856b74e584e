"""What stays in the office: a letter that encloses a working edition does not leave."""

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.communique.composing import Edition
from outreach.communique.exporting import EDITION
from outreach.communique.models import Exported
from outreach.errors import OutreachError
from outreach.letters.leaving import Numbers
from outreach.letters.models import Enclosure, Letter, LetterVersion
from outreach.letters.papers import DOCX
from outreach.typesetting.docx_opening import custom_properties


def reasons(session: Session, letters: Numbers, fetch: Callable[[str], bytes]) -> Mapping[int, str]:
    """Why letters may not leave, by letter id: they enclose a working edition, as it was written or as Word saved it since.

    `fetch` gives a file by its digest. One query, and each DOCX file that is enclosed is opened once.
    """
    query = (
        select(Letter.id, Enclosure.title, Enclosure.sha256, Enclosure.content_type, Exported.edition)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .join(Enclosure, Enclosure.letter_version_id == LetterVersion.id)
        .outerjoin(Exported, (Exported.digest == Enclosure.sha256) & (Exported.edition == Edition.WORKING.value))
        .where(Letter.id.in_(letters))
    )
    opened: dict[str, bool] = {}
    found = {}
    for number, title, sha256, content_type, edition in session.execute(query):
        if edition is None and content_type == DOCX and sha256 not in opened:
            opened[sha256] = _is_working(fetch, sha256)
        if edition is not None or opened.get(sha256):
            found[number] = f"“{title}” is the working edition, which stays in the office; enclose the clean one instead"
    return found


def _is_working(fetch: Callable[[str], bytes], sha256: str) -> bool:
    try:
        return custom_properties(fetch(sha256)).get(EDITION) == Edition.WORKING.value
    except OutreachError:
        # What cannot be opened is no edition of ours; whether it may go is for others to say.
        return False
