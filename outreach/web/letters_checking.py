"""Letters on the desk: the check of a batch with what stands out in it, and approval, which confirms each kind of warning."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import IntegerField
from wtforms.validators import InputRequired

from outreach.campaigns import planning
from outreach.errors import Invalid, NotFound, OutreachError
from outreach.journal import Role
from outreach.letters import approving, checking, outliers, register
from outreach.letters.approving import OWN_WORD, Authority
from outreach.letters.checking import Checked
from outreach.letters.findings import KINDS
from outreach.letters.models import LetterState
from outreach.letters.reporting import Report
from outreach.web.guarding import needs
from outreach.web.letters_acting import pages as pages
from outreach.web.seeing import acting, actor, office, page_of, window
from outreach.web.showing_again import must_be_unchanged, status_of

CHECKED = (LetterState.DRAFT, LetterState.APPROVED)
# As many letters are checked while a page opens; more only once somebody asks, for that takes seconds.
AT_ONCE = 200
A_SECOND = 1000  # letters, or somewhat more


class ManyForm(FlaskForm):  # type: ignore[misc]
    """The exact number, typed."""

    count = IntegerField(
        "Type the number of drafts to approve them all",
        [InputRequired()],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


@pages.get("/check/<slug>")
@needs(Role.READER)
def check(slug: str) -> Any:
    """What is wrong with a campaign's letters, and what stands out; or the letters of one finding or value."""
    state = _state()
    with office().reading() as session:
        campaign = planning.find(session, slug)
        numbers = register.numbers(session, campaign, state)
        if "kind" in request.args or "field" in request.args:
            return _letters_of(session, slug, state, numbers)
        shown = {"campaign": campaign, "state": state.value, "kinds": KINDS, "confirmed": {}}
        return render_template("letters/check.html", **shown, **_check(session, numbers))


def _state() -> LetterState:
    said = request.args.get("state", LetterState.DRAFT.value)
    if said not in CHECKED:
        raise NotFound(f"Letters in the state {said!r} are not checked; drafts are, and approved ones.")
    return LetterState(said)


def _check(session: Session, numbers: Sequence[int]) -> dict[str, Any]:
    """The report on these letters; without one, where they are many and nobody asked yet, how long it takes."""
    asked = len(numbers) <= AT_ONCE or "all" in request.args or request.method == "POST"
    report = _report(session, numbers) if asked else None
    return {"report": report, "count": len(numbers), "seconds": -(-len(numbers) // A_SECOND)}


def _report(session: Session, numbers: Sequence[int]) -> Report:
    return Report.of(checking.check(session, numbers, office().checks), len(numbers))


def _letters_of(session: Session, slug: str, state: LetterState, numbers: Sequence[int]) -> str:
    """The letters that have a kind of finding or a value of a field, with what is found in them."""
    wanted, title = _asked()
    offset, limit = window()
    found = [one for one in checking.check(session, numbers, office().checks) if wanted(one)]
    page = page_of(found[offset : offset + limit])
    return render_template(
        "letters/checked.html", slug=slug, state=state.value, title=title, page=page, count=len(found), kinds=KINDS
    )


def _asked() -> tuple[Callable[[Checked], bool], str]:
    kind, name, value = (request.args.get(word, "") for word in ("kind", "field", "value"))
    if kind:
        if kind not in KINDS:
            raise NotFound("There is no such kind of finding.")
        return lambda one: any(finding.kind == kind for finding in one.findings), KINDS[kind].words
    return lambda one: outliers.fields(one.case).get(name) == value, f"{name}: {value or 'empty'}"


@pages.route("/approve/<slug>", methods=["GET", "POST"])
@needs(Role.APPROVER)
def approve_many(slug: str) -> Any:
    """Approve all drafts of a campaign, typing how many they are and ticking each kind of warning."""
    form = ManyForm()
    try:
        if form.validate_on_submit():
            with acting() as (session, by, at):
                campaign = planning.find(session, slug)
                numbers = register.exactly(session, campaign, LetterState.DRAFT, form.count.data, "approved")
                approving.approve(session, numbers, office().checks, office().archive, confirmed=_confirmed(), by=by, at=at)
            flash(f"{len(numbers)} letters of {slug} are approved.", "success")
            return redirect(url_for("campaigns.show", slug=slug))
    except OutreachError as error:
        return _many_page(slug, form, str(error)), status_of(error)
    return _many_page(slug, form), 422 if form.errors else 200


def _confirmed() -> dict[str, int]:
    """The kinds of warnings that were ticked, each with the number that stood beside it."""
    ticked = (word.rpartition(":") for word in request.form.getlist("confirm"))
    return {kind: int(number) for kind, _, number in ticked if number.isascii() and number.isdigit() and len(number) < 10}


def _many_page(slug: str, form: ManyForm, refusal: str = "") -> str:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        numbers = register.numbers(session, campaign, LetterState.DRAFT)
        drafts = register.Filter(campaign=slug, state=LetterState.DRAFT)
        return render_template(
            "letters/approve_many.html",
            campaign=campaign,
            form=form,
            refusal=refusal,
            kinds=KINDS,
            confirmed=_confirmed(),
            **_check(session, numbers),
            sample=register.page(session, drafts, offset=0, limit=10).rows,
        )


@pages.route("/<int:number>/approve", methods=["GET", "POST"])
@needs(Role.APPROVER)
def approve(number: int) -> Any:
    """Approve the version that was shown: by one's own word, or by somebody's that was given elsewhere."""
    if request.method == "GET":
        return _approve_page(number)
    try:
        with acting() as (session, by, at):
            letter = register.get(session, number)
            must_be_unchanged(request.form.get("version"), letter.version, letter.reference)
            authority = _authority()
            approving.approve(
                session,
                [letter.id],
                office().checks,
                office().archive,
                confirmed=_confirmed(),
                by=by,
                at=at,
                authority=authority,
            )
            flash(f"{letter.reference} is approved.", "success")
    except OutreachError as error:
        return _approve_page(number, str(error)), status_of(error)
    return redirect(url_for("letters.show", number=number))


def _approve_page(number: int, refusal: str = "") -> str:
    with office().reading() as session:
        letter = register.get(session, number)
        if letter.state is not LetterState.DRAFT:
            raise Invalid(refusal or f"{letter.reference} is {letter.state}; only a draft can be approved.")
        return render_template(
            "letters/approve.html",
            letter=letter,
            refusal=refusal,
            report=_report(session, [letter.id]),
            kinds=KINDS,
            confirmed=_confirmed(),
            typed=request.form,
        )


def _authority() -> Authority:
    said, behalf = request.form.get("evidence", ""), request.form.get("on_behalf_of", "")
    file = request.files.get("file")
    given = (file.filename or "", file.read()) if file and file.filename else None
    if not (said.strip() or behalf.strip() or given):
        return OWN_WORD
    return approving.given_elsewhere(office().archive, on_behalf_of=behalf, evidence=said, file=given, by=actor())
