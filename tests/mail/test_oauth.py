"""Signing in without a password: by a code, by a browser, renewed by itself, and taken by real servers."""

import base64
import stat
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from outreach.errors import Refused
from outreach.mail import oauth
from outreach.mail.connecting import CannotConnect, Secret
from outreach.mail.imap import Mailbox
from outreach.mail.landing import Landing
from outreach.mail.oauth import PROVIDERS, Application, CannotSignIn, Tokens
from outreach.mail.submitting import Fate, Submission
from outreach.mail.token_store import TokenStore
from tests.cast import NOON
from tests.mail import dovecot
from tests.mail.servers import USER, Postbox, listening
from tests.mail.token_server import DEVICE_CODE, USER_CODE, Issuer, issuing


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


def application(issuer: Issuer, provider: str = "microsoft", **more: str) -> Application:
    there = {"token_url": f"{issuer.url}/token", "device_url": f"{issuer.url}/devicecode"}
    return Application(replace(PROVIDERS[provider], authorize_url=f"{issuer.url}/authorize", **there), "client-1", USER, **more)


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "tokens", tmp_path / "unused")


class Time:
    """A clock that waiting moves."""

    def __init__(self) -> None:
        self.instant, self.waits = NOON, list[float]()

    def __call__(self) -> datetime:
        return self.instant

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.instant += timedelta(seconds=seconds)


def test_a_person_types_a_code_elsewhere_and_is_waited_for(issuer: Issuer) -> None:
    issuer.pending = 2
    one, time = application(issuer), Time()
    code = oauth.begin(one)
    assert (code.typed, code.address) == (USER_CODE, "https://provider.example/device")
    grant = oauth.await_person(one, code, time.wait)
    assert (grant.access, grant.refresh) == ("access-1", "refresh-1")
    assert time.waits == [5, 5, 5]
    assert issuer.asked[0]["scope"].split() == list(PROVIDERS["microsoft"].scopes)
    assert {asked.get("client_id") for asked in issuer.asked} == {"client-1"}
    assert "access-1" not in f"{grant!r}"
    assert DEVICE_CODE not in f"{code!r}"


def test_a_server_that_is_asked_too_often_is_asked_less(issuer: Issuer) -> None:
    issuer.says = [(400, b'{"error": "slow_down"}')]
    one, time = application(issuer), Time()
    code = oauth.Code(USER_CODE, "https://provider.example", DEVICE_CODE, 5, 60)
    oauth.await_person(one, code, time.wait)
    assert time.waits == [5, 10]


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ((400, b'{"error": "access_denied", "error_description": "the\\r\\nuser said no"}'), "access_denied: the user said no"),
        ((400, b'{"error": "expired_token"}'), "expired_token"),
        ((500, b"<html>down</html>"), r"127.0.0.1 does not answer as a sign-in would \(500\)"),
        ((200, b"not json"), "does not answer as a sign-in would"),
        ((200, b'{"token_type": "Bearer"}'), "gave no token for chair"),
        ((200, b'{"access_token": "a\\u0001auth=Bearer b"}'), "gave no token for chair"),
        ((302, b"http://127.0.0.1:1/elsewhere"), "does not answer as a sign-in would"),
    ],
)
def test_what_a_provider_says_instead_of_a_token_is_told(issuer: Issuer, says: tuple[int, bytes], told: str) -> None:
    issuer.says = [says]
    code = oauth.Code(USER_CODE, "https://provider.example", DEVICE_CODE, 5, 60)
    with pytest.raises(CannotSignIn, match=told):
        oauth.await_person(application(issuer), code, Time().wait)


def test_a_code_that_nobody_types_runs_out(issuer: Issuer) -> None:
    issuer.pending = 1000
    one, time = application(issuer), Time()
    with pytest.raises(CannotSignIn, match=f"Nobody typed {USER_CODE} at .* in time; begin again"):
        oauth.await_person(one, oauth.begin(one), time.wait)
    assert sum(time.waits) <= 60


