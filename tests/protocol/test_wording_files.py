"""Wording as data: where it comes from, how an office changes it, and what is refused."""

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from outreach.errors import Invalid, NotFound
from outreach.protocol.addressee import POST_KINDS, RANKS
from outreach.protocol.forms import Unaddressable, address, date_line, languages, load, post_title, sheet
from tests.protocol.people import KENYA, executive, janina, lokaale, representative

OWN_AMBASSADOR = """
[forms.ambassador]
source = "approved by the Chair, 3 March 2025"
ranks = ["ambassador"]
formal = true
vocative = "Your Excellency"
salutation = "{vocative},"
opening = "I have the honour to"
close = "Please accept, {vocative}, my best regards."
name_line = "H.E. {courtesy} {name}"
"""


@pytest.fixture
def office(tmp_path):
    """Writes an office's own protocol file, and returns its folder."""

    def write(text, language="en"):
        (tmp_path / "protocol").mkdir(exist_ok=True)
        (tmp_path / "protocol" / f"{language}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_six_languages_are_shipped():
    assert languages() == ("ar", "en", "es", "fr", "ru", "zh")


@pytest.mark.parametrize("language", languages())
def test_every_entry_says_its_source_or_whom_it_awaits(language):
    forms = load(language)
    entries = [forms.settings, forms.dates, *forms.forms.values(), *forms.posts.values(), *forms.styles.values()]
    entries += [seat for post in forms.posts.values() for seat in post.seats.values()]
    assert all(bool(entry.source) != bool(entry.awaits) for entry in entries)


@pytest.mark.parametrize("language", languages())
def test_every_rank_and_kind_of_post_has_wording(language):
    forms = load(language)
    assert set(forms.by_rank) == set(RANKS)
    assert set(forms.posts) == set(POST_KINDS)


def test_the_office_changes_one_entry_and_keeps_the_rest(office):
    forms = load("en", [office(OWN_AMBASSADOR)])
    found = address(forms, [representative(lokaale())])
    assert found.salutation == "Your Excellency,"
    assert found.close == "Please accept, Your Excellency, my best regards."
    assert found.block[0] == "H.E. Mr. Ekitela Lokaale"
    assert address(forms, [executive(janina(rank=None))]).salutation == "Dear Ms. Janina,"
    assert address(load("en"), [representative(lokaale())]).salutation == "Excellency,"


def test_the_offices_titles_and_dates_are_used(office):
    folder = office(
        '[dates]\nsource = "the Chair"\npattern = "{month} {day}, {year}"\n'
        '[posts.permanent-observer]\nsource = "the Chair"\nform = "formal"\nvacant = "vacant-formal"\n'
        'title = "Observer {of}"\nmission = "Office {of}"\n'
    )
    forms = load("en", [folder])
    assert date_line(date(2025, 2, 1), "en", forms) == "February 1, 2025"
    observer = representative(lokaale(), post_kind="permanent-observer")
    assert post_title(observer, forms) == "Observer of the Republic of Kenya"


def test_a_seventh_language_is_a_new_file(office):
    text = (files("outreach.protocol") / "forms" / "en.toml").read_text(encoding="utf-8")
    german = text.replace('name = "English"', 'name = "German"').replace('vocative = "Excellency"', 'vocative = "Exzellenz"')
    folder = office(german, "de")
    assert "de" in languages([folder])
    forms = load("de", [folder])
    addressee = replace(representative(lokaale()), language="de")
    assert address(forms, [addressee]).salutation == "Exzellenz,"
    assert date_line(date(2025, 3, 2), "de", forms) == "2 März 2025"


def test_an_unconfirmed_holder_is_not_named_where_the_office_says_so(office):
    text = (files("outreach.protocol") / "forms" / "en.toml").read_text(encoding="utf-8")
    forms = load("en", [office(text.replace('unconfirmed = "name"', 'unconfirmed = "post"'))])
    found = address(forms, [representative(lokaale(confirmed=False))])
    assert found.block[0].startswith("The Permanent Representative of")
    assert found.salutation == "Excellency,"
    assert found.warnings[0].startswith("Ekitela Lokaale is not confirmed as the holder, so the letter names the post only")
    assert address(forms, [representative(lokaale())]).block[0] == "His Excellency Mr. Ekitela Lokaale"


@pytest.mark.parametrize("language", ["de", "../forms/en", "./en", "", "EN", "."])
def test_a_language_without_a_file_is_not_found(language):
    with pytest.raises(NotFound, match=r"add protocol/<language>\.toml to the office folder"):
        load(language)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{vocative},", "{surname},", r"entry \[forms.ambassador\].*unknown field \{surname\}.*\{vocative\}"),
        ("{vocative},", "{vocative.form},", r"entry \[forms.ambassador\].*unknown field \{vocative.form\}"),
        ("{vocative},", "{vocative!r},", r"entry \[forms.ambassador\].*plain fields only"),
        ("{vocative},", "{vocative:>9999999},", r"entry \[forms.ambassador\].*plain fields only"),
        ("{vocative},", "{},", r"entry \[forms.ambassador\].*unknown field \{\}"),
        ("{vocative},", "{vocative,", r"entry \[forms.ambassador\].*unbalanced braces"),
        ('vocative = "Your Excellency"', 'vocative = " "', r"entry \[forms.ambassador\].*`vocative` is blank"),
        ('vocative = "Your Excellency"', "vocative = {}", r"entry \[forms.ambassador\].*`vocative` has no wording"),
        ('vocative = "Your Excellency"', 'vocative = {man = "Sir"}', r"entry \[forms.ambassador\].*unknown field `man`"),
        ("formal = true", "formal = true\nfromal = 1", r"entry \[forms.ambassador\].*unknown field `fromal`"),
        ("formal = true", 'formal = "yes"', r"entry \[forms.ambassador\].*Expected `bool`"),
        ('source = "approved by the Chair, 3 March 2025"', "", r"needs either `source` or `awaits`"),
        ("[forms.ambassador]", "[form.ambassador]", r"\[form\] is no section of a forms file"),
        ("[forms.ambassador]", "forms = 3\n[x]", r"\[forms\] is no section"),
        ('ranks = ["ambassador"]', 'ranks = ["usg"]', r"\[forms.ambassador\] and \[forms.courtesy\] both serve the rank 'usg'"),
        ('ranks = ["ambassador"]', "", r"no form serves the rank 'ambassador'"),
        ('ranks = ["ambassador"]', 'ranks = ["emperor"]', r"unknown rank 'emperor'"),
        ("[forms.ambassador]", "[forms.ambassador", r"cannot be read as TOML"),
    ],
)
def test_a_fault_in_the_offices_file_is_refused_with_file_and_entry(office, old, new, words):
    assert old in OWN_AMBASSADOR
    folder = office(OWN_AMBASSADOR.replace(old, new))
    with pytest.raises(Invalid, match=words) as refusal:
        load("en", [folder])
    assert "en.toml" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[posts.consul]\nsource = "x"\nform = "courtesy"\nvacant = "vacant"\n', r"\[posts.consul\] is no kind of post"),
        ('[posts.head]\nsource = "x"\nform = "nice"\nvacant = "vacant"\n', r"\[posts.head\] names the form 'nice'"),
        ('[dates]\nsource = "x"\npattern = "{day}"\nmonths = ["Jan"]\n', r"\[dates\].*names 1 `months`"),
    ],
)
def test_a_post_or_date_that_cannot_work_is_refused(office, text, words):
    with pytest.raises(Invalid, match=words):
        load("en", [office(text)])


