"""`outreach answers`: what was answered to each question, read from replies, typed in, side by side."""

from pathlib import Path
from typing import Any

import rich_click as click

from outreach.archive import write_durably
from outreach.campaigns import planning
from outreach.cli.showing import NUMBER, echo_json, echo_rows, json_option, pass_office
from outreach.errors import Invalid
from outreach.inputs import attribution, collating, structuring
from outreach.inputs.models import AttributionLevel
from outreach.office import Office
from outreach.responses import shelf

_WRITERS = {".csv": collating.to_csv, ".xlsx": collating.to_xlsx}


@click.group()
def answers() -> None:
    """Answers by question: read from returned forms and numbered replies, typed in, put side by side.

    Example: outreach answers list wsis20-input
    """


@answers.command()
@click.argument("number", type=NUMBER)
@click.option("--keep", is_flag=True, help="Keep what is read; without it this only looks.")
@json_option
@pass_office
def read(office: Office, number: int, keep: bool, as_json: bool) -> None:
    """Read the answers in the response NUMBER: from its reply form, else by the numbers of the questions in its words.

    With --keep they are kept, and so is the box that the form has ticked, unless something is recorded already.

    Example: outreach answers read 2
    """
    with office.transaction() if keep else office.reading() as session:
        found = structuring.read(session, office.archive, shelf.get(session, number), office.form_hints())
        if keep and found.answers:
            who: dict[str, Any] = {"by": office.actor, "at": office.now()}
            structuring.keep(session, number, found.answers, where=found.where, **who)
            if found.attribution and attribution.of_response(session, number) is None:
                level = AttributionLevel(found.attribution)
                evidence = "Box ticked in the reply form that came back."
                attribution.record(session, number, level, said_on=office.today(), evidence=evidence, **who)
    if as_json:
        echo_json({"answers": found.answers, "where": found.where, "attribution": found.attribution, "notes": found.notes})
        return
    rows = [{"question": code, "answer": structuring.in_words(value)} for code, value in found.answers.items()]
    echo_rows(rows, ["question", "answer"], False, "No answer to a question could be read; type it in.")
    for note in found.notes:
        click.echo(note, err=True)


@answers.command("set")
@click.argument("number", type=NUMBER)
@click.argument("code")
@click.argument("answer")
@pass_office
def set_answer(office: Office, number: int, code: str, answer: str) -> None:
    """Type in what the response NUMBER answers to the question CODE. A figure: its value; its year; its source.

    Example: outreach answers set 2 trained "412; 2024; our register of participants"
    """
    with office.transaction() as session:
        questions = {one.code: one for one in structuring.asked_of(session, shelf.get(session, number))}
        value = structuring.value_of(questions[code], answer) if code in questions else answer
        structuring.keep(session, number, {code: value}, by=office.actor, at=office.now())
    click.echo(f"The answer of response {number} to {code} is kept: {structuring.in_words(value)}.")


@answers.command("list")
@click.argument("campaign")
@click.option("--by-country", is_flag=True, help="By country, then by respondent.")
@click.option("--question", "code", metavar="CODE", help="Only this question.")
@json_option
@pass_office
def list_answers(office: Office, campaign: str, by_country: bool, code: str | None, as_json: bool) -> None:
    """List the answers to the questions of CAMPAIGN, side by side and in alphabetical order; nothing is ranked.

    Example: outreach answers list wsis20-input --by-country
    """
    with office.reading() as session:
        found = collating.collate(session, planning.find(session, campaign), by_country=by_country)
        rows = [
            {"question": question.code, "country": one.country, "respondent": one.name, "response": one.number, "answer": words}
            for question in found.questions
            if code in (None, question.code)
            for one, words in found.to(question.code)
        ]
    echo_rows(rows, ["question", "country", "respondent", "response", "answer"], as_json, "No answer is kept yet.")


@answers.command()
@click.argument("campaign")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by-country", is_flag=True, help="By country, then by respondent.")
@pass_office
def export(office: Office, campaign: str, file: Path, by_country: bool) -> None:
    """Write the answers to CAMPAIGN into FILE (.csv or .xlsx), one row a respondent; for the office: it names everybody.

    Example: outreach answers export wsis20-input answers.xlsx
    """
    writer = _WRITERS.get(file.suffix.lower())
    if writer is None:
        raise Invalid(f"{file.name} is neither .csv nor .xlsx; name a file that ends so.")
    with office.reading() as session:
        found = collating.collate(session, planning.find(session, campaign), by_country=by_country)
        content = writer(found)
    write_durably(file, content)
    click.echo(f"The answers of {len(found.respondents)} respondents are in {file}.")
