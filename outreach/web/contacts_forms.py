"""The forms of the directory: each field passes the same checks as the cell of a list, and errors stand beside it."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired
from wtforms.widgets import DateInput

from outreach.contacts import cells
from outreach.contacts.models import (
    AddressKind,
    Channel,
    Gender,
    Holder,
    Organisation,
    Post,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.errors import Invalid, OutreachError
from outreach.protocol.addressee import POST_KINDS, RANKS
from outreach.web.showing_again import must_be_unchanged, status_of

NEEDED = InputRequired("This is needed.")


def _choices(words: Any, *, none: str | None = None) -> list[tuple[str, str]]:
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


def _attributes(thing: Any, names: tuple[str, ...]) -> dict[str, str]:
    return {name: as_text(getattr(thing, name)) for name in names}


class OrganisationForm(Sheet):
    """What stands about an organisation."""

    NAMES: ClassVar[tuple[str, ...]] = (
        *("name", "acronym", "group", "regional_group", "country", "domain", "language"),
        *("designation_note", "note"),
    )
    name = text("Name", "", NEEDED)
    acronym = text("Acronym")
    group = SelectField("Stakeholder group", [readable], choices=_choices(StakeholderGroup))
    regional_group = SelectField("Regional group", [readable], choices=_choices(RegionalGroup, none="none"))
    country = text("Country", "Two letters, such as KE")
    domain = text("Internet domain", "Such as example.org")
    language = text("Language of correspondence", "A code such as en or fr", NEEDED, default="en")
    language_known = BooleanField("The organisation is known to write in this language")
    designation_note = TextAreaField("Note on its designation", [readable])
    note = TextAreaField("Note", [readable], description="For the office alone", render_kw={"rows": 4})
    submit = SubmitField("Save")

    def stored(self, thing: Organisation) -> Mapping[str, str]:
        """Its columns."""
        return _attributes(thing, self.NAMES)

    def show(self, thing: Organisation) -> None:
        """Also whether its language is known."""
        super().show(thing)
        if not self.is_submitted():
            self.language_known.data = not thing.language_assumed

    def changes(self, thing: Organisation) -> dict[str, str]:
        """A language that is only now known is a change, though it is the same."""
        found = super().changes(thing)
        if self.language_known.data and thing.language_assumed:
            found["language"] = self._typed("language")
        return found


class NewOrganisationForm(OrganisationForm):
    """An organisation to add."""

    language_known = None  # type: ignore[assignment]  # so WTForms leaves a field out
    submit = SubmitField("Add organisation")

    def stored(self, thing: Any) -> Mapping[str, str]:
        """Nothing yet."""
        return {}

    def version_of(self, thing: Any) -> int:
        """Nothing that could change meanwhile."""
        return 0

    def show(self, thing: Any) -> None:
        """What was typed."""


class NewPostForm(Sheet):
    """A post to add."""

    kind = SelectField("Kind of post", [readable], choices=_choices(POST_KINDS))
    seat = text("Seat", "Such as new-york or geneva, where the organisation has several posts of the kind")
    title = text("Title", "In English; blank where the kind says it")
    language = text("Language of correspondence", "Blank for the organisation's")
    preferred = SelectField("Reached by", choices=_choices(Channel))
    second = SelectField("If that fails, by", choices=_choices(Channel, none="nothing else"))
    through = text("Letters go through", "The key of the post that hands them on, such as igf-secretariat/head")
    liaison = text("Whom to call about letters", "The key of the liaison contact's post")
    copy_liaison = BooleanField("That post gets a copy of each letter")
    note = TextAreaField("Note", [readable], description="For the office alone", render_kw={"rows": 4})
    submit = SubmitField("Add post")

    def channels(self) -> tuple[Channel, Channel | None]:
        """The preferred and the second channel."""
        return Channel(self.preferred.data), Channel(self.second.data) if self.second.data else None


class PostForm(NewPostForm):
    """What may change about a post; kind and seat are part of its key."""

    kind = None  # type: ignore[assignment]  # so WTForms leaves a field out
    seat = None  # type: ignore[assignment]  # so WTForms leaves a field out
    submit = SubmitField("Save")

    def stored(self, thing: Post) -> Mapping[str, str]:
        """Its columns."""
        channels = {"preferred": as_text(thing.preferred_channel), "second": as_text(thing.second_channel)}
        ways = {name: way.key if way else "" for name, way in (("through", thing.through), ("liaison", thing.liaison))}
        copied = {"copy_liaison": "yes" if thing.liaison_copied else ""}
        return {**_attributes(thing, ("title", "language", "note")), **channels, **ways, **copied}


class NewHolderForm(Sheet):
    """Who holds a post from a day on."""

    full_name = text("Full name", "As it stands in the address, without Mr. or Ms.; else given and family name")
    given_name = text("Given name")
    family_name = text("Family name", "The greeting uses it")
    gender = SelectField(
        "Gender",
        [readable],
        choices=_choices(Gender, none="not known"),
        description="Only as the person's own record says; never guessed",
    )
    rank = SelectField("Rank", [readable], choices=_choices(RANKS, none="none recorded"))
    academic_title = text("Academic title", "Such as Dr. or Professor")
    style = text("Style", "Such as His Royal Highness")
    salutation = text("Own greeting", "Wins over every rule")
    from_date = day("Holds the post from")
    confirmed_on = day("Confirmed on", "The day on which the office made sure")
    in_charge = BooleanField("Only stands in (chargé d'affaires a.i.): whoever holds the post goes on holding it")
    submit = SubmitField("Add holder")

    def version_of(self, thing: Post) -> int:
        """Grows when anybody is added to the post, or a holding is changed."""
        return int(thing.version) + sum(holder.version for holder in thing.holders)


class HandoverForm(NewHolderForm):
    """Somebody who follows whoever holds a post, from a day on."""

    from_date = day("Holds the post from", "The one before holds it until the day before", NEEDED)
    in_charge = BooleanField("Only stands in (chargé d'affaires a.i.), until somebody is appointed")
    to_date = day(
        "Stands in until", "Only for somebody who stands in while the head is absent; the head goes on holding the post"
    )
    source = text("How the office knows", "Such as note verbale of 3 March")
    email = text("Own e-mail address", "It ends when the person leaves the post")
    confirmed_on = None  # type: ignore[assignment]  # so WTForms leaves a field out
    submit = SubmitField("Hand over")


class ConfirmForm(Sheet):
    """That the office made sure who holds a post."""

    confirmed_on = day("The office made sure on", "", NEEDED)
    source = text("How the office knows", "Such as by telephone, or note verbale of 3 March; blank leaves what stands")
    submit = SubmitField("Confirm")

    def version_of(self, thing: Post) -> int:
        """Grows when anybody is added to the post, or a holding is changed."""
        return int(thing.version) + sum(holder.version for holder in thing.holders)


class ConfirmManyForm(FlaskForm):  # type: ignore[misc]
    """That the office made sure of all holders that fit."""

    confirmed_on = day("The office made sure on", "", NEEDED)
    source = text("How the office knows", "Blank leaves what stands")
    count = IntegerField("How many are confirmed", [InputRequired("Type the number that is said above.")])
    submit = SubmitField("Confirm them")


_OF_PERSON = (
    *("full_name", "given_name", "family_name", "gender", "academic_title", "style"),
    *("salutation", "complimentary_close", "note"),
)


class HolderForm(NewHolderForm):
    """A person and how the post is held."""

    PERSON: ClassVar[tuple[str, ...]] = _OF_PERSON
    HOLDING: ClassVar[tuple[str, ...]] = ("rank", "from_date", "to_date", "confirmed_on")
    to_date = day("Holds it until", "The last day; blank while it lasts")
    complimentary_close = text("Own close", "Wins over every rule")
    note = TextAreaField("Note", [readable], description="For the office alone", render_kw={"rows": 4})
    in_charge = None  # type: ignore[assignment]  # so WTForms leaves a field out
    submit = SubmitField("Save")

    def stored(self, thing: Holder) -> Mapping[str, str]:
        """Columns of the person and of the holding."""
        return {**_attributes(thing.person, self.PERSON), **_attributes(thing, self.HOLDING)}

    def version_of(self, thing: Any) -> int:
        """Grows with the person and with the holding."""
        return int(thing.version) + int(thing.person.version)


class PersonForm(HolderForm):
    """A person, in whatever post."""

    rank = None  # type: ignore[assignment]  # so WTForms leaves a field out
    from_date = None  # type: ignore[assignment]  # so WTForms leaves a field out
    to_date = None  # type: ignore[assignment]  # so WTForms leaves a field out
    confirmed_on = None  # type: ignore[assignment]  # so WTForms leaves a field out
    submit = SubmitField("Save")

    def stored(self, thing: Any) -> Mapping[str, str]:
        """Columns of the person."""
        return _attributes(thing, self.PERSON)

    def version_of(self, thing: Any) -> int:
        """The person's alone."""
        return int(thing.version)


