"""`outreach responses read-form`: what a reply form that came back says."""

from pathlib import Path
from typing import Any

import rich_click as click
from sqlalchemy.orm import Session

from outreach.cli.showing import echo_json, echo_one, json_option, pass_office, said
from outreach.errors import Invalid, NotFound
from outreach.letters import register
from outreach.letters.models import Letter
from outreach.office import Office
from outreach.responses import returned
from outreach.responses.returned import ReturnedForm


@click.command("read-form")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@pass_office
def read_form(office: Office, file: Path, as_json: bool) -> None:
    """Read the answers in FILE, a reply form that came back as .docx or .xlsx; nothing is kept.

    Genuine is a form that holds the secret of its letter, which only whoever got the letter can know.

    Example: outreach responses read-form out/letters/wsis20-input/IGF-LP-2025-0001-reply.docx
    """
    form = returned.read(_content(file), file.name, office.form_hints())
    with office.reading() as session:
        letter = _letter(session, form)
        row = _row(file, form, letter)
    if as_json:
        echo_json(row)
        return
    answers = {code: _in_words(value) for code, value in row.pop("answers").items()}
    echo_one(row, False)
    for code, text in answers.items():
        click.echo(f"\n[{said(code)}]\n{said(text)}")


def _content(file: Path) -> bytes:
    # A pipe or a device would be read for ever.
    if not file.is_file() or file.stat().st_size > returned.LARGEST:
        raise Invalid(f"{file} is no reply form: it is no file, or has more than {returned.LARGEST // 2**20} MB.")
    return file.read_bytes()


def _letter(session: Session, form: ReturnedForm) -> Letter | None:
    try:
        return register.find(session, form.reference) if form.reference else None
    except NotFound:
        return None


def _row(file: Path, form: ReturnedForm, letter: Letter | None) -> dict[str, Any]:
    asked = returned.questions(letter.version_now.asked) if letter else ()
    return {
        "file": file.name,
        "reference": form.reference or None,
        "letter": letter.reference if letter else None,
        "genuine": letter is not None and form.is_genuine(letter),
        "respondent": form.respondent,
        "attribution": form.attribution,
        "boxes": list(form.ticked),
        "notes": list(form.notes),
        "answers": form.answers(asked),
    }


def _in_words(value: returned.Value) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{name}: {said(each)}" for name, each in value.items())
    return said(value)
