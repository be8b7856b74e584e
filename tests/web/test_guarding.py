"""Every route, as nobody and as each role, from the URL map: a new page cannot be forgotten."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from outreach.journal import Role
from outreach.web.guarding import PUBLIC
from tests.web.conftest import PASSWORD, ROLES, Visitor

Visit = Callable[[str | None], Visitor]


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route that asks for a role, with each of its methods."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule, method


def _value(converter: BaseConverter) -> int | str:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def address(app: Flask, rule: Rule) -> str:
    values = {name: _value(converter) for name, converter in rule._converters.items()}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def test_every_page_says_who_may_see_it(desk: Flask) -> None:
    unmarked = {rule.endpoint for rule, _method in rules(desk) if not hasattr(desk.view_functions[rule.endpoint], "needs_role")}
    assert unmarked == set()


def test_nobody_sees_no_page_and_does_nothing(desk: Flask, visit: Visit) -> None:
    visitor = visit(None)
    token = {"csrf_token": ""}
    for rule, method in rules(desk):
        response = visitor.client.open(address(desk, rule), method=method, data=token if method == "POST" else None)
        assert response.status_code in (302, 400), f"{method} {rule.rule}"
        if response.status_code == 302:
            assert response.location.startswith("/sign-in")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_below_what_a_page_asks_for_is_refused(desk: Flask, visit: Visit, role: str) -> None:
    visitor = visit(role)
    for rule, method in rules(desk):
        needed = desk.view_functions[rule.endpoint].needs_role  # type: ignore[attr-defined]
        if Role(role).includes(needed):
            continue
        where = address(desk, rule)
        response = visitor.get(where) if method == "GET" else visitor.post(where, page="/")
        assert response.status_code == 409, f"{role} {method} {rule.rule}"
        assert f"is a {role} and may not" in response.text


def test_a_form_without_its_token_does_nothing(desk: Flask, visit: Visit) -> None:
    visitor = visit("keeper")
    for rule, method in rules(desk):
        if method == "POST":
            response = visitor.client.post(address(desk, rule), data={"name": "Forged", "csrf_token": "forged"})
            assert response.status_code == 400, rule.rule
            assert "came from elsewhere" in response.text


def test_no_page_loads_script_or_style_from_elsewhere_or_inline(visit: Visit) -> None:
    response = visit("reader").get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("where", ["/sign-in", "/", "/people/", "/people/me"])
def test_pages_hold_no_inline_script_and_no_inline_style(visit: Visit, where: str) -> None:
    text = visit("keeper").get(where).text
    assert " style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    assert all("src=" in part[:200] for part in text.split("<script")[1:])
    assert "http://" not in text.replace("http://localhost", "").replace("http://www.w3.org", "")
    assert "https://" not in text


def test_another_host_name_is_not_answered(desk: Flask) -> None:
    assert desk.test_client().get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_the_files_of_the_look_are_served_from_here(desk: Flask) -> None:
    client = desk.test_client()
    page = client.get("/sign-in").text
    for part in page.split('href="')[1:] + page.split('src="')[1:]:
        link = part.split('"')[0]
        if link.startswith("/") and "static" in link:
            assert client.get(link).status_code == 200, link


def test_a_fault_of_the_program_shows_no_internals(desk: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_words: object, **_more: object) -> None:
        raise ZeroDivisionError("an internal secret")

    visitor = visit("reader")
    monkeypatch.setattr("outreach.web.home.standing.standings", fail)
    response = visitor.get("/")
    assert response.status_code == 500
    assert "Something went wrong in the program" in response.text
    assert "internal secret" not in response.text
    assert "Traceback" not in response.text


def test_too_large_a_body_is_refused(desk: Flask, visit: Visit) -> None:
    desk.config["MAX_CONTENT_LENGTH"] = 1000
    response = visit(None).client.post("/sign-in", data={"name": "x" * 2000, "password": PASSWORD})
    assert response.status_code in (400, 413)


def test_the_session_key_is_readable_by_its_owner_alone(desk: Flask) -> None:
    path = desk.extensions["office"].folder / ".desk-secret"
    assert path.stat().st_mode & 0o777 == 0o600
