"""Whether the mail servers let the office in, and signing in to them without a password: by commands, as the settings say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import config
from outreach.cli import delivery_servers
from outreach.errors import Invalid
from outreach.mail import oauth
from outreach.office import Office
from tests.conftest import Run
from tests.delivery import test_mailbox, test_server
from tests.mail import dovecot
from tests.mail.servers import PASSWORD, Postbox, listening
from tests.mail.token_server import USER_CODE, Issuer, issuing


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def server(issuer: Issuer) -> Iterator[dovecot.Mailbox]:
    with dovecot.running(tokens_checked_at=f"{issuer.url}/introspect") as server:
        yield server


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sign-ins of this test are kept; nobody waits in it."""
    monkeypatch.setenv("OUTREACH_TOKENS", str(tmp_path / "tokens"))
    monkeypatch.setattr(delivery_servers.time, "sleep", lambda _seconds: None)
    return tmp_path / "tokens"


def sign_in_at(office: Office, issuer: Issuer, provider: str = "microsoft") -> None:
    path = office.folder / "outreach.toml"
    words = f'\n[mail.oauth]\nprovider = "{provider}"\nclient_id = "client-1"\ntoken_url = "{issuer.url}/token"\n'
    words += f'authorize_url = "{issuer.url}/authorize"\n'
    words += f'device_url = "{issuer.url}/devicecode"\n' if provider == "microsoft" else ""
    path.write_text(path.read_text() + words)


def test_a_sign_in_by_a_code_lets_letters_be_placed(
    filled: Office, run: Run, issuer: Issuer, server: dovecot.Mailbox, tokens: Path
) -> None:
    assert "Nothing signs in by OAuth 2.0" in run("delivery", "sign-in").output
    test_mailbox.point_at(filled, server, sign_in="oauth")
    sign_in_at(filled, issuer)
    refused = run("delivery", "check", ok=False).output
    assert "Nobody has signed in as chair at microsoft; do so with `outreach delivery sign-in`." in refused
    issuer.pending = 1
    said = run("delivery", "sign-in").output
    assert f"Open https://provider.example/device on any device and type {USER_CODE}, as chair." in said
    assert f"chair is signed in at microsoft; kept in {tokens}" in said
    assert "refresh-1" not in said
    said = run("delivery", "check").output
    assert f"localhost:{server.plain_port} answers, the line is starttls, and we are let in." in said
    assert "Drafts lie in Entwürfe, what was sent in Sent, and mail comes to INBOX." in said
    assert "12 placed" in run("send", "wsis20-input", "--outbox", "drafts", "--really").output
    assert not [path for path in filled.folder.rglob("*") if path.is_file() and b"refresh-" in path.read_bytes()]
    issuer.refresh.clear()
    assert "the sign-in has ended" in run("delivery", "check", ok=False).output
    assert "Forgotten: chair at microsoft." in run("delivery", "sign-in", "--forget").output
    assert "Nothing was kept of: chair at microsoft." in run("delivery", "sign-in", "--forget").output


def test_a_sign_in_by_a_browser_elsewhere_is_pasted(
    office: Office, run: Run, issuer: Issuer, server: dovecot.Mailbox, tokens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_mailbox.point_at(office, server, sign_in="oauth")
    sign_in_at(office, issuer, "google")
    monkeypatch.setenv("OUTREACH_OAUTH_CLIENT_SECRET", "registered")
    issuer.client_secret = "registered"
    visit = oauth.visit
    ends_at: list[str] = []

    def seen(application: oauth.Application, landing: str) -> oauth.Visit:
        found = visit(application, landing)
        ends_at.append(issuer.approved_in_a_browser(found.address))
        return found

    monkeypatch.setattr(oauth, "visit", seen)
    monkeypatch.setattr(delivery_servers.click, "prompt", lambda _words: ends_at[-1])
    said = run("delivery", "sign-in", "--paste").output
    assert f"Open this address in a browser, as chair:\n{issuer.url}/authorize?" in said
    assert "chair is signed in at google" in said
    assert "registered" not in said
    assert "we are let in" in run("delivery", "check").output
    monkeypatch.setattr(delivery_servers, "BROWSER_SECONDS", 0.01)
    assert "No browser came back in time" in run("delivery", "sign-in", ok=False).output


def test_a_token_that_cannot_be_renewed_is_not_kept(
    office: Office, run: Run, issuer: Issuer, server: dovecot.Mailbox, tokens: Path
) -> None:
    test_mailbox.point_at(office, server, sign_in="oauth")
    sign_in_at(office, issuer)
    issuer.rotates, issuer.refresh = False, {"somebody else's"}
    assert "a token that cannot be renewed" in run("delivery", "sign-in", ok=False).output
    assert not tokens.exists()


def test_both_servers_are_looked_at_whichever_is_wrong(
    filled: Office, run: Run, server: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_IMAP_PASSWORD", PASSWORD)
    with listening(Postbox()) as postbox:
        test_server.point_at(filled, postbox.port)
        test_mailbox.point_at(filled, server, drafts="Drafts")
        said = run("delivery", "check", ok=False).output
        assert f"127.0.0.1:{postbox.port} answers" in said
        assert "has no folder 'Drafts'; it has:" in said
        path = filled.folder / "outreach.toml"
        path.write_text(path.read_text().replace('drafts = "Drafts"', 'inbox = "Eingang"'))
        assert "has no folder 'Eingang'" in run("delivery", "check", ok=False).output
        path.write_text(path.read_text().replace('inbox = "Eingang"', 'inbox = "Inbox"'))
    said = run("delivery", "check", ok=False).output
    assert f"Nobody answers at 127.0.0.1:{postbox.port}" in said
    assert "mail comes to Inbox" in said, "the other one is told of all the same"
    assert server.messages() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            '[mail.imap]\nhost = "a.example"\nusername = "chair"\nsign_in = "oauth"',
            r"\[mail.imap\] signs in by oauth; add \[mail.oauth\]",
        ),
        (
            '[mail.smtp]\nhost = "a.example"\nsign_in = "oauth"\n[mail.oauth]\nprovider = "google"\nclient_id = "x"',
            "add the username",
        ),
        ('[mail.oauth]\nprovider = "elsewhere"\nclient_id = "x"', "mail.oauth.provider"),
    ],
)
def test_settings_that_nobody_can_sign_in_by_are_told_at_once(office: Office, words: str, told: str) -> None:
    path = office.folder / "outreach.toml"
    path.write_text(f"{path.read_text()}\n{words}\n")
    with pytest.raises(Invalid, match=told):
        config.read(office.folder)
