"""What an attacker sends through every form and address of the desk becomes no markup, path or code, and breaks nothing."""

import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from tests.web.conftest import Visitor
from tests.web.crawling import Form, Found, endpoint_of, forms_of, kind_of, walk

VisitFull = Callable[[str | None], Visitor]

MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script><b style=color:red>zq{{7*7}}${7*7}<%= 7*7 %>zq'
LINK = "javascript:alert(1)"
CLIMBING = "../../../../../../etc/passwd"
PAYLOADS = {"markup": MARKUP, "link": LINK, "climbing": CLIMBING, "line": "One\r\nBcc: evil@evil.example\r\n\r\nTwo"}

# What a field of a kind takes, so that the words beside it get past the checks of the form.
GOOD = {"date": "2025-03-01", "number": "1", "email": "somebody@open-net.example", "url": "https://open-net.example/"}


def harm(response: TestResponse) -> Iterator[str]:
    """What a browser would run, draw or follow of what was sent, if anything."""
    if response.mimetype != "text/html":
        return
    for node in LexborHTMLParser(response.text).css("*"):
        attributes = {name: value or "" for name, value in node.attributes.items()}
        if node.tag == "style" and _is_taken_away(response) and "zq" not in node.text():
            continue
        if node.tag in ("script", "style") and (
            node.text().strip() or not attributes.get("src", "/static").startswith("/static")
        ):
            yield f"<{node.tag}> holds {node.text()[:60]!r}"
        if node.tag == "img" and attributes.get("src") == "x":
            yield "a picture of the attacker's"
        yield from (f"{name}={value[:60]!r} in <{node.tag}>" for name, value in attributes.items() if name.startswith("on"))
        yield from (f"style={attributes[name]!r}" for name in attributes if name == "style")
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post", "data"):
            if re.match(r"\s*(javascript|vbscript|data:text)", attributes.get(name, ""), re.IGNORECASE):
                yield f"{name}={attributes[name][:60]!r} in <{node.tag}>"
    if re.search(r"zq49|49zq", response.text):
        yield "a template was filled in"


def _is_taken_away(response: TestResponse) -> bool:
    """A file for another desk brings its looks along: no browser shows it as a page of this one."""
    return response.headers.get("Content-Disposition", "").startswith("attachment")


def leak(app: Flask, response: TestResponse) -> Iterator[str]:
    """What an answer tells of files that no page shows."""
    secret = (app.extensions["office"].folder / ".desk-secret").read_text()
    body = response.get_data()
    yield from (name for name in ("root:x:0", secret, "message_id_domain", "Traceback (most") if name.encode() in body)
    if body.startswith(b"SQLite format 3"):
        yield "the database"


def faults(app: Flask, what: str, response: TestResponse) -> list[str]:
    """All that is wrong with an answer."""
    broken = [f"status {response.status_code}"] if response.status_code >= 500 else []
    headers = [f"header {name}" for name in dict(response.headers) if name.casefold() in ("bcc", "x-injected")]
    return [f"{what}: {one}" for one in (*broken, *headers, *harm(response), *leak(app, response))]


UPLOADS = {
    "contacts": (
        f"{MARKUP.replace('/', '')}.csv",
        'organisation,group,post,title,full_name,email,tags\n"{0}",civil-society,chair,"{0}","{0}",a@evil.example,"{0}"\n'.format(
            MARKUP.replace('"', '""')
        ),
    ),
    "mail": (
        "mail.eml",
        f'From: "{MARKUP[2:]}" <evil@evil.example>\r\nSubject: {MARKUP}\r\nMessage-ID: <{MARKUP[2:40]}@evil.example>\r\n'
        f"Date: Mon, 03 Feb 2025 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f'<p>{MARKUP}</p><a href="{LINK}">here</a>',
    ),
    "text": ("../../../evil.txt", f"{MARKUP}\n\n[here]({LINK})\n"),
    "page": ("page.html", f"<html><body>{MARKUP}</body></html>"),
}


