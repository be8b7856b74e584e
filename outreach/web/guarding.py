"""What guards every page: who may see it, forged forms, what a browser may load, how often one may try."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from outreach.journal import Role

V = TypeVar("V", bound=Callable[..., Any])
SECRET_FILE = ".desk-secret"  # noqa: S105 - a file name

# No script or style inside a page, nothing from elsewhere, no page of ours inside another's.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://")

# Endpoints that need no sign-in: the sign-in itself, the files of the look, and the calendar, whose address is its key.
PUBLIC = frozenset({"signing_in.sign_in", "static", "htmx.static", "bootstrap.static", "deadlines.feed"})


def secret_key(folder: Path) -> str:
    """The key that signs sessions: `OUTREACH_DESK_SECRET`, else a file of the office that only its owner reads."""
    given = os.environ.get("OUTREACH_DESK_SECRET")
    if given:
        return given
    path = folder / SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")


def needs(role: Role) -> Callable[[V], V]:
    """Mark a handler as one for people whose role includes `role`; one without a mark is shown to nobody."""

    def mark(view: V) -> V:
        view.needs_role = role  # type: ignore[attr-defined]
        return view

    return mark


def role_of(endpoint: str) -> Role | None:
    """The role that an endpoint asks for; None where it asks for none."""
    view = current_app.view_functions.get(endpoint)
    return getattr(view, "needs_role", None)


def prepare(app: Flask) -> None:
    """Put the guards before and after every request."""
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(_can_be_kept)
    app.before_request(_may_see)
    app.after_request(_harden)


def _can_be_kept() -> None:
    # Nobody types a NUL, and PostgreSQL keeps none in text: it would break a page in the middle of its work.
    words = (*(request.view_args or {}).values(), *request.args.values(), *request.form.values())
    if any("\0" in str(word) for word in words):
        abort(400)


def _may_see() -> Any:
    endpoint = request.endpoint or ""
    if endpoint in PUBLIC or request.routing_exception is not None:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    role = role_of(endpoint)
    if role is None:
        # Forgotten is refused: a page that does not say who may see it is seen by nobody.
        raise PermissionError(f"the page {endpoint} does not say who may see it")
    current_user.actor.must_be(role, "see this page" if request.method == "GET" else "do this")
    return None


def _harden(response: Response) -> Response:
    policy = dict(POLICY)
    if response.mimetype == "application/pdf":
        # The page beside the text is a frame of our own; it holds no script.
        policy |= {"frame-ancestors": "'self'", "object-src": "'self'", "style-src": "'unsafe-inline'"}
    response.headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if not (request.endpoint or "").endswith("static"):
        response.headers["Cache-Control"] = "no-store"
    return response
