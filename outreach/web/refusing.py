"""Every refusal in its words, in one place: 404, 409, 422; errors of the program without internals."""

from http import HTTPStatus

from flask import Flask, current_app, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from outreach.errors import Invalid, NotFound, OutreachError, Refused

STATUS = ((NotFound, 404), (Invalid, 422), (Refused, 409), (OutreachError, 400))

SENTENCES = {
    400: "The browser sent something that cannot be read here. Go back and try again.",
    404: "There is no such page. Perhaps the address was mistyped, or what it showed is gone.",
    405: "That cannot be done at this address.",
    413: "That is too large to be taken in here.",
    429: "Too many tries. Wait a few minutes, then try again.",
    500: "Something went wrong in the program. Nothing was saved; the engineer finds the details in the log.",
}


def prepare(app: Flask) -> None:
    """Turn each error into a page."""
    app.register_error_handler(OutreachError, _refusal)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _page(sentence: str, status: int) -> tuple[str, int]:
    template = "refused.html" if current_user and current_user.is_authenticated else "refused_outside.html"
    return render_template(template, sentence=sentence, status=status, phrase=HTTPStatus(status).phrase), status


def _refusal(error: OutreachError) -> tuple[str, int]:
    return _page(str(error), next(status for kind, status in STATUS if isinstance(error, kind)))


def _forged(error: CSRFError) -> tuple[str, int]:
    return _page("The form was too old or came from elsewhere; nothing was done. Open the page again and repeat.", 400)


def _http(error: HTTPException) -> tuple[str, int]:
    if isinstance(error, SecurityError):
        # No page can be put together for a host name that is not ours: its links would lead there.
        return "This desk does not answer to that name.\n", 400
    status = error.code or 500
    return _page(SENTENCES.get(status, SENTENCES[400]), status)


def _fault(error: Exception) -> tuple[str, int]:
    # The log names the page and the fault, never what stood in the form.
    current_app.logger.exception("fault at %s %s", request.method, request.endpoint, exc_info=error)
    return _page(SENTENCES[500], 500)