def send(visitor: Visitor, form: Form, values: dict[str, str], upload: tuple[str, str | bytes] | None = None) -> TestResponse:
    """Send a form as a browser would, redirects followed; `upload` goes into each of its file fields."""
    if form.method == "get":
        return visitor.get(f"{form.action}?{urlencode(values)}")
    body: MultiDict[str, Any] = MultiDict(values)
    for one in form.fields:
        if one.kind == "file" and upload:
            content = upload[1].encode() if isinstance(upload[1], str) else upload[1]
            body.add(one.name, FileStorage(io.BytesIO(content), filename=upload[0]))
    kind = "multipart/form-data" if form.takes_files else "application/x-www-form-urlencoded"
    return visitor.client.post(form.action, data=body, content_type=kind, follow_redirects=True)


def plausible(form: Form, words: str) -> dict[str, str]:
    """`words` where anything may be typed, what is asked for elsewhere: this gets past the form and is kept."""
    kept = form.filled
    return {one.name: GOOD.get(one.kind, words) if one.is_text else kept[one.name] for one in form.fields if one.kind != "file"}


def blunt(form: Form, words: str) -> dict[str, str]:
    """`words` in every field, also in those where nothing can be typed."""
    return {one.name: one.value if one.name == "csrf_token" else words for one in form.fields if one.kind != "file"}


def everything_sent(app: Flask, visitor: Visitor, found: Found) -> Iterator[tuple[str, TestResponse]]:
    """Every answer to every payload through every form, also the forms that only show in an answer."""
    seen, waiting = set(found.forms), deque(found.forms.values())
    while waiting:
        form = waiting.popleft()
        for name, words in PAYLOADS.items():
            # What no field takes is told apart by the form, whatever it is: one payload tries that.
            for fill in (plausible, blunt) if name == "markup" else (plausible,):
                for upload in UPLOADS.values() if form.takes_files else (None,):
                    response = send(visitor, form, fill(form, words), upload)
                    yield f"{name} through {form.method} {form.action} from {form.page}", response
                    if response.mimetype == "text/html":
                        for another in forms_of(response.request.path, response):
                            if kind_of(app, another) not in seen:
                                seen.add(kind_of(app, another))
                                waiting.append(another)


@pytest.mark.first
def test_nothing_sent_through_any_form_becomes_markup_script_or_path(full_desk: Flask, visit_full: VisitFull) -> None:
    visitor = visit_full("keeper")
    before = files_of(full_desk)
    found = walk(full_desk, visitor)
    wrong = [
        fault for what, response in everything_sent(full_desk, visitor, found) for fault in faults(full_desk, what, response)
    ]
    # What was kept is shown on other pages as well.
    for where in walk(full_desk, visitor).html:
        wrong += faults(full_desk, where, visitor.get(where))
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert written_where_they_may(before, files_of(full_desk))


def files_of(app: Flask) -> set[Path]:
    """Every file around the office, by its path from the folder above."""
    above = app.extensions["office"].folder.parent
    return {path.relative_to(above) for path in above.rglob("*")}


def _is_sign_off(path: Path) -> bool:
    """What a keeper signs off stands in the office's protocol folder, in a file named for a language."""
    named = len(path.parts) == 2 or re.fullmatch(r"[a-z]{2,3}\.signed-off\.toml", path.name)
    return path.parts[1:2] == ("protocol",) and bool(named)


def written_where_they_may(before: set[Path], after: set[Path]) -> bool:
    """Whether new files stand only where the office keeps what comes in, what it made and its rows."""
    places = {"files", "out", "uploads", "outreach.db-wal", "outreach.db-shm", ".desk-secret"}
    new = [path for path in after - before if not _is_sign_off(path)]
    strange = [path for path in new if len(path.parts) < 2 or path.parts[1] not in places]
    assert strange == []
    return not [path for path in after - before if "evil" in path.name or "passwd" in path.name or "onerror" in path.name]


