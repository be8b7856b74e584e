"""Templates are tried on awkward addressees: what is the template's fault fails, what is the record's is refused."""

from pathlib import Path

import pytest

from outreach.errors import NotFound
from outreach.letters import cast, templates
from outreach.letters.composing import Sender
from outreach.letters.freezing import Press
from outreach.letters.layout import letter_docx, letter_text
from outreach.letters.rehearsing import Finding, Rehearsal
from outreach.letters.sheet import Sheet
from outreach.office import package_folder
from tests.letters import test_shipped_templates as shipped
from tests.letters.desk import TODAY, Desk, load_forms
from tests.letters.test_shipped_templates import LANGUAGES

# Notes verbales have tests of their own: the Chair's profile may issue none.
NAMES = [name for name in shipped.NAMES if name != "note-verbale"]
ALL = [(name, language) for name, language in shipped.ALL if name in NAMES]


class FirstPageOnly(Press):
    """A press that sets the first letter it is given and lets the others pass: setting them all takes a quarter of a minute."""

    set_already = False

    def pdf(self, sheet: Sheet) -> bytes:
        """The page, or nothing."""
        if self.set_already:
            return b""
        self.set_already = True
        return super().pdf(sheet)


def rehearsal(desk: Desk, name: str, *folders: Path, press: Press | None = None) -> Rehearsal:
    shelved = templates.find(name, [*folders, package_folder("letters")])
    sender = Sender(desk.settings, desk.settings.sender("chair"))
    return Rehearsal(shelved, sender, press or desk.press, dated=TODAY, forms=load_forms)


def own(folder: Path, body: str, *, subject: str = "About it", toml: str = "", language: str = "en") -> str:
    home = folder / "probe"
    home.mkdir(exist_ok=True)
    (home / "letter.toml").write_text(f'title = "Probe"\npost_kinds = ["chair"]\n{toml}')
    (home / f"{language}.md").write_text(f"# {subject}\n\n{body}\n", encoding="utf-8")
    return "probe"


def failures(desk: Desk, folder: Path) -> list[Finding]:
    return [one for one in rehearsal(desk, "probe", folder).findings() if one.level == "fails"]


def warnings(desk: Desk, folder: Path, language: str = "en") -> list[str]:
    found = rehearsal(desk, "probe", folder).findings([language])
    return [one.what for one in found if one.level == "warns" and not one.addressee]


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_shipped_template_is_written_to_the_whole_cast_in_every_language(desk: Desk, name: str, language: str) -> None:
    found = list(rehearsal(desk, name, press=FirstPageOnly(desk.settings.mail)).findings([language]))
    assert [one for one in found if one.level == "fails"] == []
    # By itself each wording stands beside the English one without a doubt.
    assert [one for one in found if one.level == "warns" and not one.addressee] == []
    refused = {one.addressee for one in found if one.level == "refused"}
    # Where the language has no neutral form.
    assert refused - {"no gender recorded"} == {"a royal without a style"}
    assert language not in ("en", "zh") or "no gender recorded" not in refused


@pytest.mark.parametrize("language", ["ar", "fr", "zh"])
def test_the_page_of_everybody_in_the_cast_can_be_set(desk: Desk, language: str) -> None:
    found = list(rehearsal(desk, "corrigendum").findings([language]))
    assert [one for one in found if one.level == "fails"] == []
    [missing] = [one.what for one in found if "No font here has" in one.what]
    assert "SLIGHTLY SMILING FACE" in missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opening_of_the_form_of_address_stands_once_and_first(desk: Desk, language: str) -> None:
    forms = load_forms(language)
    openings = {form.opening for form in forms.forms.values()}
    for name in NAMES:
        trial = rehearsal(desk, name)
        for member in trial.members(language):
            if member.plain or "jointly" in member.name:
                text = _squeezed(letter_text(trial.page(language, member.name)))
                assert sum(text.count(_squeezed(one)) for one in openings) == 1, (name, member.name)


def _squeezed(text: str) -> str:
    return "".join(text.replace("'", "’").split())


