"""A seventh language, German, added by an office through its own files and the commands alone: nothing of it is shipped."""

import json
from pathlib import Path

import pypdfium2
import pytest

from outreach.office import Office
from tests.cast import kenya, society
from tests.confirming import confirmed
from tests.conftest import Run

GERMAN = Path(__file__).parent / "german"
CHECKED = ("letters", "check", "thanks-de", "--json")


@pytest.fixture
def german(office: Office, run: Run) -> Office:
    """The office with its forms of address, its wording and the names of two addressees in German."""
    with office.transaction() as session:
        society(session)
        kenya(session)
    (office.folder / "protocol" / "de.toml").write_bytes((GERMAN / "de.toml").read_bytes())
    run("templates", "edit", "contribution-thanks")
    own = office.folder / "templates" / "letters" / "contribution-thanks"
    (own / "de.md").write_bytes((GERMAN / "de.md").read_bytes())
    with (own / "letter.toml").open("a") as about:
        about.write('\n[languages.de]\nawaits = "a German reader"\n')
    settings = office.folder / "outreach.toml"
    settings.write_text(settings.read_text().replace('languages = ["en", "fr"]', 'languages = ["en", "fr", "de"]'))
    names = ("--name-in", "de=Kenia", "--formal-in", "de=die Republik Kenia", "--of-formal-in", "de=der Republik Kenia")
    run("contacts", "edit", "kenya", "--language", "de", *names)
    who = ("--holder", "Ada Kamau", "--family-name", "Kamau", "--gender", "female", "--rank", "ambassador")
    run("contacts", "edit", "kenya/permanent-representative/new-york", *who, "--email", "mission@kenya.example", "--confirm")
    run("contacts", "edit", "open-net", "--language", "de")
    return office


def drafted(run: Run) -> list[dict[str, object]]:
    run("campaigns", "new", "thanks-de", "--template", "contribution-thanks", "--to", "org:kenya,open-net")
    run("letters", "draft", "thanks-de", "--date", "2025-01-27")
    return [json.loads(run("letters", "show", f"IGF/LP/2025/000{number}", "--json").output) for number in (1, 2)]


def pdf_text(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as opened:
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in opened)


def test_the_language_is_listed_shown_and_made_into_a_sheet_for_its_reader(german: Office, run: Run, tmp_path: Path) -> None:
    rows = json.loads(run("protocol", "show", "--json").output)
    assert [row["name"] for row in rows if row["language"] == "de"] == ["German"]
    assert "Ihrer Exzellenz Frau Johanna Beispiel" in run("protocol", "show", "--language", "de", "--json").output
    run("protocol", "sheet", "--language", "de", "--into", tmp_path / "de.pdf")
    assert "Ständige Vertreterin der Republik Kenia bei den Vereinten Nationen" in pdf_text(tmp_path / "de.pdf")


def test_the_wording_passes_its_trial_on_awkward_addressees(german: Office, run: Run) -> None:
    rows = json.loads(run("templates", "check", "contribution-thanks", "--language", "de", "--json").output)
    assert [row for row in rows if row["level"] == "fails"] == []


def test_letters_are_written_in_it_by_the_rank_of_each_addressee(german: Office, run: Run) -> None:
    state, body = sorted(drafted(run), key=lambda one: one["salutation"] != "Exzellenz,")
    assert [one["language"] for one in (state, body)] == ["de", "de"]
    assert str(state["address_block"]).splitlines() == [
        "Ihrer Exzellenz Frau Ada Kamau",
        "Ständige Vertreterin der Republik Kenia bei den Vereinten Nationen",
    ]
    assert str(state["body"]).startswith("ich habe die Ehre, Ihnen den Dank des Leadership Panel")
    assert state["close"] == "Genehmigen Sie, Exzellenz, die Versicherung meiner ausgezeichneten Hochachtung."
    assert body["salutation"] == "Sehr geehrte Frau Li,"
    assert str(body["body"]).startswith("ich schreibe Ihnen, um Ihnen den Dank")
    assert body["close"] == "Mit freundlichen Grüßen"


def test_they_are_checked_signed_off_approved_and_set(german: Office, run: Run) -> None:
    drafted(run)
    # What is refused is said after the list.
    errors = json.JSONDecoder().raw_decode(run(*CHECKED, ok=False).output)[0]["errors"]
    assert {one["kind"] for one in errors} == {"unread"}
    assert "awaits a reader" in run("letters", "approve", "--campaign", "thanks-de", "--count", 2, ok=False).output
    word = ("--language", "de", "--by", "Johanna Beispiel", "--evidence", "a call")
    run("protocol", "sign-off", *word)
    run("templates", "sign-off", "contribution-thanks", *word)
    assert json.loads(run(*CHECKED).output)["errors"] == []
    run("letters", "approve", "--campaign", "thanks-de", "--count", 2, *confirmed(run, "thanks-de"))
    run("letters", "export", "--campaign", "thanks-de")
    pages = [pdf_text(file) for file in sorted((german.folder / "out" / "letters" / "thanks-de").glob("*.pdf"))]
    assert len(pages) == 2
    for page in pages:
        assert "Aktenzeichen: IGF/LP/2025/000" in page
        assert "27. Januar 2025" in page
        assert "Beitrag zum Treuhandfonds des Internet Governance Forum" in page


def test_another_language_can_be_translated_into_it(german: Office, run: Run) -> None:
    run("contacts", "edit", "kenya", "--language", "en")
    run("campaigns", "new", "thanks-de", "--template", "contribution-thanks", "--to", "org:kenya")
    run("campaigns", "values", "thanks-de", "translation=de", "confidential=yes")
    run("letters", "draft", "thanks-de", "--date", "2025-01-27")
    run("letters", "export", "--campaign", "thanks-de")
    letter, translation = (
        pdf_text(german.folder / "out" / "letters" / "thanks-de" / f"IGF-LP-2025-0001{end}.pdf") for end in ("", "-de")
    )
    assert "Confidential" in letter
    assert "Enclosure: Courtesy translation (Deutsch)" in letter
    assert "Vertraulich Höflichkeitsübersetzung Aus dem Englischen übersetzt" in translation
    assert "ich habe die Ehre, Ihnen den Dank" in translation
