"""Going through the desk as a browser would: every page that a link or a form leads to, and every form found on the way."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.web.conftest import Visitor

STARTS = ("/", "/people/me")


@dataclass(frozen=True)
class Field:
    """A field of a form: its type, what stands in it, and what may be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether one may type anything into it."""
        return self.kind in ("text", "textarea", "search", "email", "tel", "url", "password", "number", "date")


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page."""

    page: str
    action: str
    method: str
    fields: tuple[Field, ...]

    @property
    def filled(self) -> dict[str, str]:
        """What the browser would send if nothing were touched."""
        return {one.name: one.value for one in self.fields if one.kind != "file"}

    @property
    def takes_files(self) -> bool:
        """Whether something may be uploaded."""
        return any(one.kind == "file" for one in self.fields)


@dataclass
class Found:
    """What a walk found: addresses by endpoint, with the type of what is there, and forms by what they do."""

    pages: dict[str, list[str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    forms: dict[tuple[str, ...], Form] = field(default_factory=dict)

    @property
    def html(self) -> Iterator[str]:
        """The addresses of pages, without files."""
        return (where for many in self.pages.values() for where in many if self.types[where] == "text/html")


def walk(app: Flask, visitor: Visitor, *, of_a_kind: int = 2) -> Found:
    """Follow every link and every form that only asks, to `of_a_kind` pages of each kind: a list and the next, two letters."""
    found, seen, waiting, asked = Found(), set[str](), deque(STARTS), set[str]()
    counted: Counter[str] = Counter()
    while waiting:
        where = waiting.popleft()
        endpoint = endpoint_of(app, where)
        if endpoint is None or where in seen or counted[endpoint] >= of_a_kind:
            continue
        seen.add(where)
        response = visitor.client.get(where)
        if response.status_code in (301, 302, 303):
            waiting.append(path_of(where, response.location))
            continue
        if where in asked and response.status_code in (404, 409, 422):
            # A form that was sent as it stood, with nothing chosen in it yet.
            continue
        assert response.status_code == 200, f"{where}: {response.status_code}"
        counted[endpoint] += 1
        found.pages.setdefault(endpoint, []).append(where)
        found.types[where] = response.mimetype
        if response.mimetype == "text/html":
            for form in forms_of(where, response):
                found.forms.setdefault(kind_of(app, form), form)
                if form.method == "get":
                    asked.add(f"{form.action}?{urlencode(form.filled)}")
                    waiting.append(f"{form.action}?{urlencode(form.filled)}")
            waiting.extend(links_of(where, response))
    return found


def kind_of(app: Flask, form: Form) -> tuple[str, ...]:
    """Forms of one kind do the same: the same endpoint with the same fields."""
    return (endpoint_of(app, form.action, form.method.upper()) or form.action, *sorted({one.name for one in form.fields}))


def endpoint_of(app: Flask, where: str, method: str = "GET") -> str | None:
    """The endpoint behind an address; None for addresses that are not the desk's, and for files of the look."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(where).path, method=method)
    except HTTPException:
        return None
    return None if str(endpoint).endswith("static") else str(endpoint)


def path_of(page: str, link: str) -> str:
    """The address that `link` on `page` leads to, without host and fragment."""
    parts = urlsplit(urljoin(f"http://localhost{page}", link))
    if parts.netloc != "localhost":
        return "elsewhere:"
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def links_of(page: str, response: TestResponse) -> Iterator[str]:
    """Where the links, frames and live parts of a page lead."""
    tree = LexborHTMLParser(response.text)
    for name in ("href", "src", "hx-get"):
        for node in tree.css(f"a[{name}], iframe[{name}], img[{name}], object[{name}], [hx-get]"):
            if link := node.attributes.get(name):
                yield path_of(page, link)


def forms_of(page: str, response: TestResponse) -> Iterator[Form]:
    """The forms of a page, but for the one that signs out; one for each button that sends it."""
    for node in LexborHTMLParser(response.text).css("form"):
        action = path_of(page, node.attributes.get("action") or page)
        if action == "/sign-out":
            continue
        fields, method = tuple(_fields(node)), (node.attributes.get("method") or "get").lower()
        for pressed in _buttons(node):
            where = path_of(page, pressed.attributes.get("formaction") or action)
            name = pressed.attributes.get("name")
            button = (Field(name, "submit", pressed.attributes.get("value") or ""),) if name else ()
            yield Form(page, where, method, (*fields, *button))


def _buttons(form: LexborNode) -> Iterator[LexborNode]:
    """The buttons that send a form, of one name only the first."""
    seen = set[str]()
    for node in form.css("button, input[type=submit]"):
        said = f"{node.attributes.get('name')} {node.attributes.get('formaction')}"
        if node.attributes.get("type") != "button" and said not in seen:
            seen.add(said)
            yield node


def _fields(form: LexborNode) -> Iterator[Field]:
    for node in form.css("input, textarea, select"):
        name = node.attributes.get("name")
        kind = (node.attributes.get("type") or "text").lower() if node.tag == "input" else node.tag or ""
        if not name or "disabled" in node.attributes or kind in ("submit", "button", "image", "reset"):
            continue
        if kind in ("checkbox", "radio") and "checked" not in node.attributes:
            continue
        yield _select(name, node) if kind == "select" else Field(name, kind, _value(node, kind))


def _value(node: LexborNode, kind: str) -> str:
    # The first line break after <textarea> is no part of what stands in it.
    return node.text().removeprefix("\n") if kind == "textarea" else node.attributes.get("value") or ""


def _select(name: str, node: LexborNode) -> Field:
    options = node.css("option")
    values = tuple((o.attributes["value"] or "") if "value" in o.attributes else o.text().strip() for o in options)
    chosen = [value for value, option in zip(values, options, strict=True) if "selected" in option.attributes]
    return Field(name, "select", next(iter(chosen or values), ""), values)