def test_an_address_with_another_path_or_value_in_it_shows_no_file_and_breaks_nothing(
    full_desk: Flask, visit_full: VisitFull
) -> None:
    visitor = visit_full("keeper")
    climbs = (CLIMBING, "..%2f..%2foutreach.toml", "%2e%2e/.desk-secret", "/etc/passwd", "..\\outreach.db", "a%00.pdf", MARKUP)
    wrong = []
    for rule in full_desk.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or not rule.arguments:
            continue
        for climb in climbs:
            for written in (climb, quote(climb, safe="")):
                where = re.sub(r"<[^>]+>", written.replace("\\", r"\\"), rule.rule)
                response = visitor.client.get(where)
                wrong += faults(full_desk, where, response)
                if response.status_code == 200:
                    wrong.append(f"{where}: there is such a page")
    assert not wrong, "\n".join(wrong)


ODD = (
    "-1",
    "0",
    "9" * 40,
    "1e9",
    "NaN",
    "१",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass"),
    MARKUP,
    "' OR 1=1 --",
    "%",
    "_",
)


@pytest.mark.first
def test_no_value_in_an_address_breaks_a_page(full_desk: Flask, visit_full: VisitFull) -> None:
    visitor = visit_full("reader")
    found = walk(full_desk, visitor)
    asked = {one.name for form in found.forms.values() if form.method == "get" for one in form.fields}
    wrong = []
    for many in found.pages.values():
        where = many[0].split("?")[0]
        for odd in ODD:
            response = visitor.get(f"{where}?{urlencode(dict.fromkeys({'page', *asked}, odd))}")
            wrong += faults(full_desk, f"{where} with {odd!r}", response)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("place", ["/people/?page=\0", "/people/"])
def test_a_character_that_no_database_keeps_is_refused_before_it_gets_there(visit: VisitFull, place: str) -> None:
    visitor = visit("keeper")
    words = {"name": "Eve\0", "role": "reader", "password": "a long enough password"}
    response = visitor.get(place) if "?" in place else visitor.post(place, words)
    assert response.status_code == 400
    assert "cannot be read here" in response.text