def test_a_provider_that_is_not_there_or_would_be_read_on_the_way_is_told(issuer: Issuer) -> None:
    with issuing() as gone:
        address = gone.url
    with pytest.raises(CannotSignIn, match=r"127.0.0.1 cannot be reached"):
        oauth.begin(application(replace(issuer, port=int(address.rpartition(":")[2]))))
    for address in ("http://provider.example/token", "ftp://127.0.0.1/token", "file:///etc/passwd"):
        clear = application(issuer)
        clear = replace(clear, provider=replace(clear.provider, token_url=address))
        with pytest.raises(CannotSignIn, match="no https address"):
            oauth.renew(clear, "refresh-1")


def test_a_browser_on_this_machine_comes_back_with_the_answer(issuer: Issuer) -> None:
    one = application(issuer, "google", secret="registered")
    issuer.client_secret = "registered"
    with Landing() as landing:
        visit = oauth.visit(one, landing.address)
        back = issuer.approved_in_a_browser(visit.address)

        def browser() -> None:
            for address in (f"{landing.address}favicon.ico", back):
                urllib.request.urlopen(address, timeout=10).close()

        thread = Thread(target=browser)
        thread.start()
        came = landing.wait(10)
        thread.join()
        assert landing.wait(0.01) == "", "nobody else comes"
    assert came == back
    assert oauth.redeem(one, visit, came).refresh == "refresh-1"
    assert "access_type=offline" in visit.address
    assert "registered" not in visit.address


def test_an_answer_to_another_visit_is_not_taken(issuer: Issuer) -> None:
    one = application(issuer, "google")
    visit = oauth.visit(one, "http://127.0.0.1:1/")
    with pytest.raises(CannotSignIn, match="answers another sign-in"):
        oauth.redeem(one, visit, issuer.approved_in_a_browser(visit.address, state="forged"))
    other = issuer.approved_in_a_browser(oauth.visit(one, "http://127.0.0.1:1/").address, state=visit.state)
    with pytest.raises(CannotSignIn, match="invalid_grant"):
        oauth.redeem(one, visit, other)
    with pytest.raises(CannotSignIn, match="access_denied"):
        oauth.redeem(one, visit, f"http://127.0.0.1:1/?state={visit.state}&error=access_denied")


def test_a_token_is_used_until_it_runs_out_and_then_renewed(issuer: Issuer, store: TokenStore) -> None:
    one, time = application(issuer), Time()
    issuer.refresh = {"refresh-0"}
    store.keep(one.entry, "refresh-0")
    tokens = Tokens(one, store, time)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _n: tokens(), range(8))) == {Secret("access-1", is_token=True)}
    assert len(issuer.asked) == 1
    assert store.read(one.entry) == "refresh-1", "the old one is taken no more"
    time.wait(3600 - 60)
    assert tokens().value == "access-2", "before it runs out in the middle of a conversation"
    assert Tokens(one, store, time)().value == "access-3", "another run begins with what was kept"


def test_a_provider_that_gives_no_new_one_keeps_the_old(issuer: Issuer, store: TokenStore) -> None:
    one = application(issuer)
    issuer.rotates, issuer.refresh = False, {"refresh-0"}
    store.keep(one.entry, "refresh-0")
    for _ in range(2):
        Tokens(one, store, Time())()
    assert store.read(one.entry) == "refresh-0"


def test_a_sign_in_that_has_ended_or_never_was_says_what_to_do(issuer: Issuer, store: TokenStore) -> None:
    one = application(issuer)
    with pytest.raises(
        CannotSignIn, match="Nobody has signed in as chair at microsoft; do so with `outreach delivery sign-in`"
    ):
        Tokens(one, store, Time())()
    store.keep(one.entry, "revoked")
    with pytest.raises(CannotSignIn, match=r"invalid_grant: .* the sign-in has ended; sign in again"):
        Tokens(one, store, Time())()


# --- where tokens are kept --------------------------------------------------------------------------------------------


def test_a_token_lies_in_a_file_that_only_its_owner_reads(store: TokenStore, tmp_path: Path) -> None:
    path = Path(store.keep("oauth microsoft ../../chair", "refresh-1"))
    assert path.parent == tmp_path / "tokens", "no name becomes a path"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store.keep("oauth microsoft ../../chair", "refresh-2")
    assert store.read("oauth microsoft ../../chair") == "refresh-2"
    assert store.read("oauth google chair") == ""
    assert [each.name for each in path.parent.iterdir()] == [path.name], "no draft stays behind"
    path.chmod(0o640)
    with pytest.raises(Refused, match="Others can read"):
        store.read("oauth microsoft ../../chair")
    assert store.forget("oauth microsoft ../../chair")
    assert not store.forget("oauth microsoft ../../chair")
    path.write_text("[")
    path.chmod(0o600)
    with pytest.raises(Refused, match="cannot be read"):
        store.read("oauth microsoft ../../chair")


