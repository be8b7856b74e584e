"""The desk as it is served: what is believed of a proxy, and of nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from threading import Thread

import pytest

from outreach.cli.serving import server_of
from outreach.office import Office

FORWARDED = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.example"}


@contextmanager
def asked(office: Office, headers: dict[str, str]) -> Iterator[HTTPResponse]:
    """What the desk answers to one request for the sign-in."""
    server = server_of(office, "127.0.0.1", 0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    connection = HTTPConnection("127.0.0.1", server.effective_port)
    connection.request("GET", "/sign-in", headers={**headers, "Connection": "close"})
    yield connection.getresponse()
    connection.close()
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(map=server._map, ignore_all=True))
    thread.join(timeout=10)


@pytest.fixture
def behind_a_proxy(office: Office) -> Office:
    path = office.folder / "outreach.toml"
    words = (
        path.read_text("utf-8").replace("proxies = 0", "proxies = 1").replace('hosts = ["127', 'hosts = ["desk.example", "127')
    )
    path.write_text(words, "utf-8")
    return Office.open(office.folder, clock=office.clock)


def test_a_proxy_says_by_which_way_and_name_it_was_asked(behind_a_proxy: Office) -> None:
    with asked(behind_a_proxy, FORWARDED) as answer:
        assert answer.status == 200
        assert answer.getheader("Strict-Transport-Security")


def test_without_a_proxy_nobody_is_believed(office: Office) -> None:
    with asked(office, FORWARDED) as answer:
        assert answer.status == 200
        assert answer.getheader("Strict-Transport-Security") is None


def test_a_proxy_cannot_pass_on_a_name_that_is_not_ours(behind_a_proxy: Office) -> None:
    with asked(behind_a_proxy, {**FORWARDED, "X-Forwarded-Host": "evil.example"}) as answer:
        assert answer.status == 400


def test_the_server_does_not_say_what_it_is(office: Office) -> None:
    with asked(office, {}) as answer:
        assert answer.getheader("Server") is None
