"""A form that was refused is shown again with what was typed: nobody's words are lost, none overwritten."""

from outreach.errors import OutreachError, Refused
from outreach.web.refusing import STATUS


def must_be_unchanged(shown: str | None, version: int, what: str) -> None:
    """Raise Refused when `what` is no longer at the version that the form was filled in from."""
    if shown != str(version):
        raise Refused(
            f"{what} was changed meanwhile by somebody else; your words are still in the form: compare them with what stands"
            " now, then save again."
        )


def status_of(error: OutreachError) -> int:
    """The status of a page that shows this refusal beside its form."""
    return next(status for kind, status in STATUS if isinstance(error, kind))
