"""The mail servers at the desk: tried without a letter, and signed in to without a password."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import config
from outreach.office import Office
from tests.delivery.test_mailbox import point_at
from tests.delivery.test_signing_in import sign_in_at
from tests.mail import dovecot
from tests.mail.token_server import USER_CODE, Issuer, issuing
from tests.web.world import Visit

WHERE = "/delivery/servers/"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OUTREACH_TOKENS", str(tmp_path / "tokens"))
    return tmp_path / "tokens"


def read_again(office: Office) -> None:
    office.settings = config.read(office.folder)
    office.__dict__.pop("ways", None)


def test_an_office_without_servers_says_so(visit: Visit, tokens: Path) -> None:
    approver = visit("approver")
    page = approver.get(WHERE).text
    assert page.count("none is named in outreach.toml") == 2
    assert "Try whether they let us in" not in page
    assert 'href="/delivery/servers/"' in approver.get("/delivery/").text
    refused = approver.post(f"{WHERE}sign-in", {"username": "chair"}, page="/delivery/")
    assert refused.status_code == 404


def test_a_code_typed_elsewhere_signs_the_office_in(visit: Visit, office: Office, issuer: Issuer, tokens: Path) -> None:
    with dovecot.running(tokens_checked_at=f"{issuer.url}/introspect") as server:
        point_at(office, server, sign_in="oauth")
        sign_in_at(office, issuer)
        read_again(office)
        approver = visit("approver")
        assert "chair is not signed in yet" in approver.get(WHERE).text
        tried = approver.post(f"{WHERE}check", page=WHERE).text
        assert "Nobody has signed in as chair at microsoft" in tried
        early = approver.post(f"{WHERE}signed-in", {"username": "chair"}, page=WHERE)
        assert (early.status_code, "No sign-in has begun here" in early.text) == (409, True)
        page = approver.post(f"{WHERE}sign-in", {"username": "chair"}, page=WHERE).text
        assert USER_CODE in page
        assert "device-4711" not in page, "what belongs to the code stays with the desk"
        issuer.pending = 1
        assert "not typed yet" in approver.post(f"{WHERE}signed-in", {"username": "chair"}, page=WHERE).text
        page = approver.post(f"{WHERE}signed-in", {"username": "chair"}, page=WHERE).text
        assert "chair is signed in at microsoft." in page
        assert len(list(tokens.iterdir())) == 1
        assert "and we are let in." in approver.post(f"{WHERE}check", page=WHERE).text


def test_a_provider_that_asks_for_a_browser_says_where_to_go(
    visit: Visit, office: Office, issuer: Issuer, tokens: Path
) -> None:
    path = office.folder / "outreach.toml"
    path.write_text(path.read_text() + '\n[mail.imap]\nhost = "imap.gmail.com"\nusername = "chair"\nsign_in = "oauth"\n')
    sign_in_at(office, issuer, "google")
    read_again(office)
    refused = visit("approver").post(f"{WHERE}sign-in", {"username": "chair"}, page=WHERE)
    assert (refused.status_code, "signs in for the desk on its machine" in refused.text) == (409, True)
