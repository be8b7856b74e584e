"""`outreach contacts` as the office uses it."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from outreach.cli.contacts import contacts
from outreach.office import Office
from tests.cast import kenya, society
from tests.conftest import Run

LIST = "Organisation,Group,Title,Name,E-mail\nNew Org,ngo,Chair,Ann Example,ann@new.example\nNobody,,,,\n"


@pytest.fixture(autouse=True)
def directory(office: Office) -> None:
    with office.transaction() as session:
        kenya(session)
        society(session)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return path


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_dry_run_says_what_each_row_would_do_and_changes_nothing(run: Run, source: Path) -> None:
    result = run("contacts", "import", source, ok=False)
    assert "row 2: added new-org/chair: new organisation New Org; group: civil-society" in result.output
    assert "Ann Example holds it" in result.output
    assert "row 3: refused: no organisation is known as 'Nobody'" in result.output
    assert "1 added, 0 changed, 0 unchanged, 1 refused. Nothing was changed; repeat with --write" in result.output
    assert not json.loads(run("contacts", "list", "--search", "New Org", "--json").stdout)
    assert list(source.parent.glob("*.refused.csv")) == []


def test_writing_keeps_the_good_rows_and_puts_the_refused_ones_beside_the_list(run: Run, source: Path) -> None:
    result = run("contacts", "import", source, "--write", ok=False)
    refused = source.with_name("list.refused.csv")
    assert result.exit_code == 1
    assert f"1 row was refused. They are in {refused}" in result.output
    assert refused.read_text(encoding="utf-8-sig").splitlines()[0] == "Organisation,Group,Title,Name,E-mail,refused_because"
    assert "new-org/chair" in run("contacts", "list", "--search", "Ann").output
    assert "stands there already" in run("contacts", "import", source, "--write", ok=False).output
    refused.write_text(refused.read_text(encoding="utf-8-sig").replace("Nobody,,", "Nobody,press,"))
    assert "1 added" in run("contacts", "import", refused, "--write").output


def test_each_row_is_one_json_line_for_programs(run: Run, source: Path) -> None:
    added, refused = rows(run("contacts", "import", source, "--json", ok=False))
    assert (added["row"], added["action"], added["post"]) == (2, "added", "new-org/chair")
    assert added["fields"]["email"] == {"old": [], "new": ["ann@new.example"]}  # type: ignore[index]
    assert (refused["row"], refused["action"], refused["fields"]) == (3, "refused", {})


def test_a_changed_holder_is_announced_in_words(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("organisation,full_name\nONS,Max Newcomer\n")
    assert (
        "Max Newcomer holds it instead of Li Example, whose time ends the day before" in run("contacts", "import", path).output
    )
    run("contacts", "import", path, "--write")
    shown = run("contacts", "show", "ons").output
    assert "Li Example, ... to 2025-01-26, confirmed on 2025-01-27" in shown
    assert "Max Newcomer, 2025-01-27 to today, not confirmed" in shown


def test_an_unknown_column_is_named_and_mapped(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("organisation,Aufgabe,Raum\nONS,Chief Executive,7\n")
    assert "No field is known for the columns 'Aufgabe', 'Raum'" in run("contacts", "import", path, ok=False).output
    assert "1 changed" in run("contacts", "import", path, "--map", "Aufgabe=title", "--map", "raum=-").output
    assert run("contacts", "import", path, "--map", "Aufgabe", ok=None).exit_code == 2


def test_posts_are_listed_and_narrowed(run: Run) -> None:
    every = json.loads(run("contacts", "list", "--json").stdout)
    assert [row["key"] for row in every] == ["kenya/permanent-representative/new-york", "open-net/chief-executive/headquarters"]
    assert every[1]["holder"] == "Li Example"
    assert "No post fits" in run("contacts", "list", "--group", "press").output
    assert "kenya" in run("contacts", "list", "--region", "african").output


def test_an_organisation_is_shown_with_posts_holders_and_addresses(run: Run) -> None:
    shown = json.loads(run("contacts", "show", "ons", "--json").stdout)
    [post] = shown["posts"]
    assert (shown["name"], post["post"]) == ("Open Net Society", "open-net/chief-executive/headquarters")
    assert post["holders"][0]["family_name"] == "Li"
    assert post["addresses"][0]["value"] == "office@open-net.example"
    assert "en: Kenya" in run("contacts", "show", "kenya/perm").output


def test_an_organisation_its_post_and_holder_are_added_in_one_step(run: Run) -> None:
    run(
        *("contacts", "add", "open-web", "--name", "Open Web", "--group", "civil-society", "--language", "fr"),
        *("--post", "chair", "--full-name", "Zoë Ñandú", "--email", "zoe@web.example", "--email", "office@web.example"),
    )
    shown = run("contacts", "show", "open-web").output
    assert "email: zoe@web.example (only of Zoë Ñandú)" in shown
    assert "email: office@web.example\n" in shown
    assert "language        fr\n" in shown


def test_what_is_missing_to_add_is_said(run: Run) -> None:
    assert "add --group" in run("contacts", "add", "x", "--name", "X", ok=False).output
    assert (
        "Say which post" in run("contacts", "add", "x", "--name", "X", "--group", "press", "--full-name", "A", ok=False).output
    )
    assert "is here already" in run("contacts", "add", "ons", ok=False).output
    assert "There is no organisation 'nope'" in run("contacts", "add", "nope", "--post", "chair", ok=False).output


def test_a_post_its_holder_and_organisation_are_edited(run: Run) -> None:
    run(
        "contacts",
        "edit",
        "ons/chief",
        "--title",
        "Director",
        "--salutation",
        "Dear Li,",
        "--rank",
        "director",
        "--phone",
        "+1 2",
    )
    run("contacts", "edit", "ons", "--acronym", "-", "--tag", "Panel", "--name-in", "fr=Société", "--language", "en")
    shown = json.loads(run("contacts", "show", "open-net", "--json").stdout)
    [post] = shown["posts"]
    assert (shown["acronym"], shown["tags"], shown["names"][0]["short"]) == ("", ["panel"], "Société")
    assert shown["language"] == "en"
    assert (post["title"], post["holders"][0]["salutation"], post["holders"][0]["rank"]) == ("Director", "Dear Li,", "director")
    assert [address["value"] for address in post["addresses"]] == ["office@open-net.example", "+1 2"]
    run("contacts", "edit", "open-net/chief", "--remove-address", "OFFICE@open-net.example")
    assert "office@" not in run("contacts", "show", "open-net").output


def test_another_holder_is_recorded_from_today_and_confirmed(run: Run) -> None:
    run("contacts", "edit", "ons/chief", "--holder", "Max New", "--family-name", "New", "--confirm")
    shown = run("contacts", "show", "ons").output
    assert "Max New, 2025-01-27 to today, confirmed on 2025-01-27" in shown


def test_nobody_can_be_confirmed_in_a_vacant_post(run: Run) -> None:
    assert "Nobody is recorded as holding kenya/" in run("contacts", "edit", "kenya", "--confirm", ok=False).output


def test_do_not_contact_is_set_for_organisation_post_or_person_and_lifted(run: Run) -> None:
    run("contacts", "edit", "ons", "--do-not-contact", "court order")
    run("contacts", "edit", "ons/chief", "--person", "--do-not-contact", "asked by letter")
    shown = run("contacts", "show", "ons").output
    assert "do not contact  court order (since 2025-01-27)" in shown
    assert "do not contact: asked by letter (since 2025-01-27)" in shown
    assert "court order" in run("contacts", "list").output
    run("contacts", "edit", "ons", "--may-contact")
    assert "court order" not in run("contacts", "show", "ons").output


def test_editing_nothing_is_wrong_usage(run: Run) -> None:
    assert run("contacts", "edit", "ons", ok=None).exit_code == 2


def test_a_refused_edit_changes_nothing_at_all(run: Run) -> None:
    result = run("contacts", "edit", "ons/chief", "--title", "New", "--email", "no address", ok=False)
    assert "email: 'no address' is no e-mail address" in result.output
    assert "Chief Executive Officer" in run("contacts", "show", "ons").output


def test_a_reader_looks_and_edits_nothing(run: Run, source: Path) -> None:
    run("people", "add", "René Reader", "--role", "reader")
    reader = ("--as", "René Reader", "contacts")
    assert run(*reader, "list").exit_code == 0
    for words in (("edit", "ons", "--acronym", "X"), ("add", "ons", "--post", "chair"), ("import", source)):
        assert "may not" in run(*reader, *words, ok=False).output


def test_a_worksheet_goes_out_and_comes_back(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "to-confirm.xlsx"
    assert f"{path} has 1 post to confirm" in run("contacts", "worksheet", path).output
    assert "0 added, 0 changed, 1 unchanged, 0 refused" in run("contacts", "import", path, "--write").output
    assert (
        "Every post that fits has a confirmed holder"
        in run("contacts", "worksheet", tmp_path / "none.xlsx", "--group", "technical-community").output
    )
    assert run("contacts", "worksheet", tmp_path / "a.csv", ok=None).exit_code == 2


@pytest.mark.parametrize("name", sorted(contacts.commands))
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    assert "Example: outreach contacts" in run("contacts", name, "--help").output


def test_cards_are_read_out_one_json_line_each_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "telephone.vcf"
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Example\r\nN:Example;Ann;;;\r\nORG:New Org\r\nTEL;TYPE=FAX:+1 2\r\nEND:VCARD\r\n"
    )
    path.write_text(card + "BEGIN:VCARD\r\nFN:Cut Off\r\n")
    whole, broken = rows(run("contacts", "import", path, "--json", ok=False))
    assert (whole["row"], whole["action"], whole["left_out"]) == (1, "refused", {"fax": "+1 2"})
    assert whole["read"] == {
        **{"organisation": "New Org", "full_name": "Ann Example", "given_name": "Ann", "family_name": "Example"},
    }
    assert "has no END:VCARD" in str(broken["reason"])
    assert broken["read"] == {"full_name": "Cut Off"}
    shown = run("contacts", "import", path, ok=False).output
    assert "read as: organisation New Org; full_name Ann Example" in shown
    assert "left out: fax" in shown
    assert "1 added" in run("contacts", "import", path, "--group", "press", ok=False).output
    assert "No post fits" in run("contacts", "list", "--search", "Ann").output


def test_contacts_are_exported_and_read_again_without_a_change(run: Run, tmp_path: Path) -> None:
    for ending in ("csv", "xlsx", "vcf"):
        path = tmp_path / f"all.{ending}"
        assert f"{path} has 2 contacts." in run("contacts", "export", path).output
        assert "0 added, 0 changed, 2 unchanged, 0 refused" in run("contacts", "import", path).output
    assert run("contacts", "export", tmp_path / "a.pdf", ok=None).exit_code == 2


def test_a_wish_not_to_be_written_to_has_its_own_day(office: Office, run: Run) -> None:
    run("contacts", "edit", "open-net", "--do-not-contact", "asked by note", "--since", "2025-01-03")
    assert "asked by note (since 2025-01-03)" in run("contacts", "show", "open-net").output
    later = run("contacts", "edit", "open-net", "--do-not-contact", "asked", "--since", "2025-03-01", ok=False)
    assert "2025-03-01 is still to come" in later.output


def test_a_person_is_shown_by_number_with_posts_and_addresses(run: Run) -> None:
    text = run("contacts", "show", "person/1").output
    for words in ("Li Example", "open-net/chief-executive/headquarters, confirmed on 2025-01-27", "Letters:\n  none"):
        assert words in text
    shown = json.loads(run("contacts", "show", "person/1", "--json").output)
    assert (shown["person"], shown["family_name"], shown["letters_in_all"]) == ("person/1", "Li", 0)
    assert "Li Example, confirmed on 2025-01-27, person/1" in run("contacts", "show", "open-net").output
    assert "There is no person 99" in run("contacts", "show", "person/99", ok=False).output


def test_an_export_stands_in_the_journal(run: Run, tmp_path: Path) -> None:
    run("contacts", "export", tmp_path / "states.csv", "--region", "african")
    text = run("journal", "--about", "contacts", "--json").output
    assert "took out" in text
    assert "african" in text