def test_the_keyring_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.errors import PasswordDeleteError

    held: dict[tuple[str, str], str] = {}

    def delete(service: str, entry: str) -> None:
        if held.pop((service, entry), None) is None:
            raise PasswordDeleteError(entry)

    monkeypatch.setattr(keyring, "get_password", lambda service, entry: held.get((service, entry)))
    monkeypatch.setattr(keyring, "set_password", lambda service, entry, word: held.update({(service, entry): word}))
    monkeypatch.setattr(keyring, "delete_password", delete)
    store = TokenStore.of({"XDG_STATE_HOME": str(tmp_path)})
    assert store.keep("oauth google chair", "refresh-1") == "the keyring"
    assert held == {("outreach", "oauth google chair"): "refresh-1"}
    assert (store.read("oauth google chair"), list(tmp_path.iterdir())) == ("refresh-1", [])
    assert store.forget("oauth google chair")
    assert (held, store.read("oauth google chair")) == ({}, "")
    named = TokenStore.of({"OUTREACH_TOKENS": str(tmp_path / "here")})
    assert Path(named.keep("oauth google chair", "refresh-2")).parent == tmp_path / "here"
    assert held == {}


def test_without_a_keyring_the_file_lies_with_the_state_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        store = TokenStore.of({"XDG_STATE_HOME": str(tmp_path)})
        assert Path(store.keep("oauth google chair", "refresh-1")).parent == tmp_path / "outreach" / "tokens"
        assert store.read("oauth google chair") == "refresh-1"
        assert [each.name for each in tmp_path.iterdir()] == ["outreach"]
    finally:
        keyring.set_keyring(before)


# --- real servers take the token --------------------------------------------------------------------------------------


class Modern(Postbox):
    """A server that takes tokens, and nothing else."""

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        said = base64.b64decode(args[1])
        if said == f"user={USER}\x01auth=Bearer access-1\x01\x01".encode():
            return AuthResult(success=True, auth_data=USER)
        # As Google and Microsoft do: the reason comes as a challenge, and the refusal after an empty answer.
        answer: Any = await server.challenge_auth(b'{"status":"400"}')
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 no token of ours {answer!r}")


def test_a_mail_server_takes_the_token(issuer: Issuer, store: TokenStore) -> None:
    one = application(issuer)
    issuer.refresh = {"refresh-0"}
    store.keep(one.entry, "refresh-0")
    options = {"auth_require_tls": False, "auth_required": True, "auth_exclude_mechanism": ["PLAIN", "LOGIN"]}
    with listening(Modern(), **options) as postbox:
        server = postbox.server(username=USER)
        with Submission(server, Tokens(one, store, Time())) as line:
            [answer] = line.submit("chair@panel.example", ["pr@kenya.example"], b"Subject: A letter\r\n\r\nExcellency,\r\n")
            assert answer.fate is Fate.ACCEPTED
        with pytest.raises(CannotConnect, match=r"did not let chair in .535.*sign in again"):
            Submission(server, lambda: Secret("stale", is_token=True)).open()


def test_a_mailbox_takes_the_token(issuer: Issuer, store: TokenStore) -> None:
    one = application(issuer)
    issuer.refresh = {"refresh-0"}
    store.keep(one.entry, "refresh-0")
    with dovecot.running(tokens_checked_at=f"{issuer.url}/introspect") as server:
        with Mailbox(server.server(), Tokens(one, store, Time())) as mailbox:
            assert mailbox.is_open
        with pytest.raises(CannotConnect, match=r"did not let chair in .*sign in again with `outreach delivery sign-in`"):
            Mailbox(server.server(), lambda: Secret("stale", is_token=True)).open()
        with Mailbox(server.server(), server.secret) as mailbox:
            assert mailbox.is_open, "a password goes as well"
