"""The two files of a reply form, a document and a spreadsheet, as a letter encloses them."""

from collections.abc import Callable
from datetime import date

from outreach.letters.enclosing import Enclosed
from outreach.letters.models import Enclosure, LetterVersion, day_in_files
from outreach.letters.papers import DOCX
from outreach.letters.register import file_stem
from outreach.letters.reply_form import Issue, ReplyForm
from outreach.letters.reply_form_docx import reply_form_docx
from outreach.letters.reply_form_xlsx import reply_form_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make(
    form: ReplyForm, reference: str, dated: date, answer_token: str, keep: Callable[[bytes], str]
) -> tuple[Enclosed, Enclosed]:
    """Make both files for the letter `reference`; `keep` takes the bytes of each and gives their digest.

    The same letter of the same day always gives the same bytes.
    """
    issue = Issue(form=form, reference=reference, at=day_in_files(dated), answer_token=answer_token)
    document, spreadsheet = form.titles
    return (
        Enclosed(document, name_of(reference, "docx"), DOCX, keep(reply_form_docx(issue))),
        Enclosed(spreadsheet, name_of(reference, "xlsx"), XLSX, keep(reply_form_xlsx(issue))),
    )


def name_of(reference: str, suffix: str) -> str:
    """The name under which a form is saved."""
    return f"{file_stem(reference)}-reply.{suffix}"


def of_version(version: LetterVersion) -> list[Enclosure]:
    """Those enclosures of a version that are its reply form; their names, made here, are safe."""
    names = {name_of(version.letter.reference, suffix) for suffix in ("docx", "xlsx")}
    return [one for one in version.enclosures if one.filename in names]
