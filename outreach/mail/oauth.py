"""Signing in to mail servers without a password: OAuth 2.0 by device code (RFC 8628) or by a browser here (RFC 8252, with PKCE,
RFC 7636), and tokens that renew themselves.

Three small requests of the standard, so they are made with the standard library: the libraries for this are one provider's, or
refuse answers whose scopes are worded otherwise than asked, as both providers do.
"""

import base64
import hashlib
import http.client
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from outreach.errors import Refused
from outreach.mail.connecting import Secret, one_line
from outreach.mail.token_store import TokenStore

TIMEOUT_SECONDS = 30
_LONGEST_ANSWER = 1_000_000
# A token is renewed while it still holds for the conversation that it opens.
_MARGIN = timedelta(minutes=2)
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class CannotSignIn(Refused):
    """The provider gave no token; the message says why, and what to do."""


@dataclass(frozen=True)
class Provider:
    """Where a provider's sign-in is, and what is asked for there. Without `device_url` one signs in by a browser here."""

    name: str
    token_url: str
    scopes: tuple[str, ...]
    device_url: str = ""
    authorize_url: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)


# `{tenant}` is the organisation at Microsoft. Google gives the scope for mail to no device code ("Allowed scopes" in its guide
# to limited-input devices), so one signs in there by the browser.
PROVIDERS = {
    "microsoft": Provider(
        "microsoft",
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106 (an address, no secret)
        device_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        authorize_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        scopes=(
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ),
    ),
    "google": Provider(
        "google",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 (an address, no secret)
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        scopes=("https://mail.google.com/",),
        asks={"access_type": "offline", "prompt": "consent"},
    ),
}


@dataclass(frozen=True)
class Application:
    """Our registration at a provider, for one user. `secret` is empty where the provider gives none."""

    provider: Provider
    client_id: str
    username: str
    secret: str = field(default="", repr=False)

    @property
    def entry(self) -> str:
        """What the token of this user is kept under."""
        return f"oauth {self.provider.name} {self.username}"


@dataclass(frozen=True)
class Grant:
    """What a provider gave: a token for now, for how many seconds, and one to get the next by."""

    access: str = field(repr=False)
    seconds: int
    refresh: str = field(repr=False)

    @property
    def lasting(self) -> str:
        """What is kept to renew it by; raises CannotSignIn when there is nothing."""
        if not self.refresh:
            raise CannotSignIn("The provider gave a token that cannot be renewed; look at the permissions of the registration.")
        return self.refresh


@dataclass(frozen=True)
class Code:
    """What a person types at `address` on any device; asked about every `interval` seconds for `seconds` at most."""

    typed: str
    address: str
    device: str = field(repr=False)
    interval: int
    seconds: int


