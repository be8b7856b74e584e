"""A small campaign from founding to communiqué, by the commands alone, on SQLite and on PostgreSQL."""

import json
import shutil
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from outreach.cli.main import Face, main
from tests.confirming import confirmed
from tests.conftest import NOON, Clock
from tests.releases import emptied

CONTACTS = """\
organisation,group,post,title,given_name,family_name,gender,email,language,domain
Open Net Society,technical-community,chief-executive,Chief Executive,Ada,Example,female,ada@open-net.example,en,open-net.example
Réseau libre,civil-society,president,Présidente,Zoé,Exemple,female,zoe@reseau.example,fr,reseau.example
"""
ANSWER = "The national forum brought the regulator to the table. Within a year the licence was gone.\n"


class Desk:
    """Somebody at the command line of one office."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.folder, self.clock = folder, Clock()
        self.env = {"OUTREACH_DATABASE_URL": url} if url else {}

    def run(self, *words: Any, ok: bool = True) -> str:
        face = Face(str(self.folder), clock=self.clock)
        result = CliRunner(env=self.env).invoke(main, [str(word) for word in words], obj=face)
        assert (result.exit_code == 0) is ok, f"{words}: {result.output} {result.exception!r}"
        return result.output

    def rows(self, *words: Any) -> list[dict[str, Any]]:
        return list(json.loads(self.run(*words, "--json")))


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    if request.param == "sqlite":
        return Desk(tmp_path / "office", None)
    return Desk(tmp_path / "office", emptied(request.getfixturevalue("fresh_postgres"), "s3cret-word"))


def reply(letter: dict[str, Any]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Ada Example <ada@open-net.example>", "inputs@leadership-panel.example"
    message["Subject"], message["Message-ID"] = f"Re: {letter['subject']}", "<answer@open-net.example>"
    message["In-Reply-To"], message["Date"] = letter["message_id"], "Mon, 03 Feb 2025 10:00:00 +0000"
    message.set_content(ANSWER)
    return bytes(message)


def test_from_founding_to_communique(desk: Desk, tmp_path: Path) -> None:
    assert "195 States" in desk.run("init", desk.folder, "--keeper", "Kim Keeper")
    if desk.env:
        assert "s3cret-word" not in (desk.folder / "outreach.toml").read_text()
        assert not (desk.folder / "outreach.db").exists()
    (tmp_path / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    desk.run("contacts", "import", tmp_path / "contacts.csv", "--write")
    to = "org:open-net-society,reseau-libre"
    desk.run("campaigns", "new", "input", "--template", "input-request", "--deadline", "2025-02-28", "--to", to)
    desk.run("contacts", "confirm", "open-net-society/chief-executive", "reseau-libre/president")
    desk.run("letters", "draft", "input", "--date", "2025-01-27")
    assert "fill it in in outreach.toml" in desk.run("letters", "check", "input", ok=False)
    settings = desk.folder / "outreach.toml"
    settings.write_text(settings.read_text().replace("[Name of the Chair]", "The Chair"))
    desk.run("letters", "draft", "input", "--date", "2025-01-27", "--redraft")
    desk.run("letters", "approve", "--campaign", "input", "--count", 2, *confirmed(desk.run, "input"))
    desk.run("send", "input", "--outbox", "folder", "--really", "--count", 2)
    letters = {row["organisation"]: row for row in desk.rows("letters", "list")}
    assert {row["state"] for row in letters.values()} == {"accepted"}
    assert letters["Réseau libre"]["language"] == "fr"

    letter = json.loads(desk.run("letters", "show", letters["Open Net Society"]["reference"], "--json"))
    (tmp_path / "answer.eml").write_bytes(reply(letter))
    desk.clock.instant = NOON.replace(month=3, day=3)
    assert "1 filed" in desk.run("responses", "import", tmp_path / "answer.eml")
    assert "0 new" in desk.run("responses", "import", tmp_path / "answer.eml")
    [answer] = desk.rows("responses", "list")
    desk.run("responses", "sort", answer["number"], "--kind", "substantive")
    desk.run("responses", "attribution", answer["number"], "organisation", "--evidence", "their mail")
    desk.run("inputs", "add", answer["number"], "--quote", "the licence was gone", "--theme", "wsis20-outcomes")
    desk.run("inputs", "coverage")

    desk.run("communique", "draft", "--campaign", "input")
    desk.run("communique", "export", "--edition", "clean", "--into", tmp_path / "out")
    text = (tmp_path / "out" / "communique.md").read_text(encoding="utf-8")
    assert "the licence was gone" in text
    assert "Open Net Society" in text
    assert "Ada Example" not in text
    [standing] = json.loads(desk.run("status", "--json"))["campaigns"]
    assert [standing[name] for name in ("sent", "answered", "overdue")] == [2, 1, 1]
    assert "The journal holds" in desk.run("journal", "verify")


def test_an_office_is_its_folder(desk: Desk, tmp_path: Path) -> None:
    desk.run("init", desk.folder, "--keeper", "Kim Keeper", "--no-directory")
    shutil.move(desk.folder, tmp_path / "moved")
    desk.folder = tmp_path / "moved"
    assert "The journal holds" in desk.run("journal", "verify")
