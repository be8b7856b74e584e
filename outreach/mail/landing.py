"""Where a browser comes back to after a sign-in: a page of this machine, for one answer."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

_PAGE = b"<!doctype html><title>outreach</title><p>The browser has done its part. Return to the program."
# Browsers ask for an icon as well, and some for the page again.
_TRIES = 20


class Landing:
    """Listens on a free port of this machine; used with `with`. `address` is where the browser is to come back to."""

    def __init__(self) -> None:
        self._server = _Listening(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.server_close()

    def wait(self, seconds: float) -> str:
        """The address that a browser came back to with an answer; empty when nobody came for so long."""
        self._server.timeout = seconds
        for _ in range(_TRIES):
            before = len(self._server.seen)
            self._server.handle_request()
            if len(self._server.seen) == before:
                return ""
            if "state=" in self._server.seen[-1]:
                return self.address.rstrip("/") + self._server.seen[-1]
        return ""


class _Listening(HTTPServer):
    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.seen: list[str] = []
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = 10
    server: _Listening

    def do_GET(self) -> None:
        """Take note of what was asked for, and say so to the person."""
        self.server.seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: the address holds a code."""
