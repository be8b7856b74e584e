"""The forms of address on the command line, and the word of those who read them."""

import json
from pathlib import Path

from outreach.office import Office
from outreach.protocol.forms import load
from tests.cast import NOON, society
from tests.confirming import confirmed
from tests.conftest import Run


def test_each_language_says_how_much_of_it_awaits_a_reader(office: Office, run: Run) -> None:
    rows = json.loads(run("protocol", "show", "--json").output)
    assert [row["language"] for row in rows] == ["ar", "en", "es", "fr", "ru", "zh"]
    arabic = rows[0]
    assert arabic["awaiting"] == len(load("ar").awaiting())
    assert arabic["sourced"] + arabic["awaiting"] == arabic["entries"]


def test_a_language_shows_each_post_by_gender(office: Office, run: Run) -> None:
    rows = json.loads(run("protocol", "show", "--language", "fr", "--json").output)
    [woman] = [row for row in rows if row["post"] == "permanent-representative" and row["case"] == "woman"]
    assert woman["salutation"] == "Madame l'Ambassadrice,"
    assert woman["address"][0] == "Son Excellence Madame Jeanne Exemple"
    assert woman["opening"] == "J'ai l'honneur de"
    assert woman["awaiting"] == []
    assert {"royal", "note", "vacant", "two"} <= {row["post"] for row in rows}


def test_one_post_is_shown_with_its_whole_address(office: Office, run: Run) -> None:
    said = run("protocol", "show", "--language", "en", "--post", "charge").output
    assert "Chargé d'affaires a.i. of the Permanent Mission of the Republic of Kenya to the United Nations" in said
    assert "Madam," in said
    assert "Excellency" not in said


def test_a_sign_off_is_recorded_listed_and_done_once(office: Office, run: Run) -> None:
    words = ("protocol", "sign-off", "--language", "es", "--by", "Lucía Example", "--date", "2025-01-20")
    assert "entries signed off by Lucía Example." in run(*words, "--evidence", "a call").output
    assert "signed off by Lucía Example on 2025-01-20" in run("protocol", "entries", "--language", "es").output
    assert "awaits no reader" in run(*words, ok=False).output
    text = (office.folder / "protocol" / "es.signed-off.toml").read_text(encoding="utf-8")
    assert 'by = "Lucía Example"\non = 2025-01-20\nevidence = "a call"' in text
    assert "wording signed off" in run("journal").output


def test_changed_wording_is_signed_off_no_longer(office: Office, run: Run) -> None:
    words = ("protocol", "sign-off", "--language", "en", "--by", "Jane Reader", "--entry", "forms.royal")
    run(*words)
    assert "awaits no reader" in run(*words, ok=False).output
    (office.folder / "protocol" / "en.toml").write_text(
        '[forms.royal]\nawaits = "the Chair\'s approval"\nranks = ["royal"]\nformal = true\nvocative = "{spoken_style}"\n'
        'salutation = "May it please {vocative},"\nopening = "I have the honour to"\nclose = "With respect, {vocative},"\n'
        'name_line = "{name}"\n',
        encoding="utf-8",
    )
    rows = json.loads(run("protocol", "show", "--language", "en", "--post", "royal", "--json").output)
    assert rows[0]["salutation"] == "May it please Your Majesty,"
    assert rows[0]["awaiting"] == ["forms.royal"]
    run(*words)


def test_the_offices_own_wording_reaches_its_letters(office: Office, run: Run) -> None:
    with office.transaction() as session:
        society(session)
    (office.folder / "protocol" / "en.toml").write_text(
        '[dates]\nsource = "the Chair"\npattern = "{month} {day}, {year}"\n', encoding="utf-8"
    )
    words = ("campaigns", "new", "ask", "--template", "input-request", "--to", "all", "--deadline", "2025-03-31")
    run(*words)
    run("letters", "draft", "ask", "--date", "2025-01-27")
    letter = json.loads(run("letters", "show", "IGF/LP/2025/0001", "--json").output)
    assert "March 31, 2025" in letter["body"]
    run("letters", "export", "--campaign", "ask")
    from outreach.letters import register
    from outreach.letters.sheets import sheet_of

    with office.reading() as session:
        version = register.find(session, "IGF/LP/2025/0001").version_now
        assert sheet_of(version, "x").date_line == "January 27, 2025"


def test_a_letter_that_awaits_a_reader_is_approved_after_the_sign_off(office: Office, run: Run, tmp_path: Path) -> None:
    with office.transaction() as session:
        society(session)
    own = (Path(__file__).parent.parent.parent / "outreach/protocol/forms/en.toml").read_text(encoding="utf-8")
    section = own[own.index("[words]") : own.index("\n\n\n", own.index("[words]"))]
    start = section.index("source")
    awaits = section[:start] + 'awaits = "the Chair"' + section[section.index("\n", start) :]
    (office.folder / "protocol" / "en.toml").write_text(awaits + "\n", encoding="utf-8")
    run("campaigns", "new", "ask", "--template", "input-request", "--to", "all", "--deadline", "2025-03-31")
    run("letters", "draft", "ask", "--date", str(NOON.date()))
    refused = run("letters", "approve", "IGF/LP/2025/0001", ok=False).output
    assert "The English wording [words] awaits a reader" in refused
    assert "`outreach protocol sign-off`" in refused
    run("protocol", "sign-off", "--language", "en", "--by", "The Chair")
    run("letters", "approve", "IGF/LP/2025/0001", *confirmed(run, "ask"))


def test_a_language_or_entry_that_is_not_there_is_told(office: Office, run: Run) -> None:
    assert "no forms of address for the language 'de'" in run("protocol", "show", "--language", "de", ok=False).output
    words = ("protocol", "sign-off", "--language", "en", "--by", "X", "--entry", "forms.emperor")
    assert "`outreach protocol entries` lists them" in run(*words, ok=False).output