@pytest.mark.parametrize("missing", ["[settings]", "[dates]", "[posts.head]", "[forms.personal]"])
def test_an_incomplete_language_says_what_is_missing(office, missing):
    text = (files("outreach.protocol") / "forms" / "en.toml").read_text(encoding="utf-8")
    sections = text.split("\n[")
    kept = "\n[".join(section for section in sections if not section.startswith(missing[1:]))
    with pytest.raises(Invalid, match=rf"entry \{missing[:-1]}\] is missing"):
        load("de", [office(kept, "de")])


def test_the_sheet_for_a_reader_shows_every_form_with_its_standing():
    rows = sheet(load("en"))
    assert {row.form for row in rows} == set(load("en").forms)
    dear = next(row for row in rows if (row.form, row.cases) == ("courtesy", ("female",)))
    assert (dear.salutation, dear.close) == ("Dear Ms. [family name],", "Yours sincerely,")
    assert all(row.source or row.awaits for row in rows)
    assert [row.cases for row in sheet(load("fr")) if row.form == "ambassador"] == [("female",), ("male",)]
    assert [row.cases for row in rows if row.form == "royal"] == [("female", "male", "titled", "unknown")]
    assert [row.cases for row in rows if row.form == "vacant"] == [("vacant",)]


def test_no_wording_is_half_written():
    for language in KENYA:
        for row in sheet(load(language)):
            assert row.salutation, (language, row)
            assert row.close, (language, row)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('close = "Please', 'close = { female = "Bye" }\n# "', r"no `close` in \[forms.ambassador\] for this case \(male\)"),
        ('salutation = "{vocative},"', 'salutation = { female = "Dear {vocative}," }', r"no `salutation` in"),
        ('name_line = "H.E. {courtesy} {name}"', 'name_line = { female = "{name}" }', "the gender is not recorded"),
    ],
)
def test_wording_that_lacks_the_case_at_hand_blocks_the_letter(office, old, new, words):
    assert old in OWN_AMBASSADOR
    forms = load("en", [office(OWN_AMBASSADOR.replace(old, new))])
    holder = lokaale(gender=None) if "gender" in words else lokaale()
    with pytest.raises(Unaddressable, match=words):
        address(forms, [representative(holder)])


def test_a_vacant_form_without_a_vocative_blocks_the_letter(office):
    own = OWN_AMBASSADOR.replace("[forms.ambassador]", "[forms.vacant-formal]").replace('ranks = ["ambassador"]', "")
    forms = load("en", [office(own.replace('vocative = "Your Excellency"', 'vocative = { female = "Madam" }'))])
    with pytest.raises(Unaddressable, match=r"no vocative for a vacant post in \[forms.vacant-formal\]"):
        address(forms, [representative(None)])


def test_a_language_that_babel_does_not_know_names_its_months(office):
    text = (files("outreach.protocol") / "forms" / "en.toml").read_text(encoding="utf-8")
    forms = load("qqq", [office(text, "qqq")])
    with pytest.raises(Invalid, match=r"add twelve `months` to its \[dates\]"):
        date_line(date(2025, 1, 2), "qqq", forms)
    months = ", ".join(f'"m{number}"' for number in range(1, 13))
    named = load("qqq", [office(text.replace("[dates]", f"[dates]\nmonths = [{months}]"), "qqq")])
    assert date_line(date(2025, 12, 2), "qqq", named) == "2 m12 2025"


def test_a_later_folder_goes_over_an_earlier_one(office, tmp_path):
    first = office(OWN_AMBASSADOR)
    second = tmp_path / "second"
    (second / "protocol").mkdir(parents=True)
    other = OWN_AMBASSADOR.replace("Your Excellency", "Your Honour")
    (second / "protocol" / "en.toml").write_text(other, encoding="utf-8")
    assert address(load("en", [first, second]), [representative(lokaale())]).salutation == "Your Honour,"
    assert address(load("en", [second, first]), [representative(lokaale())]).salutation == "Your Excellency,"
