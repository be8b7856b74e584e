"""Doing what a form asks, or showing it again with the reason: nobody's words are lost, and none are overwritten."""

from collections.abc import Callable
from datetime import datetime

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from outreach.database import Edited
from outreach.errors import OutreachError, Refused
from outreach.journal import Actor
from outreach.web.seeing import acting

Act = Callable[[Session, Actor, datetime], object]


def tried(form: FlaskForm, act: Act) -> int:
    """Let `act` do what `form` asks; 0 when it is done, else the status with which the form is shown again, its reason on it.

    409 where things do not allow it as they stand, 422 where the form must be mended.
    """
    if not form.validate_on_submit():
        return 422
    try:
        with acting() as (session, by, at):
            act(session, by, at)
    except OutreachError as error:
        form.form_errors.append(str(error))
        return 409 if isinstance(error, Refused) else 422
    return 0


def unchanged(row: Edited, version: int | None, what: str) -> None:
    """Raise Refused when `row` is no longer as it was when the form was opened."""
    if version != row.version:
        raise Refused(
            f"{what} was changed meanwhile by somebody else; your words are still in the form. "
            "Look at what stands there now, then send it again."
        )