def test_a_joint_letter_speaks_of_several(desk: Desk) -> None:
    trial = rehearsal(desk, "input-request")
    alone, jointly = (
        letter_text(trial.page("en", name)) for name in ("the head of an organisation", "two organisations jointly")
    )
    assert "the views of your organization on" in " ".join(alone.split())
    assert "the views of your organizations on" in " ".join(jointly.split())


def test_the_cast_is_awkward_in_the_ways_that_it_says(desk: Desk) -> None:
    members = {one.name: one.posts for one in cast.cast(("chair", "permanent-representative", "permanent-observer"), "en")}
    assert len(members["a title of 120 signs"][0].title) == 120
    assert len(members["two ambassadors jointly"]) == 2
    assert members["no e-mail address"][0].emails == ()
    assert members["a post without a holder"][0].holder is None


def test_signs_that_could_be_markup_are_shown_as_they_are(desk: Desk) -> None:
    page = rehearsal(desk, "thanks").page("en", "signs that could be markup, and a picture")
    assert '& "Ñandú" <b>' in letter_text(page)
    assert letter_docx(page)


def test_a_value_that_nobody_gives_fails_for_nobody_and_a_broken_wording_fails_at_once(desk: Desk, tmp_path: Path) -> None:
    own(tmp_path, "{{ opening }} say {% for x in y %}{% endfor %}.")
    [failure] = failures(desk, tmp_path)
    assert "may not use for" in failure.what
    assert failure.addressee == ""


def test_a_sign_that_no_font_has_fails_when_it_stands_in_every_letter(desk: Desk, tmp_path: Path) -> None:
    own(tmp_path, "{{ opening }} smile 🙂.")
    assert {one.addressee for one in failures(desk, tmp_path)} == {"the head of an organisation"}


def test_a_subject_of_two_lines_fails(desk: Desk, tmp_path: Path) -> None:
    own(tmp_path, "{{ opening }} ask.", subject="About\t{{ topic }}", toml='[values]\ntopic = "it"\n')
    assert "the subject must be one line of text" in failures(desk, tmp_path)[0].what


@pytest.mark.parametrize(
    ("body", "toml", "what"),
    [
        ("I ask you.", "", "opening stands 0 times"),
        ("{{ opening }} ask, {{ opening }} thank.", "", "opening stands 2 times"),
        ("Now {{ opening }} ask.", "", "opening is not the first word"),
        ("{{ opening }} ask by {{ deadline }}.", "", 'does not say needs = ["deadline"]'),
        ("{{ opening }} ask in {{ room }}.", "", "it shows room, which letter.toml does not name"),
        ("{{ opening }} meet on {{ event.day }}.", "", "letter.toml has no [event]"),
    ],
)
def test_a_doubtful_wording_is_warned_of(desk: Desk, tmp_path: Path, body: str, toml: str, what: str) -> None:
    own(tmp_path, body, toml=toml)
    assert any(what in warning for warning in warnings(desk, tmp_path))


def test_wordings_that_do_not_say_the_same_are_warned_of(desk: Desk, tmp_path: Path) -> None:
    values = '[values]\nroom = "where"\n'
    own(tmp_path, "{{ opening }} ask in {{ room }}.\n\nThank you.", toml=values)
    own(tmp_path, "{{ opening }} спросить: still in English, all of it, to the end.", toml=values, language="ru")
    said = warnings(desk, tmp_path, "ru")
    assert "it shows room nowhere, the wording in en once." in said
    assert "it has 2 paragraphs, the wording in en has 3." in said
    assert any("hardly in Cyrillic letters" in one for one in said)


def test_what_everybody_is_warned_of_is_said_once(desk: Desk) -> None:
    found = [one.what for one in rehearsal(desk, "thanks").findings(["es"]) if "[templates.thanks]" in one.what]
    assert len(found) == 1


def test_a_language_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="The template thanks is not there in 'de'"):
        list(rehearsal(desk, "thanks").findings(["de"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_of_notes_is_tried_also_for_a_sender_who_may_issue_none(desk: Desk, language: str) -> None:
    found = list(rehearsal(desk, "note-verbale", press=FirstPageOnly(desk.settings.mail)).findings([language]))
    assert [one for one in found if one.level == "fails"] == []
    assert "this sender may not issue them" in found[0].what
