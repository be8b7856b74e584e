"""The desk as an application: put together from the office, its rooms' pages, and what guards them."""

from importlib.resources import files
from typing import Any

from flask import Blueprint, Flask
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from outreach.office import Office
from outreach.web import guarding, people, refusing, rooms, seeing, signing_in


def create_app(office: Office, **overrides: Any) -> Flask:
    """The desk of `office`; `overrides` replace Flask settings (tests)."""
    desk = office.settings.desk
    app = Flask("outreach.web")
    app.config.update(
        SECRET_KEY=guarding.secret_key(office.folder),
        BOOTSTRAP_SERVE_LOCAL=True,
        SESSION_COOKIE_NAME="outreach",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=desk.https,
        PERMANENT_SESSION_LIFETIME=desk.session_hours * 3600,
        MAX_CONTENT_LENGTH=desk.upload_megabytes * 2**20,
        MAX_FORM_MEMORY_SIZE=2 * 2**20,
        MAX_FORM_PARTS=5000,
        TRUSTED_HOSTS=list(desk.hosts),
        # A form stays good as long as the session it belongs to.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=desk.https,
        RATELIMIT_ENABLED=True,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.config.update(overrides)
    app.extensions["office"] = office
    if desk.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=desk.proxies, x_proto=desk.proxies, x_host=desk.proxies)  # type: ignore[method-assign]
    Bootstrap5(app)
    for part in (guarding, signing_in, refusing, seeing):
        part.prepare(app)
    for page in (signing_in.pages, people.pages, *rooms.PAGES):
        app.register_blueprint(page)
    app.register_blueprint(_htmx())
    return app


def _htmx() -> Blueprint:
    # htmx comes with its package and is served from there: no copy of it stands in this repository.
    folder = str(files("js_lib_htmx") / "static" / "htmx")
    return Blueprint("htmx", __name__, static_folder=folder, static_url_path="/static/htmx")