def test_a_fault_leaves_no_word_of_what_was_typed_in_the_log(
    visit: VisitFull, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Not in the source: the log shows lines of that.
    secret = token_hex()

    def fail(session: Session, *_words: object, **_more: object) -> None:
        session.execute(text("SELECT * FROM nowhere WHERE words = :words"), {"words": secret})

    visitor = visit("keeper")
    monkeypatch.setattr("outreach.web.home.standing.standings", fail)
    assert visitor.get("/").status_code == 500
    assert "nowhere" in caplog.text, "the engineer finds the statement"
    assert secret not in caplog.text


MISTYPED = {
    "a program called a worksheet": ("list.xlsx", b"\x7fELF\x02\x01\x01" + bytes(500)),
    "a broken archive called a worksheet": ("list.xlsx", b"PK\x03\x04" + b"\xff" * 300),
    "a picture called a list": ("list.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
    "a page called a document": ("answer.pdf", b"<html><script>alert(1)</script></html>"),
    "nothing at all": ("empty.csv", b""),
    "text that is no text": ("answer.txt", bytes(range(128, 256)) * 10),
    "a mail without end": ("mail.eml", b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" * 200),
    "a name that is a path": ("../../evil.csv", b"organisation\nOpen Net Society\n"),
    "a name with line breaks": ("a\r\nX-Injected: 1.csv", b"organisation\nOpen Net Society\n"),
    "a name without end": ("n" * 5000 + ".csv", b"organisation\nOpen Net Society\n"),
}


def uploads(app: Flask, visitor: Visitor) -> list[Form]:
    """Every form that takes a file."""
    return [form for form in walk(app, visitor).forms.values() if form.takes_files]


def test_a_file_that_is_not_what_it_says_is_told_and_breaks_nothing(full_desk: Flask, visit_full: VisitFull) -> None:
    visitor = visit_full("keeper")
    before, wrong = files_of(full_desk), []
    for form in uploads(full_desk, visitor):
        for what, upload in MISTYPED.items():
            wrong += faults(full_desk, f"{what} to {form.action}", send(visitor, form, form.filled, upload))
    assert not wrong, "\n".join(wrong)
    assert written_where_they_may(before, files_of(full_desk))


def test_a_file_that_is_too_large_is_refused_in_words(full_desk: Flask, visit_full: VisitFull) -> None:
    visitor = visit_full("keeper")
    full_desk.config["MAX_CONTENT_LENGTH"] = 50_000
    for form in uploads(full_desk, visitor):
        response = send(visitor, form, form.filled, ("large.csv", b"organisation\n" + b"x" * 60_000))
        assert response.status_code == 413, form.action
        assert "too large to be taken in here" in response.text


def typed(form: Form, word: str) -> dict[str, str]:
    """The form as it stands, with `word` in the first field that takes words."""
    first = next(one.name for one in form.fields if one.kind in ("text", "textarea"))
    return {**form.filled, first: word}


def again(app: Flask, visitor: Visitor, form: Form) -> Form | None:
    """The same form on its page as it stands now, if it still stands there."""
    now = forms_of(form.page, visitor.get(form.page))
    return next((one for one in now if (one.action, kind_of(app, one)) == (form.action, kind_of(app, form))), None)


def test_of_two_who_edit_the_same_the_later_is_told_and_loses_no_word(full_desk: Flask, visit_full: VisitFull) -> None:
    one, other = visit_full("keeper"), visit_full("keeper")
    wrong, edited = [], 0
    for form in walk(full_desk, one).forms.values():
        if not form.filled.get("version") or not any(field.kind in ("text", "textarea") for field in form.fields):
            continue
        mine, yours = again(full_desk, one, form), again(full_desk, other, form)
        if mine is None or yours is None:
            continue  # an act before this one took it away
        send(one, mine, typed(mine, "Words of the first"))
        after = again(full_desk, one, form)
        if after and after.filled["version"] == mine.filled["version"]:
            continue  # the words did not fit, so that nothing was changed
        edited += 1
        second = send(other, yours, typed(yours, "Words of the second"))
        if second.status_code < 400 or (after and "Words of the second" not in second.text):
            wrong.append(f"{form.action} from {form.page}: the second is answered {second.status_code}")
    assert not wrong, "\n".join(wrong)
    assert edited >= 3


@pytest.mark.first
def test_what_was_taken_in_is_never_shown_as_a_page_of_ours(full_desk: Flask, visit_full: VisitFull) -> None:
    visitor = visit_full("keeper")
    found = walk(full_desk, visitor)
    for form in [form for form in found.forms.values() if form.takes_files]:
        for upload in UPLOADS.values():
            send(visitor, form, plausible(form, "Words"), upload)
    for endpoint, many in walk(full_desk, visitor).pages.items():
        for where in many:
            response = visitor.client.get(where)
            ours = 'id="main"' in response.text if response.mimetype == "text/html" else True
            kept_apart = response.headers.get("Content-Disposition", "").startswith("attachment")
            assert ours or kept_apart, f"{endpoint} at {where}"
            assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_reaches_the_same_page_from_everywhere(full_desk: Flask, visit_full: VisitFull) -> None:
    """Every form of the desk leads to a page of the desk: none was left without one, and none leads elsewhere."""
    found = walk(full_desk, visit_full("keeper"))
    lost = [
        f"{form.page}: {form.action}"
        for form in found.forms.values()
        if endpoint_of(full_desk, form.action, form.method.upper()) is None
    ]
    assert lost == []