def begin(application: Application) -> Code:
    """Ask for a code that a person types at the provider; raises CannotSignIn."""
    provider = application.provider
    said = _ask(provider.device_url, {"client_id": application.client_id, "scope": " ".join(provider.scopes)})
    try:
        return Code(
            typed=one_line(str(said["user_code"])),
            address=one_line(str(said.get("verification_uri") or said["verification_url"])),
            device=str(said["device_code"]),
            interval=int(said.get("interval", 5)),
            seconds=int(said["expires_in"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _refusal(application, said) from error


def await_person(application: Application, code: Code, wait: Callable[[float], None]) -> Grant:
    """Ask again and again until the person has typed the code; `wait` lets seconds pass. Raises CannotSignIn at the end."""
    interval, passed = code.interval, 0
    while passed < code.seconds:
        wait(interval)
        passed += interval
        found = ask_about(application, code)
        if isinstance(found, Grant):
            return found
        interval += found
    raise CannotSignIn(f"Nobody typed {code.typed} at {code.address} in time; begin again.")


def ask_about(application: Application, code: Code) -> Grant | int:
    """The tokens if the person has typed the code, else by how many seconds longer to wait from now on between two questions.

    Raises CannotSignIn when the person said no or the code ran out.
    """
    form = {"grant_type": _DEVICE, "device_code": code.device}
    said = _ask(application.provider.token_url, _with_client(application, form))
    match said.get("error"):
        case "authorization_pending":
            return 0
        case "slow_down":
            return 5
    return _grant(application, said)


@dataclass(frozen=True)
class Visit:
    """A sign-in by the browser: the address to open, and what proves that the answer is to this question."""

    address: str
    landing: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def visit(application: Application, landing: str) -> Visit:
    """The address at the provider to open in a browser, which comes back to `landing` on this machine."""
    must_be_safe(application.provider.authorize_url)
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": landing,
        "scope": " ".join(application.provider.scopes),
        "login_hint": application.username,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **application.provider.asks,
    }
    return Visit(f"{application.provider.authorize_url}?{urllib.parse.urlencode(query)}", landing, state, verifier)


def redeem(application: Application, visit: Visit, came_back_to: str) -> Grant:
    """The tokens for the address that the browser `came_back_to`; raises CannotSignIn unless it answers this very visit."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(came_back_to).query))
    if not secrets.compare_digest(query.get("state", "").encode(), visit.state.encode()):
        raise CannotSignIn("What came back answers another sign-in; begin again.")
    if "code" not in query:
        raise _refusal(application, query)
    form = {
        "grant_type": "authorization_code",
        "code": query["code"],
        "redirect_uri": visit.landing,
        "code_verifier": visit.verifier,
    }
    return _grant(application, _ask(application.provider.token_url, _with_client(application, form)))


def renew(application: Application, refresh: str) -> Grant:
    """A new token by the one kept; raises CannotSignIn, and then somebody must sign in again."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh, "scope": " ".join(application.provider.scopes)}
    grant = _grant(application, _ask(application.provider.token_url, _with_client(application, form)))
    return grant if grant.refresh else replace(grant, refresh=refresh)


class Tokens:
    """Gives the secret to sign in with, renewing it when it runs out; safe to ask from several threads."""

    def __init__(self, application: Application, store: TokenStore, now: Callable[[], datetime]) -> None:
        self._application, self._store, self._now = application, store, now
        self._lock = Lock()
        self._access, self._until = "", now()

    def __call__(self) -> Secret:
        """The token of now; raises CannotSignIn when nobody signed in, or the sign-in has ended."""
        with self._lock:
            if not self._access or self._now() >= self._until - _MARGIN:
                self._renew()
            return Secret(self._access, is_token=True)

    def _renew(self) -> None:
        application = self._application
        kept = self._store.read(application.entry)
        if not kept:
            raise CannotSignIn(
                f"Nobody has signed in as {application.username} at {application.provider.name}; "
                f"do so with `outreach delivery sign-in`."
            )
        grant = renew(application, kept)
        if grant.refresh != kept:
            # Some providers give a new one each time, and take the old one no more.
            self._store.keep(application.entry, grant.refresh)
        self._access, self._until = grant.access, self._now() + timedelta(seconds=grant.seconds)


def _with_client(application: Application, form: Mapping[str, str]) -> dict[str, str]:
    secret = {"client_secret": application.secret} if application.secret else {}
    return {"client_id": application.client_id, **secret, **form}


def _grant(application: Application, said: Mapping[str, Any]) -> Grant:
    access = said.get("access_token")
    if said.get("error") or not isinstance(access, str) or not access.isprintable():
        raise _refusal(application, said)
    seconds, refresh = said.get("expires_in", 3600), said.get("refresh_token", "")
    return Grant(access, int(seconds) if str(seconds).isdigit() else 3600, str(refresh))


def _refusal(application: Application, said: Mapping[str, Any]) -> CannotSignIn:
    words = one_line(f"{said.get('error') or 'no token'}: {said.get('error_description') or 'it gave no reason'}")
    who = f"{application.provider.name} gave no token for {application.username} ({words})"
    if said.get("error") == "invalid_grant":
        return CannotSignIn(f"{who}: the sign-in has ended; sign in again with `outreach delivery sign-in`.")
    return CannotSignIn(f"{who}; look at client_id and tenant in [mail.oauth], or ask whoever keeps the accounts.")


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """A secret is sent where the settings say, and nowhere else."""

    def redirect_request(self, *_words: Any, **_more: Any) -> None:
        return None


def _ask(url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Send a form; gives the answer, also where it is an error in the words of the standard."""
    host = urllib.parse.urlsplit(url).hostname or ""
    must_be_safe(url)
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), {"Accept": "application/json"})  # noqa: S310 (safe)
    try:
        with urllib.request.build_opener(_NoDetours).open(request, timeout=TIMEOUT_SECONDS) as answer:
            raw = answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            raw = error.read(_LONGEST_ANSWER)
        if not raw.strip().startswith(b"{"):
            raise CannotSignIn(f"{host} does not answer as a sign-in would ({error.code}); look at [mail.oauth].") from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise CannotSignIn(f"{host} cannot be reached ({one_line(str(reason))}); try again later.") from error
    try:
        said = json.loads(raw)
    except ValueError as error:
        raise CannotSignIn(f"{host} does not answer as a sign-in would; look at [mail.oauth].") from error
    return said if isinstance(said, dict) else {}


def must_be_safe(url: str) -> None:
    """Raise CannotSignIn for an address that is read on the way: anything but https, save on this machine."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and (parts.scheme, parts.hostname) not in (("http", "127.0.0.1"), ("http", "localhost")):
        raise CannotSignIn(f"Nobody signs in at {url!r}: it is no https address; look at [mail.oauth].")
