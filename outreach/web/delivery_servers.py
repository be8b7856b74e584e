"""The mail servers on the desk: whether they let the office in, and signing in to them without a password."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from outreach.errors import NotFound, Refused
from outreach.journal import Role
from outreach.mail import oauth
from outreach.mail.oauth import Application, Code, Grant
from outreach.mail.token_store import TokenStore
from outreach.web.guarding import needs
from outreach.web.seeing import office

pages = Blueprint("delivery_servers", __name__, url_prefix="/delivery/servers")


@pages.get("/")
@needs(Role.APPROVER)
def index() -> Any:
    """What the settings name, and who signs in where."""
    return _page()


@pages.post("/check")
@needs(Role.APPROVER)
def check() -> Any:
    """Come to each server as sending would; nothing is sent."""
    for one in office().ways.check():
        flash(one.said, "success" if one.well else "warning")
    return redirect(url_for("delivery_servers.index"))


@pages.post("/sign-in")
@needs(Role.APPROVER)
def sign_in() -> Any:
    """Show the code that a person types at the provider."""
    application = _application()
    if not application.provider.device_url:
        raise Refused(f"{application.provider.name} asks for a browser: the engineer signs in for the desk on its machine.")
    code = _codes()[application.entry] = oauth.begin(application)
    return _page(application, code)


@pages.post("/signed-in")
@needs(Role.APPROVER)
def signed_in() -> Any:
    """The person says that the code was typed: ask the provider."""
    application = _application()
    code = _codes().get(application.entry)
    if code is None:
        raise Refused("No sign-in has begun here; begin one.")
    grant = oauth.ask_about(application, code)
    if not isinstance(grant, Grant):
        flash("The provider says that the code was not typed yet.", "warning")
        return _page(application, code)
    TokenStore.of().keep(application.entry, grant.lasting)
    _codes().pop(application.entry, None)
    flash(f"{application.username} is signed in at {application.provider.name}.", "success")
    return redirect(url_for("delivery_servers.index"))


def _page(application: Application | None = None, code: Code | None = None) -> str:
    mail, store = office().settings.mail, TokenStore.of()
    return render_template(
        "delivery/servers.html",
        servers=[("Mail server", mail.smtp), ("Mailbox", mail.imap)],
        redirects_to=mail.redirect_all_to,
        applications=[(one, bool(store.read(one.entry))) for one in office().ways.applications()],
        signing_in=application,
        code=code,
    )


def _application() -> Application:
    wanted = request.form.get("username", "")
    found = next((one for one in office().ways.applications() if one.username == wanted), None)
    if found is None:
        raise NotFound(f"The settings let nobody called {wanted!r} sign in without a password.")
    return found


def _codes() -> dict[str, Code]:
    # In the memory of the desk: whoever holds what belongs to a code gets the token once the code was typed.
    found: dict[str, Code] = current_app.extensions.setdefault("outreach-codes", {})
    return found
