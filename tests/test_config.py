"""Whatever is wrong in `outreach.toml` is told in one sentence that names the file and the entry."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import config
from outreach.config import FILE_NAME, find_office
from outreach.errors import Invalid, NotFound
from outreach.office import package_folder

SHIPPED = (package_folder("office") / FILE_NAME).read_text(encoding="utf-8")
HERE = Path("my-office") / FILE_NAME


def parse(**changes: str) -> config.Settings:
    """The shipped settings with the value of some keys replaced, as TOML: `parse(time_zone='"Mars"')`."""
    lines = SHIPPED.splitlines()
    for key, value in changes.items():
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{key} ="))
        lines[at] = f"{key} = {value}"
    return config.parse("\n".join(lines), HERE)


def refusal(**changes: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse(**changes)
    sentence = str(caught.value)
    assert sentence.startswith("my-office/outreach.toml")
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_the_shipped_settings_are_good() -> None:
    settings = config.parse(SHIPPED, HERE)
    assert settings.zone().key == "Etc/UTC"
    assert settings.mail.inbox == "inputs@leadership-panel.example"
    assert settings.mail.id_domain == "leadership-panel.example"
    assert settings.sender("chair").masthead == ("IGF Leadership Panel",)


def test_without_a_reply_address_replies_come_to_the_sender() -> None:
    assert parse(reply_to='""').mail.inbox == "chair@leadership-panel.example"


def test_a_sender_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(NotFound, match=r"no sender profile 'minister' in outreach.toml; it has: chair\."):
        parse().sender("minister")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("time_zone", '"Mars/Olympus"', "[office] time_zone 'Mars/Olympus' is unknown"),
        ("time_zone", '"Europe"', "[office] time_zone 'Europe' is unknown"),
        ("time_zone", '"../../etc/passwd"', "[office] time_zone '../../etc/passwd' is unknown"),
        ("time_zone", '""', "[office] time_zone '' is unknown"),
        ("default_language", '"es"', "default_language 'es' is not among languages"),
        ("default_language", '"../en"', "entry office.default_language: what stands there has not the right form"),
        ("languages", '["en", "English"]', "entry office.languages[1]: what stands there has not the right form"),
        ("languages", '"en"', "entry office.languages: Expected `array`, got `str`"),
        ("languages", "[]", "default_language 'en' is not among languages"),
        ("stale_after_days", "0", "entry office.stale_after_days: Expected `int` >= 1"),
        ("stale_after_days", '"long"', "entry office.stale_after_days: Expected `int`, got `str`"),
        ("demo", '"yes"', "entry office.demo: Expected `bool`, got `str`"),
        ("from_address", '"the chair"', "entry mail.from_address: what stands there has not the right form"),
        ("from_address", '"a@example.org\\nBcc: b@example.org"', "entry mail.from_address"),
        ("from_address", '"a@example.org\\n"', "entry mail.from_address"),
        ("reply_to", '"a@b, c@d"', "entry mail.reply_to"),
        ("from_name", '"The Chair\\r\\nBcc: b@example.org"', "entry mail.from_name"),
        ("from_name", '"The Chair\\n"', "entry mail.from_name"),
        ("masthead", '["One\\nTwo"]', "entry senders.chair.masthead[0]:"),
        ("specimen", "1", "entry senders.chair.specimen: Expected `bool`, got `int`"),
        ("name", '""', "entry office.name: what stands there has not the right form"),
        ("outbox", '" "', "entry outbox"),
    ],
)
def test_a_bad_entry_is_named(key: str, value: str, said: str) -> None:
    assert said in refusal(**{key: value})


@pytest.mark.parametrize("entry", ["mail", "senders.chair", "database"])
def test_an_unknown_entry_is_named(entry: str) -> None:
    with pytest.raises(Invalid, match=rf"outreach\.toml: entry {entry}: Object contains unknown field `colour`; mend"):
        config.parse(SHIPPED.replace(f"[{entry}]\n", f"[{entry}]\ncolour = 'blue'\n"), HERE)


def test_of_several_senders_the_bad_one_is_named() -> None:
    text = SHIPPED + "\n[senders.secretariat]\nmasthead = 'One'\nsignatories = []\n"
    with pytest.raises(Invalid, match=r"entry senders\.secretariat\.masthead: Expected `array`, got `str`"):
        config.parse(text, HERE)


def test_a_missing_entry_is_named() -> None:
    without = "\n".join(line for line in SHIPPED.splitlines() if not line.startswith("from_address"))
    with pytest.raises(Invalid, match=r"outreach\.toml: entry mail: Object missing required field `from_address`; mend"):
        config.parse(without, HERE)


def test_a_missing_table_is_named() -> None:
    text = SHIPPED[: SHIPPED.index("[mail]")] + SHIPPED[SHIPPED.index("# A sender profile") :]
    with pytest.raises(Invalid, match=r"outreach\.toml: Object missing required field `mail`; mend that entry and try again\."):
        config.parse(text, HERE)


def test_an_office_without_a_sender_is_told_what_to_add() -> None:
    text = SHIPPED[: SHIPPED.index("# A sender profile")] + "[senders]\n"
    with pytest.raises(Invalid, match=r"no sender profile; add a table such as \[senders\.chair\]"):
        config.parse(text, HERE)


def test_a_line_that_is_no_toml_is_named_by_number() -> None:
    with pytest.raises(Invalid, match=r"outreach\.toml is not valid TOML \(.*line 2.*\); mend that line"):
        config.parse("[office]\nname = Office\n", HERE)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"[office]\nname = '\xff'")
    with pytest.raises(Invalid, match=r"outreach\.toml is not UTF-8 text"):
        config.read(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(SHIPPED, encoding="utf-8-sig")
    assert config.read(tmp_path) == parse()


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(Invalid, match=r"outreach\.toml cannot be read \(Is a directory\)"):
        config.read(tmp_path)


@pytest.mark.parametrize("place", ["empty", "absent", "file"])
def test_a_folder_that_is_no_office_is_answered_with_the_command_that_makes_one(tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(NotFound, match=rf"{place} is no office: .* `outreach init .*{place}` makes one"):
        config.read(tmp_path / place)


@pytest.mark.parametrize(
    "pattern", ["IGF/LP/{year}/{serial:04}", "{serial}/{year}", "{year}({serial:06})", "A.{year}_{serial}", "{year}{serial}"]
)
def test_a_reference_pattern_gives_every_letter_its_own_reference_and_file_name(pattern: str) -> None:
    config.check_reference_pattern(pattern, HERE)
    numbers = [(year, serial) for year in (2025, 2026, 2031) for serial in (*range(1, 130), 999, 1000, 9999, 10_000, 20_251)]
    references = {pattern.format(year=year, serial=serial) for year, serial in numbers}
    names = {reference.replace("/", "-") for reference in references}
    assert len(references) == len(names) == len(numbers)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("IGF/LP/{year}", "must hold both {year} and {serial}"),
        ("IGF/LP/{serial}", "must hold both {year} and {serial}"),
        ("", "must hold both {year} and {serial}"),
        ("IGF-LP/{year}/{serial}", "letters, digits and / . _ ( ) only"),
        ("IGF LP/{year}/{serial}", "letters, digits and / . _ ( ) only"),
        ("Ж/{year}/{serial}", "letters, digits and / . _ ( ) only"),
        ("IGF\n{year}/{serial}", "letters, digits and / . _ ( ) only"),
        ("{year}/{serial}\n", "letters, digits and / . _ ( ) only"),
        ("<b>{year}/{serial}", "letters, digits and / . _ ( ) only"),
        ("A" * 41 + "{year}/{serial}", "40 of them at most"),
        ("../{year}/{serial}", "must begin with a letter or digit"),
        ("/{year}/{serial}", "must begin with a letter or digit"),
        ("{year.__class__}/{serial}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year.real}/{serial}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year}/{serial.real}/{serial}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year!r}/{serial}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year}/{serial:0999999999}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year}/{serial:{year}}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year}/{serial:x}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year}/{serial}/{month}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year}/{serial}{{}}", "may hold {year} and {serial} or {serial:04} only"),
        ("{{{year}}}/{serial}", "may hold {year} and {serial} or {serial:04} only"),
        ("{}/{}", "may hold {year} and {serial} or {serial:04} only"),
        ("{0}/{year}/{serial}", "may hold {year} and {serial} or {serial:04} only"),
        ("{year}/{serial", "may hold {year} and {serial} or {serial:04} only"),
    ],
)
def test_a_reference_pattern_that_could_do_harm_or_repeat_itself_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        config.check_reference_pattern(pattern, HERE)
    assert f"my-office/outreach.toml: [office] reference {pattern!r}" in str(caught.value)
    assert said in str(caught.value)


PIECES = ["{year}", "{serial}", "{serial:04}", "{", "}", ".", "/", "A", "1", "(", "_", "-", " ", "é", ":"]


@given(st.lists(st.sampled_from(PIECES)))
def test_a_pattern_that_passes_never_breaks_a_file_name_or_a_header(pieces: list[str]) -> None:
    pattern = "".join(pieces)
    try:
        config.check_reference_pattern(pattern, HERE)
    except Invalid:
        return
    first, second = (pattern.format(year=2025, serial=serial) for serial in (7, 77))
    assert first != second
    assert first.isascii()
    assert first.isprintable()
    assert "-" not in first
    assert not first.startswith((".", "/"))


@pytest.fixture
def offices(tmp_path: Path) -> Path:
    for name in ("named", "environment", "standing"):
        (tmp_path / name).mkdir()
        (tmp_path / name / FILE_NAME).touch()
    (tmp_path / "standing" / "out" / "folder").mkdir(parents=True)
    return tmp_path


def test_the_office_named_goes_before_all_others(offices: Path) -> None:
    environment = {"OUTREACH_OFFICE": str(offices / "environment")}
    assert find_office(str(offices / "named"), environment, offices / "standing") == offices / "named"


def test_the_office_of_the_environment_goes_before_the_one_we_stand_in(offices: Path) -> None:
    environment = {"OUTREACH_OFFICE": str(offices / "environment")}
    assert find_office(None, environment, offices / "standing") == offices / "environment"


@pytest.mark.parametrize("place", ["standing", "standing/out", "standing/out/folder"])
def test_else_it_is_the_office_we_stand_in_or_below(offices: Path, place: str) -> None:
    assert find_office(None, {}, offices / place) == offices / "standing"


def test_where_no_office_is_the_three_ways_to_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"Stand in an office folder, .*--office DIR.*outreach init DIR"):
        find_office(None, {}, tmp_path)


# --- Where answers go


def test_answers_go_to_the_inbox_unless_each_letter_has_its_own_address() -> None:
    assert parse().mail.reply_address("0123456789abcdef") == "inputs@leadership-panel.example"
    own = config.parse(SHIPPED.replace("[mail]\n", "[mail]\nreply_per_letter = true\n"), HERE).mail
    assert own.reply_address("0123456789abcdef") == "inputs+0123456789abcdef@leadership-panel.example"
    assert own.reply_address("") == "inputs@leadership-panel.example"
    line = 'reply_per_letter = "a-{token}.b@mail.panel.example"'
    own = config.parse(SHIPPED.replace("[mail]\n", f"[mail]\n{line}\n"), HERE).mail
    assert own.reply_address("0123456789abcdef") == "a-0123456789abcdef.b@mail.panel.example"


@pytest.mark.parametrize(
    "pattern",
    [
        "inputs@panel.example",
        "inputs+{token}",
        "inputs@{token}.example",
        "{token}{token}@panel.example",
        "inputs{token}@panel.example",
        "inputs+{token}x@panel.example",
        "inputs+{serial}{token}@panel.example",
        "in puts+{token}@panel.example",
        f"{'x' * 48}+{{token}}@panel.example",
        "inputs+{token}@panel.example\\nBcc: a@b.example",
    ],
)
def test_an_address_that_could_not_be_known_again_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid, match=r"reply_per_letter"):
        config.parse(SHIPPED.replace("[mail]\n", f'[mail]\nreply_per_letter = "{pattern}"\n'), HERE)


def test_a_sender_says_in_each_language_what_stands_around_its_letters() -> None:
    sender = config.parse(SHIPPED, HERE).sender("chair")
    french, arabic = sender.in_language("fr"), sender.in_language("ar")
    assert french.masthead == ("Leadership Panel du FGI",)
    assert french.signatories[0].lines == ("Présidence", "Leadership Panel du FGI")
    assert french.signatories[0].name == sender.signatories[0].name, "a name is written as in the profile unless it is said"
    assert french.footer == sender.footer, "what a language leaves out is as in the profile"
    assert arabic.masthead_note == "منتدى حوكمة الإنترنت"
    assert sender.in_language("de") == sender


def test_every_signatory_has_its_lines_in_each_language() -> None:
    text = SHIPPED.replace('signatories = [{ lines = ["主席", "互联网治理论坛领导小组"] }]', "signatories = []")
    with pytest.raises(Invalid, match=r"\[senders\.chair\.languages\.zh\] has 0 signatories, and the profile has 1"):
        config.parse(text, HERE)
