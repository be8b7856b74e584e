"""The forms of the directory: organisations, posts, who holds them, addresses, names."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, SubmitField, TextAreaField
from wtforms.validators import InputRequired

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
from outreach.protocol.addressee import POST_KINDS, RANKS
from outreach.web.contacts_sheet import NEEDED, Sheet, another_name, as_text, attributes, choices, day, readable, text


class OrganisationForm(Sheet):
    """What stands about an organisation."""

    NAMES: ClassVar[tuple[str, ...]] = (
        *("name", "acronym", "group", "regional_group", "country", "domain", "language"),
        *("designation_note", "note"),
    )
    name = text("Name", "", NEEDED)
    acronym = text("Acronym")
    group = SelectField("Stakeholder group", [readable], choices=choices(StakeholderGroup))
    regional_group = SelectField("Regional group", [readable], choices=choices(RegionalGroup, none="none"))
    country = text("Country", "Two letters, such as KE")
    domain = text("Internet domain", "Such as example.org")
    language = text("Language of correspondence", "A code such as en or fr", NEEDED, default="en")
    language_known = BooleanField("The organisation is known to write in this language")
    designation_note = TextAreaField("Note on its designation", [readable])
    note = TextAreaField("Note", [readable], description="For the office alone", render_kw={"rows": 4})
    submit = SubmitField("Save")

    def stored(self, thing: Organisation) -> Mapping[str, str]:
        """Its columns."""
        return attributes(thing, self.NAMES)

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

    kind = SelectField("Kind of post", [readable], choices=choices(POST_KINDS))
    seat = text("Seat", "Such as new-york or geneva, where the organisation has several posts of the kind")
    title = text("Title", "In English; blank where the kind says it")
    language = text("Language of correspondence", "Blank for the organisation's")
    preferred = SelectField("Reached by", choices=choices(Channel))
    second = SelectField("If that fails, by", choices=choices(Channel, none="nothing else"))
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
        return {**attributes(thing, ("title", "language", "note")), **channels, **ways, **copied}


class NewHolderForm(Sheet):
    """Who holds a post from a day on."""

    full_name = text("Full name", "As it stands in the address, without Mr. or Ms.; else given and family name")
    given_name = text("Given name")
    family_name = text("Family name", "The greeting uses it")
    gender = SelectField(
        "Gender",
        [readable],
        choices=choices(Gender, none="not known"),
        description="Only as the person's own record says; never guessed",
    )
    rank = SelectField("Rank", [readable], choices=choices(RANKS, none="none recorded"))
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
        return {**attributes(thing.person, self.PERSON), **attributes(thing, self.HOLDING)}

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
        return attributes(thing, self.PERSON)

    def version_of(self, thing: Any) -> int:
        """The person's alone."""
        return int(thing.version)


_ADDRESS = dict.fromkeys(("email", "phone", "address"), "value")


class AddressForm(Sheet):
    """An address to add to a post."""

    CALLED = _ADDRESS

    kind = SelectField("Kind", choices=choices(AddressKind))
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
