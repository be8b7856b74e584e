"""A small token server of the tests: device codes, codes by a browser, tokens that are renewed, and what a mail server asks."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.mail.servers import USER

DEVICE_CODE, USER_CODE = "device-4711", "WXYZ-1234"


@dataclass
class Issuer:
    """What the server does. `pending`: how often it says that nobody typed the code yet; `says` replaces its next answers."""

    pending: int = 0
    rotates: bool = True
    seconds: int = 3600
    client_secret: str = ""
    says: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    challenge: str = ""
    port: int = 0
    count: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        """What it says to a form that was sent."""
        if path == "/introspect":
            active = form.get("token") in self.access
            return 200, json.dumps({"active": active, **({"username": USER} if active else {})}).encode()
        self.asked.append({"path": path, **form})
        if self.says:
            return self.says.pop(0)
        if path == "/devicecode":
            given = {"device_code": DEVICE_CODE, "user_code": USER_CODE, "verification_uri": "https://provider.example/device"}
            return 200, json.dumps({**given, "expires_in": 60, "interval": 5}).encode()
        fault = self.fault(form)
        if fault:
            return 400, json.dumps({"error": fault, "error_description": f"because of {fault}"}).encode()
        return 200, json.dumps(self.grant()).encode()

    def fault(self, form: dict[str, str]) -> str:
        if self.client_secret and form.get("client_secret") != self.client_secret:
            return "invalid_client"
        match form.get("grant_type"):
            case "refresh_token":
                return "" if form["refresh_token"] in self.refresh else "invalid_grant"
            case "authorization_code":
                digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
                return "" if (form["code"], digest) == ("browser-code", self.challenge) else "invalid_grant"
            case "urn:ietf:params:oauth:grant-type:device_code":
                self.pending -= 1
                return "authorization_pending" if self.pending >= 0 else ""
        return "unsupported_grant_type"

    def grant(self) -> dict[str, Any]:
        self.count += 1
        access, refresh = f"access-{self.count}", f"refresh-{self.count}"
        self.access.add(access)
        given: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.seconds,
            "scope": "Mail.All",
        }
        if self.rotates or not self.refresh:
            self.refresh = {refresh}
            given["refresh_token"] = refresh
        return given

    def approved_in_a_browser(self, address: str, *, state: str = "") -> str:
        """A person opens the address and agrees; gives where the browser is sent."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.challenge = query["code_challenge"]
        return f"{query['redirect_uri']}?{urlencode({'state': state or query['state'], 'code': 'browser-code'})}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        issuer: Issuer = self.server.issuer  # type: ignore[attr-defined]  # set by `issuing`
        code, body = issuer.answer(self.path, form)
        self.send_response(code)
        if code == 302:
            self.send_header("Location", body.decode())
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The tests are quiet."""


@contextmanager
def issuing(issuer: Issuer | None = None) -> Iterator[Issuer]:
    """The server, for as long as the test asks it."""
    issuer = issuer or Issuer()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.issuer = issuer  # type: ignore[attr-defined]
        server.daemon_threads = True
        issuer.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
