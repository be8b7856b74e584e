"""Trying a template on a cast of awkward addressees, in each language, before it goes to anybody."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import msgspec

from outreach.errors import Invalid
from outreach.letters import cast, noting, proofreading
from outreach.letters.cast import Member
from outreach.letters.citing import VALUE, Earlier
from outreach.letters.composed import Composed
from outreach.letters.composing import Composer, Sender, Unwritable
from outreach.letters.freezing import Press
from outreach.letters.sheet import Sheet
from outreach.letters.sheets import draft_of
from outreach.letters.templates import Shelved
from outreach.letters.values import GIVEN
from outreach.letters.wishing import Wish
from outreach.letters.wording import Wording
from outreach.protocol.forms import Forms, NoNote, Unaddressable
from outreach.typesetting.pdf import CannotTypeset

GetForms = Callable[[str], Forms]
Level = Literal["fails", "warns", "refused"]
_MODELS = ("en", "fr")
_MEETING = {"start": "{day}T14:00", "end": "{day}T15:30", "zone": "Europe/Zurich"}


@dataclass(frozen=True)
class Finding:
    """What came of trying `template` in `language` on one of the cast ("" for the wording by itself).

    "fails": the template is at fault. "warns": to be looked at. "refused": as it should be, for the record of the addressee
    does not allow a correct letter.
    """

    template: str
    language: str
    addressee: str
    level: Level
    what: str


class Rehearsal:
    """A template as the office would send it on `dated`: its sender, its forms of address, its press.

    `doubt` says why its sender may not send it at all, "" if it may; it can be looked at all the same.
    """

    def __init__(self, template: Shelved, sender: Sender, press: Press, *, dated: date, forms: GetForms) -> None:
        office = msgspec.structs.replace(sender.settings.office, languages=template.languages)
        # All languages of the template, also those that the office does not write in yet.
        is_note = template.about.form == noting.NOTE
        profile = noting.for_show(sender.profile, template.languages, forms) if is_note else sender.profile
        self.doubt = noting.doubt(sender.profile, template.name) if is_note else ""
        sender = Sender(msgspec.structs.replace(sender.settings, office=office), profile)
        deadline = dated + timedelta(days=60)
        self.template = template
        self._press = press
        self._dated = dated
        self._composer = Composer(template, sender, dated=dated, deadline=deadline, forms=forms)
        self._reference = office.reference.format(year=dated.year, serial=120)

    def members(self, language: str) -> tuple[Member, ...]:
        """The cast that the template is tried on."""
        return cast.cast(self.template.about.post_kinds, language)

    def findings(self, languages: Sequence[str] = ()) -> Iterator[Finding]:
        """What fails, what warns and what is refused, in these languages (all when none is named)."""
        for language in languages or self.template.languages:
            if self.doubt:
                yield Finding(self.template.name, language, "", "warns", self.doubt)
            yield from self._in(language)

    def _in(self, language: str) -> Iterator[Finding]:
        try:
            wording = self.template.wording(language)
            model = self._model(language)
        except Invalid as error:
            yield Finding(self.template.name, language, "", "fails", str(error))
            return
        for doubt in proofreading.doubts(self.template, wording, model):
            yield Finding(self.template.name, language, "", "warns", doubt)
        told: set[str] = set()
        for member in self.members(language):
            for finding in self._tried(wording, member):
                # Said once, with the first of the cast whom it concerns.
                if finding.level != "warns" or finding.what not in told:
                    told.add(finding.what)
                    yield finding

    def _model(self, language: str) -> Wording:
        models = [one for one in (*_MODELS, *self.template.languages) if one in self.template.languages]
        return self.template.wording(models[0] if models else language)

    def _tried(self, wording: Wording, member: Member) -> Iterator[Finding]:
        def finding(level: Level, what: object) -> Finding:
            return Finding(self.template.name, wording.language, member.name, level, str(what))

        try:
            composed = self._composed(wording, member)
            # A wording that reads well with everything may leave a gap where something is left out.
            self._composed(wording, member, everything=False)
        except Unwritable as error:
            at_fault = not isinstance(error.__cause__, Unaddressable | NoNote)
            yield finding("fails" if at_fault else "refused", error)
            return
        try:
            self._press.pdf(self._sheet(composed))
        except Invalid as error:
            # A sign that no font has comes from the addressee, unless it stands in every letter.
            yield finding("fails" if member.plain or not isinstance(error.__cause__, CannotTypeset) else "warns", error)
        for warning in composed.warnings:
            yield finding("warns", warning)

    def _composed(self, wording: Wording, member: Member, *, everything: bool = True) -> Composed:
        values = sample_values(self.template, wording, self._dated, everything=everything)
        wish = Wish(language=wording.language, values=values, earlier=self._cited(values, member))
        return self._composer.finished(self._composer.compose(self._reference, member.posts, wish), self._reference)

    def _cited(self, values: Mapping[str, str], member: Member) -> Earlier | None:
        if VALUE not in values:
            return None
        posts = frozenset(post.post_id for post in member.posts)
        return Earlier(0, values[VALUE], self._dated - timedelta(days=30), posts, left=True)

    def _sheet(self, composed: Composed) -> Sheet:
        return draft_of(composed.version(self._dated), self._reference)

    def page(self, language: str, member: str = "") -> Sheet:
        """The letter in `language` to one of the cast (the first when none is named), marked as a draft.

        Raises NotFound for a language that the template does not have, Unwritable when no letter can be written to that one.
        """
        wording = self.template.wording(language)
        found = cast.find(member, self.template.about.post_kinds, language)
        return self._sheet(self._composed(wording, found))


def sample_values(template: Shelved, wording: Wording, dated: date, *, everything: bool) -> Mapping[str, str]:
    """A value for each place of the template; without `everything`, only for those that may not be left out."""
    shown = wording.required | (wording.optional if everything else frozenset())
    values = {name: f"[{name}]" for name in {one.partition(".")[0] for one in shown} - GIVEN}
    if VALUE in values:
        values[VALUE] = "IGF/LP/2025/0012"
    if "received" in values:
        values["received"] = (dated - timedelta(days=7)).isoformat()
    if template.about.event:
        day = (dated + timedelta(days=30)).isoformat()
        values |= {name: pattern.format(day=day) for name, pattern in _MEETING.items()}
    return values
