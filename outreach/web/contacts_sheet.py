"""What the forms of the directory are made of: fields checked as the cells of a list are, with the error beside each."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired
from wtforms.widgets import DateInput

from outreach.contacts import cells
from outreach.errors import Invalid, OutreachError
from outreach.web.showing_again import must_be_unchanged, status_of

NEEDED = InputRequired("This is needed.")


def choices(words: Any, *, none: str | None = None) -> list[tuple[str, str]]:
    """The words that may be chosen, as they are read; with `none`, also nothing, called so."""
    said = [(str(word), str(word).replace("-", " ")) for word in words]
    return said if none is None else [("", none), *said]


def readable(_form: object, field: Field) -> None:
    """Refuse, beside the field, what a list could not bring in either; blank is never wrong by itself."""
    _read(field.name, field)


def _as_a_name(_form: object, field: Field) -> None:
    """The same for a field that holds a name of some kind."""
    _read("name", field)


def _read(cell: str, field: Field) -> None:
    text = str(field.data or "").strip()
    if text:
        try:
            cells.read(cell, text)
        except Invalid as error:
            raise ValidationError(_sentence(str(error))) from None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def as_text(value: object) -> str:
    """A stored value as a form shows it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)


def text(label: str, description: str = "", *more: Any, **options: Any) -> StringField:
    """A line of text."""
    return StringField(label, [*more, readable], description=description, **options)


def another_name(label: str, description: str) -> StringField:
    """A line that holds a name, whatever the field is called."""
    return StringField(label, [_as_a_name], description=description)


def day(label: str, description: str = "", *more: Any) -> StringField:
    """A calendar day, in the browser's own way of choosing one."""
    return StringField(label, [*more, readable], description=description, widget=DateInput())


class Sheet(FlaskForm):  # type: ignore[misc]
    """A form over rows of the directory: `version` says from which state of them it was filled in."""

    version = HiddenField()
    # What a room calls a field that has another name here.
    CALLED: ClassVar[Mapping[str, str]] = {}

    @property
    def errors(self) -> dict[str | None, Any]:
        """Errors by field, those of the whole under None, where the desk's macros look for them (WTForms has them under "")."""
        whole = {None: self.form_errors} if self.form_errors else {}
        return {name: one.errors for name, one in self._fields.items() if one.errors} | whole

    def stored(self, thing: Any) -> Mapping[str, str]:
        """What stands in the directory, by field, as this form shows it."""
        return {}

    def version_of(self, thing: Any) -> int:
        """A number that grows with every change of the rows that the form is about."""
        return int(thing.version)

    def must_be_unchanged(self, thing: Any, what: str) -> None:
        """Raise Refused when somebody changed the rows since the form was filled in from them."""
        must_be_unchanged(self.version.data, self.version_of(thing), what)

    def show(self, thing: Any) -> None:
        """Fill in what is stored; once sent, keep what was typed, and say beside it what stands there by now."""
        changed = self.is_submitted() and self.version.data != str(self.version_of(thing))
        for name, value in self.stored(thing).items():
            if not self.is_submitted():
                self[name].data = value
            elif changed and self._typed(name) != value:
                self[name].description = f"Stands there now: {value or 'nothing'}"
        self.version.data = str(self.version_of(thing))

    def blame(self, error: OutreachError) -> int:
        """Put a refusal beside the field that it names, else above the form; gives the status of the page."""
        said, colon, reason = str(error).partition(": ")
        name = self.CALLED.get(said, said)
        if colon and name in self:
            self[name].errors = [*self[name].errors, _sentence(reason)]
        else:
            self.form_errors.append(str(error))
        return status_of(error)

    def given(self, *without: str) -> dict[str, str]:
        """The fields that are filled in, as a verb that adds takes them."""
        names = (one.name for one in self if one.name not in {"version", "csrf_token", "submit", *without})
        return {name: self._typed(name) for name in names if self._typed(name)}

    def changes(self, thing: Any) -> dict[str, str]:
        """The fields that differ from what is stored, as a verb that edits takes them: a hyphen takes a value away."""
        stored = self.stored(thing)
        return {name: self._typed(name) or cells.NOTHING for name in stored if self._typed(name) != stored[name]}

    def _typed(self, name: str) -> str:
        data = self[name].data
        if isinstance(data, bool):
            return "yes" if data else ""
        return str(data or "").replace("\r\n", "\n").strip()


def attributes(thing: Any, names: tuple[str, ...]) -> dict[str, str]:
    """These columns of a row, as a form shows them."""
    return {name: as_text(getattr(thing, name)) for name in names}
