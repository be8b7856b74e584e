"""The people of the office, their roles, and passwords."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

from outreach.accounts import passwords
from outreach.accounts import people as working
from outreach.accounts.models import Account
from outreach.errors import NotFound
from outreach.journal import Role
from outreach.web.guarding import needs
from outreach.web.seeing import acting, actor, office

pages = Blueprint("people", __name__, url_prefix="/people")
ROLES = [(role.value, role.value) for role in Role]


class NewPersonForm(FlaskForm):  # type: ignore[misc]
    """A person and what they may do."""

    name = StringField("Name", [InputRequired(), Length(max=200)])
    role = SelectField("Role", choices=ROLES)
    password = PasswordField(
        "First password",
        [InputRequired(), Length(12, 200)],
        description="12 characters or more",
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField("Add")


class RoleForm(FlaskForm):  # type: ignore[misc]
    """Another role, or leaving."""

    role = SelectField("Role", choices=ROLES)
    active = SelectField("Works here", choices=[("yes", "yes"), ("no", "no")])
    submit = SubmitField("Save")


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """One's own password."""

    old = PasswordField("Present password", [InputRequired()], render_kw={"autocomplete": "current-password"})
    new = PasswordField("New password", [InputRequired(), Length(12, 200)], render_kw={"autocomplete": "new-password"})
    again = PasswordField("New password again", [EqualTo("new", "The two differ.")], render_kw={"autocomplete": "new-password"})
    submit = SubmitField("Change password")


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """Who works here."""
    with office().reading() as session:
        return render_template("people/list.html", everybody=working.everybody(session), form=NewPersonForm())


@pages.post("/")
@needs(Role.KEEPER)
def add() -> Any:
    """Add a person with a first password."""
    form = NewPersonForm()
    if not form.validate_on_submit():
        with office().reading() as session:
            return render_template("people/list.html", everybody=working.everybody(session), form=form), 422
    with acting() as (session, by, at):
        account = working.add(session, form.name.data or "", Role(form.role.data), by=by, at=at)
        passwords.give(session, account.name, form.password.data or "", by=by, at=at)
    flash(f"{account.name} works here now.", "success")
    return redirect(url_for("people.index"))


@pages.route("/<int:number>", methods=["GET", "POST"])
@needs(Role.KEEPER)
def change(number: int) -> Any:
    """Give somebody another role, or note that they left."""
    with acting() as (session, by, at):
        account = session.get(Account, number)
        if account is None:
            raise NotFound("Nobody with that number works here.")
        form = RoleForm(data={"role": account.role.value, "active": "yes" if account.active else "no"})
        if not form.validate_on_submit():
            return render_template("people/change.html", account=account, form=form)
        working.change(session, account.name, role=Role(form.role.data), active=form.active.data == "yes", by=by, at=at)
    flash(f"{account.name}: saved.", "success")
    return redirect(url_for("people.index"))


@pages.route("/me", methods=["GET", "POST"])
@needs(Role.READER)
def me() -> Any:
    """Change one's own password."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("people/me.html", form=form), 422 if form.is_submitted() else 200
    with acting() as (session, by, at):
        account = working.find(session, by.name)
        if account is None:
            raise NotFound("You no longer work here.")
        passwords.change_own(session, account, form.old.data or "", form.new.data or "", at=at)
    flash(f"Your password is changed, {actor().name}; sign in with the new one.", "success")
    return redirect(url_for("signing_in.sign_in"))
