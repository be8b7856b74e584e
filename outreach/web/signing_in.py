"""Signing in and out: argon2id, few tries, sessions that end."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from outreach.accounts import passwords, people
from outreach.accounts.models import Account
from outreach.journal import Actor, Role
from outreach.web.guarding import limiter, needs
from outreach.web.seeing import office

pages = Blueprint("signing_in", __name__)
login = LoginManager()


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc]
    """Whoever is signed in, read anew at each request: a role taken away is gone at once."""

    actor: Actor

    def get_id(self) -> str:
        """The name in the session."""
        return self.actor.name


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Name and password."""

    name = StringField("Name", [InputRequired(), Length(max=200)], render_kw={"autocomplete": "username", "autofocus": True})
    password = PasswordField("Password", [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"})
    submit = SubmitField("Sign in")


def prepare(app: Flask) -> None:
    """Know who is signed in."""
    login.login_view = "signing_in.sign_in"
    login.login_message = "Sign in to go on."
    login.session_protection = "strong"
    login.init_app(app)
    login.user_loader(_load)


def _load(name: str) -> SignedIn | None:
    with office().reading() as reading:
        account = people.find(reading, name)
        return SignedIn(account.actor()) if account and account.active and _still_good(account) else None


def _still_good(account: Account) -> bool:
    began = session.get("began")
    if began is None:
        return False
    since, now = datetime.fromtimestamp(began, tz=UTC), office().now()
    hours = (now - since).total_seconds() / 3600
    ended = account.sessions_since is not None and since < account.sessions_since.replace(microsecond=0)
    return not ended and hours <= office().settings.desk.session_hours


def _by_name() -> str:
    return f"name {request.form.get('name', '').casefold()[:200]}"


@pages.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("10 per minute; 60 per hour", methods=["POST"])
@limiter.limit("5 per minute; 30 per hour", key_func=_by_name, methods=["POST"])
def sign_in() -> Any:
    """Show the form, or try a name and password."""
    if current_user.is_authenticated:
        return redirect(url_for("home.show"))
    form = SignInForm()
    if form.validate_on_submit():
        with office().reading() as reading:
            account = passwords.check(reading, form.name.data or "", form.password.data or "")
            who = account.actor() if account else None
        if who:
            _begin(who)
            return redirect(_next())
        flash("That name and password do not go together.", "danger")
        return render_template("sign_in.html", form=form), 422
    return render_template("sign_in.html", form=form)


def _begin(who: Actor) -> None:
    # A new session, so that a cookie planted before is worth nothing.
    session.clear()
    session["began"] = int(office().now().timestamp())
    session.permanent = True
    login_user(SignedIn(who))


def _next() -> str:
    """Where one wanted to go, if that is a page of this desk."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return wanted if inside else url_for("home.show")


@pages.post("/sign-out")
@needs(Role.READER)
def sign_out() -> Any:
    """End the session."""
    logout_user()
    session.clear()
    flash("You are signed out.", "info")
    return redirect(url_for("signing_in.sign_in"))
