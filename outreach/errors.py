"""What can go wrong in the office's own terms; a face turns each into its words in one place.

A message says what is wrong, where, and what to do next, in one sentence that an office reads:
``Refused("Letter IGF/LP/2025/0012 is a draft; approve it before sending.")``.
"""


class OutreachError(Exception):
    """Anything that the office, not the engineer, is told about.

    `to_type` is a further sentence for the command line alone, which names what to type there; the desk does not show it. A
    kind of error may have one for all of its own.
    """

    to_type = ""

    def __init__(self, message: str, *, to_type: str = "") -> None:
        super().__init__(message)
        if to_type:
            self.to_type = to_type


class NotFound(OutreachError):
    """What was named does not exist here."""


class Invalid(OutreachError):
    """What was given cannot be read, or breaks a rule of form."""


class Refused(OutreachError):
    """The act is well formed but not allowed as things stand."""
