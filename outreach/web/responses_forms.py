"""The forms of answers: logging one, saying what it is, who may be named, and what takes its place."""

from typing import TypeVar

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from outreach.contacts.models import Channel
from outreach.errors import Invalid
from outreach.inputs.models import AttributionLevel
from outreach.responses.models import ResponseKind
from outreach.web.seeing import said

V = TypeVar("V")
KINDS = [(kind.value, said(kind)) for kind in ResponseKind if kind is not ResponseKind.UNREAD]
CHANNELS = [(channel.value, said(channel)) for channel in Channel]
LEVELS = [
    (AttributionLevel.ATTRIBUTED.value, "attributed: by name"),
    (AttributionLevel.ORGANISATION.value, "organisation: the organisation only"),
    (AttributionLevel.GROUP.value, "group: the stakeholder group only"),
    (AttributionLevel.CONFIDENTIAL.value, "confidential: not at all, and no word of it leaves"),
]


class LogForm(FlaskForm):  # type: ignore[misc]
    """What came by mail, post, telephone or in a meeting."""

    letters = TextAreaField(
        "Letters answered", [Length(max=4000)], description="References, one a line.", render_kw={"rows": 2}
    )
    kind = SelectField("What came", choices=KINDS)
    channel = SelectField("How it came", choices=CHANNELS, default=Channel.POST.value)
    received_on = DateField("Received on", [InputRequired()])
    organisations = TextAreaField(
        "Who wrote",
        [Length(max=4000)],
        description="Organisations of the directory, one a line; left empty, the letters' addressee.",
        render_kw={"rows": 2},
    )
    names = TextAreaField(
        "Authors who stand in no directory", [Length(max=4000)], description="One a line.", render_kw={"rows": 1}
    )
    on_behalf_of = StringField("On behalf of", [Length(max=300)], description="Such as the Group of 77.")
    subject = StringField("Subject", [Length(max=500)])
    words = TextAreaField("Its words", [Length(max=1_000_000)], render_kw={"rows": 8})
    files = MultipleFileField("Scans, letters, texts", description="PDF, PNG, JPEG, TIFF, DOCX, ODT, RTF, plain text.")
    note = TextAreaField("Note for the office", [Length(max=20_000)], render_kw={"rows": 2})
    supersedes = IntegerField("Number of the earlier answer that this one replaces", [Optional(), NumberRange(1, 2**31 - 1)])
    level = SelectField("How its author may be named", choices=[("", "not said yet"), *LEVELS])
    evidence = StringField("Where that was said", [Length(max=2000)], description="Such as: box 2 ticked in the letter.")


class SortForm(FlaskForm):  # type: ignore[misc]
    """What a response is."""

    version = IntegerField()
    kind = SelectField("What it is", choices=KINDS)


class NamingForm(FlaskForm):  # type: ignore[misc]
    """How the author may be named."""

    level = SelectField("How its author may be named", choices=LEVELS)
    said_on = DateField("Said on", [InputRequired()])
    evidence = StringField("Where that was said", [DataRequired(), Length(max=2000)])


class ReplaceForm(FlaskForm):  # type: ignore[misc]
    """Which later response stands in this one's place."""

    version = IntegerField()
    later = IntegerField("Number of the later answer", [InputRequired(), NumberRange(1, 2**31 - 1)])


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Why a response counts no more."""

    version = IntegerField()
    why = StringField("Who took it back, and where", [DataRequired(), Length(max=2000)])


class LeaveOutForm(FlaskForm):  # type: ignore[misc]
    """Why an answer or a passage is not used."""

    reason = StringField("Why it is not used", [DataRequired(), Length(max=2000)], description="It stays in the office.")


def lines(typed: str | None) -> list[str]:
    """What stands on each line that holds something."""
    return [line.strip() for line in (typed or "").splitlines() if line.strip()]


def needed(value: V | None) -> V:
    """What a field that must be filled in holds; raises Invalid when it holds nothing."""
    if value is None:
        raise Invalid("Fill in every field that is needed.")
    return value
