"""Answers by question on the desk: side by side by respondent or by country, read from a reply, or typed in."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from outreach.campaigns import planning
from outreach.errors import OutreachError
from outreach.inputs import attribution, collating, structuring
from outreach.inputs.models import AttributionLevel
from outreach.journal import Role
from outreach.responses import shelf
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office
from outreach.web.showing_again import status_of

pages = Blueprint("answers", __name__, url_prefix="/answers")
_KINDS = {
    "csv": (collating.to_csv, "text/csv"),
    "xlsx": (collating.to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@pages.get("/of/<slug>")
@needs(Role.READER)
def index(slug: str) -> Any:
    """The answers to a campaign's questions."""
    by_country = request.args.get("by") == "country"
    with office().reading() as session:
        campaign = planning.find(session, slug)
        found = collating.collate(session, campaign, by_country=by_country)
        language = office().settings.office.default_language
        return render_template("answers/list.html", campaign=campaign, found=found, by_country=by_country, language=language)


@pages.get("/of/<slug>/answers.<any(csv, xlsx):kind>")
@needs(Role.READER)
def export(slug: str, kind: str) -> Any:
    """The answers as a spreadsheet to save."""
    write, mimetype = _KINDS[kind]
    with office().reading() as session:
        found = collating.collate(session, planning.find(session, slug), by_country=request.args.get("by") == "country")
        content = write(found)
    headers = {"Content-Disposition": f"attachment; filename=answers.{kind}"}
    return Response(content, mimetype=mimetype, headers=headers)


@pages.get("/<int:number>")
@needs(Role.DRAFTER)
def show(number: int) -> Any:
    """The answers of one response, to type in or to read from what came."""
    return _page(number)


def _page(number: int, refusal: str = "", status: int = 200) -> Any:
    with office().reading() as session:
        response = shelf.get(session, number)
        kept = {row.code: structuring.in_words(row.value) for row in structuring.of_response(session, number)}
        asked = structuring.asked_of(session, response)
        found = structuring.read(session, office().archive, response, office().form_hints()) if "read" in request.args else None
        read = {code: structuring.in_words(value) for code, value in found.answers.items()} if found else {}
        typed = {question.code: request.form.get(f"answer-{question.code}", "") for question in asked} if refusal else {}
        return render_template(
            "answers/one.html",
            response=response,
            authors=shelf.author_names(response),
            asked=asked,
            values={**kept, **read, **typed},
            found=found,
            refusal=refusal,
            form=FlaskForm(),
        ), status


@pages.post("/<int:number>")
@needs(Role.DRAFTER)
def keep(number: int) -> Any:
    """Keep what was typed; fields left empty are not answers."""
    try:
        with acting() as (session, by, at):
            asked = structuring.asked_of(session, shelf.get(session, number))
            kept = {row.code: structuring.in_words(row.value) for row in structuring.of_response(session, number)}
            typed = {question.code: request.form.get(f"answer-{question.code}", "").strip() for question in asked}
            changed = {
                question.code: structuring.value_of(question, typed[question.code])
                for question in asked
                if typed[question.code] and typed[question.code] != kept.get(question.code)
            }
            where = structuring.FORM if request.form.get("where") == structuring.FORM else structuring.TYPED
            structuring.keep(session, number, changed, where=where, by=by, at=at)
            level = request.form.get("level", "")
            if level in set(AttributionLevel) and attribution.of_response(session, number) is None:
                evidence = "Box ticked in the reply form that came back."
                said_on = office().today()
                attribution.record(session, number, AttributionLevel(level), said_on=said_on, evidence=evidence, by=by, at=at)
    except OutreachError as error:
        return _page(number, str(error), status_of(error))
    flash(f"{len(changed)} answers are kept.", "success")
    return redirect(url_for("answers.show", number=number))