_ADDRESS = dict.fromkeys(("email", "phone", "address"), "value")


class AddressForm(Sheet):
    """An address to add to a post."""

    CALLED = _ADDRESS

    kind = SelectField("Kind", choices=_choices(AddressKind))
    value = TextAreaField("Address", [NEEDED], render_kw={"rows": 3})
    only_of = SelectField("Whose", description="An address of a person ends when the person leaves the post")
    submit = SubmitField("Add address")


class CorrectionForm(Sheet):
    """An address as it should be."""

    CALLED = _ADDRESS

    value = TextAreaField("Address", [NEEDED], render_kw={"rows": 3})
    submit = SubmitField("Save")

    def stored(self, thing: Any) -> Mapping[str, str]:
        """The address."""
        return {"value": thing.value}


class HoldForm(Sheet):
    """Why nobody may write there."""

    do_not_contact = text("Why nobody may write there", "Shown whenever a letter is held", NEEDED)
    from_date = day("Since", "", NEEDED)
    submit = SubmitField("Do not contact")

    def version_of(self, thing: Any) -> int:
        """Of a holder the person is meant."""
        return int(thing.person.version if isinstance(thing, Holder) else thing.version)


class NameForm(Sheet):
    """A name in a language."""

    language = text("Language", "A code such as fr; a name that is there in it is replaced", NEEDED)
    name = text("Name in that language", "", NEEDED)
    formal = another_name("In full", "With its article, such as the Republic of Kenya; blank keeps what there is")
    of_short = another_name("After a noun", "Such as of Kenya, du Kenya")
    of_formal = another_name("After a noun, in full", "Such as of the Republic of Kenya; letters to States need it")
    running = another_name("In a sentence", "Such as the Philippines, le Kenya")
    submit = SubmitField("Save name")


class TagForm(Sheet):
    """Tags to hang on."""

    tags = text("Tags to add", "Several with commas between them", NEEDED)
    submit = SubmitField("Add tags")


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A list or an address book to bring in."""

    file = FileField(
        "List",
        [FileRequired("Choose a file.")],
        description="CSV, .xlsx or .ods with the names of the columns in its first row, or vCards (.vcf)",
    )
    submit = SubmitField("Look at it")
