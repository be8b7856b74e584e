"""Campaigns on the desk: the values that every letter of a campaign shows."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import HiddenField

from outreach.campaigns import planning
from outreach.errors import OutreachError
from outreach.journal import Role
from outreach.letters import templates
from outreach.web.campaigns import typed_values
from outreach.web.campaigns_chasing import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office
from outreach.web.showing_again import must_be_unchanged, status_of


class ValuesForm(FlaskForm):  # type: ignore[misc]
    """The campaign as it stood when its values were shown; the values themselves are the template's."""

    version = HiddenField()


@pages.route("/campaigns/<slug>/values", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def values(slug: str) -> Any:
    """Give the values that are the same for everybody."""
    form = ValuesForm()
    try:
        if form.validate_on_submit():
            with acting() as (session, by, at):
                campaign = planning.find(session, slug)
                must_be_unchanged(form.version.data, campaign.version, campaign.slug)
                places = _places(campaign.template)
                planning.give(session, campaign, typed_values(request.form, places), places, by=by, at=at)
                flash("The values are kept. Drafts follow when they are written anew.", "success")
            return redirect(url_for("campaigns.show", slug=slug))
    except OutreachError as error:
        return _page(slug, form, str(error)), status_of(error)
    return _page(slug, form), 422 if form.errors else 200


def _places(template: str) -> dict[str, str]:
    return templates.find(template, office().template_folders("letters")).places


def _page(slug: str, form: ValuesForm, refusal: str = "") -> str:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        places = _places(campaign.template)
        typed: Mapping[str, str] = campaign.values
        if form.is_submitted():
            typed = {name: request.form.get(f"value-{name}", "") for name in places}
        form.version.data = str(campaign.version)
        shown = {"campaign": campaign, "form": form, "refusal": refusal, "values": typed, "places": places}
        return render_template("campaigns/values.html", **shown)
