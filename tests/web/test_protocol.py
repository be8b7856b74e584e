"""Forms of address on the desk: read by everybody, signed off by a keeper, for exactly the words that were shown."""

import io
import re
from collections.abc import Callable

from outreach.office import Office
from outreach.protocol import signing_off
from outreach.protocol.forms import load
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
WORD = {"reader": "Layla Example", "on": "2025-01-20", "evidence": "mail of 20 January"}


def code_on(page: str) -> str:
    found = re.search(r'name="code"[^>]*value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_the_languages_say_how_much_awaits_a_reader(visit: Visit) -> None:
    page = visit("reader").get("/protocol/").text
    for name in ("Arabic", "Chinese", "English", "French", "Russian", "Spanish"):
        assert name in page
    assert f"<td>{len(load('ar').awaiting())}</td>" in page


def test_a_language_reads_as_its_letters_do(visit: Visit) -> None:
    french = visit("reader").get("/protocol/fr").text
    assert "Madame l&#39;Ambassadrice," in french
    assert "No letter is made: gender not recorded." in french
    assert "Le Secrétariat du Forum d&#39;exemple présente ses compliments à la Mission permanente" in french
    arabic = visit("reader").get("/protocol/ar").text
    assert '<div lang="ar" dir="rtl" class="desk-letter">' in arabic
    assert "لجمهورية كينيا" in arabic


def test_a_language_without_forms_is_not_there(visit: Visit) -> None:
    for place in ("/protocol/de", "/protocol/de/forms.pdf", "/protocol/..%2fen"):
        assert visit("reader").get(place).status_code == 404


def test_the_sheet_is_a_pdf_with_its_name(visit: Visit) -> None:
    got = visit("reader").get("/protocol/zh/forms.pdf")
    assert got.mimetype == "application/pdf"
    assert got.data.startswith(b"%PDF")
    assert "forms-zh.pdf" in got.headers["Content-Disposition"]


def test_a_keeper_records_a_readers_word(visit: Visit, office: Office) -> None:
    keeper = visit("keeper")
    page = keeper.get("/protocol/ar").text
    names = re.findall(r'name="entry" value="([^"]+)"', page)
    assert len(names) == len(load("ar").awaiting())
    mail = (io.BytesIO(b"From: l@example.org\nDate: Mon, 20 Jan 2025 10:00:00 +0000\n\nRight.\n"), "mail.eml")
    done = keeper.post(
        "/protocol/ar/sign-off", {**WORD, "code": code_on(page), "entry": names, "file": mail}, page="/protocol/ar"
    )
    assert f"Arabic: {len(names)} entries signed off by Layla Example." in done.text
    assert "No entry awaits a reader." in done.text
    assert "signed off by Layla Example on 2025-01-20" in done.text
    [record] = signing_off.read("ar", [office.folder]).records
    assert (record.by, record.evidence, len(record.digests)) == ("Layla Example", "mail of 20 January", len(names))
    assert record.file is not None
    assert b"Right." in office.archive.fetch(record.file)


def test_only_what_was_ticked_is_signed_off(visit: Visit, office: Office) -> None:
    keeper = visit("keeper")
    code = code_on(keeper.get("/protocol/en").text)
    words = {**WORD, "code": code, "entry": ["forms.royal"]}
    assert "1 entries signed off" in keeper.post("/protocol/en/sign-off", words, page="/protocol/en").text
    assert list(signing_off.read("en", [office.folder]).records[0].digests) == ["forms.royal"]


def test_words_that_changed_meanwhile_are_not_signed_off_and_nothing_typed_is_lost(visit: Visit, office: Office) -> None:
    keeper = visit("keeper")
    code = code_on(keeper.get("/protocol/en").text)
    (office.folder / "protocol" / "en.toml").write_text('[dates]\nawaits = "the Chair"\npattern = "{day} {month}"\n')
    words = {**WORD, "code": code, "entry": ["forms.royal"]}
    again = keeper.post("/protocol/en/sign-off", words, page="/protocol/en")
    assert again.status_code == 409
    assert "has changed since the sheet" in again.text
    assert "Layla Example" in again.text
    assert "mail of 20 January" in again.text
    assert not signing_off.read("en", [office.folder]).records


def test_a_sign_off_without_a_name_a_tick_or_a_day_that_has_come_is_shown_again(visit: Visit) -> None:
    keeper = visit("keeper")
    code = code_on(keeper.get("/protocol/en").text)
    good = {**WORD, "code": code, "entry": ["forms.royal"]}
    for change, words in (
        ({"reader": ""}, "This field is required."),
        ({"entry": []}, "No entry was ticked"),
        ({"on": "2025-03-01"}, "2025-03-01 has not come yet"),
    ):
        again = keeper.post("/protocol/en/sign-off", {**good, **change}, page="/protocol/en")
        assert again.status_code == 422
        assert words in again.text
        assert "mail of 20 January" in again.text


def test_nobody_but_a_keeper_signs_off(visit: Visit, office: Office) -> None:
    approver = visit("approver")
    assert "A reader&#39;s word" not in approver.get("/protocol/en").text
    done = approver.post("/protocol/en/sign-off", {**WORD, "entry": ["forms.royal"]}, page="/people/me")
    assert done.status_code == 409
    assert not signing_off.read("en", [office.folder]).records
