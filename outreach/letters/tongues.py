"""In which language a letter is written: the addressee's where the office writes it, else one that goes with it."""

from collections.abc import Callable
from functools import cache

from outreach.config import SenderSettings, Settings
from outreach.errors import Invalid, NotFound
from outreach.letters import marking, noting
from outreach.letters.reply_form import Questionnaire
from outreach.letters.templates import Shelved
from outreach.letters.wishing import Wish
from outreach.protocol import forms as protocol


class Tongues:
    """The languages of one template's letters, for a sender and what is asked; each is looked at once."""

    def __init__(
        self,
        template: Shelved,
        settings: Settings,
        profile: SenderSettings,
        forms: Callable[[str], protocol.Forms],
        asks: Questionnaire,
    ) -> None:
        self._template, self._office, self._profile, self._forms, self._asks = template, settings.office, profile, forms, asks
        self._can_write = cache(self._is_written)

    def choose(self, wanted: str) -> tuple[str, bool]:
        """The language for somebody who is to be written to in `wanted`, and whether it is that; raises Invalid for none."""
        default = self._office.default_language
        for language in (wanted, self._office.fallback_languages.get(wanted, ""), default):
            if self._can_write(language):
                return language, language == wanted
        raise Invalid(self._why_not(wanted, default))

    def translation(self, wish: Wish, language: str) -> str:
        """The language of the courtesy translation of a letter in `language`; "" where none is wanted, or it is that language.

        Not only one that the office writes letters in: then no translation would be wanted. Raises Invalid for one that the
        template or the forms of address do not have.
        """
        wanted = marking.translation(wish.values)
        if wanted in ("", language):
            return ""
        if wanted not in self._template.languages or not self._has_forms(wanted) or not self._can_ask(wanted):
            raise Invalid(f"a courtesy translation into {wanted!r} is wanted, and {self._why_not(wanted, wanted)}")
        return wanted

    def _is_written(self, language: str) -> bool:
        offered = language in self._office.languages and language in self._template.languages
        offered = offered and (self._template.about.form != noting.NOTE or language in self._profile.notes)
        return offered and self._has_forms(language) and self._can_ask(language)

    def _has_forms(self, language: str) -> bool:
        try:
            return bool(self._forms(language))
        except NotFound:
            return False

    def _can_ask(self, language: str) -> bool:
        """Whether every question is worded in `language`, and the form around them as well."""
        asks = self._asks
        return not asks.questions or (asks.missing(language) is None and self._forms(language).reply_form is not None)

    def _why_not(self, wanted: str, default: str) -> str:
        code = self._asks.missing(default)
        if code is not None and default in self._template.languages:
            return f"the question {code} has no wording in {default}; add one to the campaign's questions."
        both = wanted if wanted == default else f"{wanted} or {default}"
        return f"the template {self._template.name} has no wording in {both}; write one."
