"""The wording of a letter template in one language: Markdown with places for values, compiled and filled in.

The first line is `# ` and the subject; what follows is the body. Jinja2 fills in values and nothing else: a template may show a
value, and show something only where an optional value is given. Loops, calls, arithmetic and includes are refused, so that no
template can grow without bound or reach beyond its values. Every value passes one `finalize`, which escapes Markdown: what came
from outside is text, never markup.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from outreach.errors import Invalid
from outreach.protocol.signing_off import digest_of
from outreach.typesetting.markdown import from_markdown

ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.If,
    nodes.Test,
    nodes.Not,
    nodes.And,
    nodes.Or,
)
MAXIMUM_SOURCE = 100_000
_ALWAYS = re.compile(r"([\\`*_\[\]<&])")
_AT_LINE_START = re.compile(r"^[ \t]*(?:([#+\-=>])|(\d+)([.)]))", re.MULTILINE)


class BlankValue(Invalid):
    """A template needs a value that is missing or blank."""


@dataclass(frozen=True)
class Wording:
    """A template in one language, compiled; `required` and `optional` are the dotted names of the values it shows.

    `awaits` names whose approval it awaits, "" when nobody's.
    """

    template: str
    language: str
    path: Path
    source: str
    sha256: str
    required: frozenset[str]
    optional: frozenset[str]
    subject: jinja2.Template
    body: jinja2.Template
    awaits: str = ""

    @property
    def entry(self) -> str:
        """What it is called where readers sign off, and where a letter says which wording it used."""
        return f"templates.{self.template}"

    def write(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject (plain text) and body (Markdown) with these values filled in.

        Raises BlankValue naming the values that are missing or blank.
        """
        blank = sorted(name for name in self.required if not _given(values, name))
        if blank:
            raise BlankValue(f"no value for {', '.join(blank)}, which the template {self.template} ({self.language}) shows")
        return unescaped(self.subject.render(values)).strip(), self.body.render(values).strip() + "\n"


def _given(values: Mapping[str, Any], name: str) -> bool:
    value: Any = values
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value is not None and str(value).strip() != ""


def escaped(value: object) -> str:
    """A value as Markdown text that shows exactly itself; raises BlankValue for None and undefined values."""
    if value is None or isinstance(value, jinja2.Undefined):
        raise BlankValue(f"no value for {getattr(value, '_undefined_name', 'something that the template shows')}")
    text = _ALWAYS.sub(r"\\\1", str(value))
    return _AT_LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def unescaped(text: str) -> str:
    """The text that `escaped` was made from, for places that hold no Markdown, such as the subject line."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=jinja2.StrictUndefined,
    finalize=escaped,
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
# What a template cannot name cannot surprise.
_ENVIRONMENT.globals.clear()


def read(template: str, language: str, path: Path) -> Wording:
    """The wording in `path`, compiled once for as long as the file stands; raises Invalid, naming file and line."""
    # A device or a pipe would be read for ever.
    if not path.is_file():
        raise Invalid(f"{path} is no file; write the wording there, or take it away.")
    return _read(template, language, path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(template: str, language: str, path: Path, _changed: int) -> Wording:
    return compiled(template, language, path, source_of(path))


def compiled(template: str, language: str, path: Path, source: str) -> Wording:
    """The wording that `source` is, which stands or would stand in `path`; raises Invalid, naming file and line."""
    head, _, body = source.partition("\n")
    if not head.startswith("# ") or not body.strip():
        raise Invalid(f"{path}: the first line must be `# ` and the subject, and a body must follow.")
    try:
        trees = [_parse(head[2:], path, 1), _parse(body, path, 2)]
        return _assembled(template, language, path, source, trees)
    except RecursionError as error:
        raise Invalid(f"{path} holds one thing within another too many times; write it flatter.") from error


def _assembled(template: str, language: str, path: Path, source: str, trees: list[nodes.Template]) -> Wording:
    head, _, body = source.partition("\n")
    optional = {found for tree in trees for test in tree.find_all(nodes.Test) if (found := _dotted(test.node))}
    shown = {found for tree in trees for found in _shown(tree)}
    required = frozenset(name for name in shown if optional.isdisjoint(_and_what_holds_it(name)))
    from_markdown(body)
    return Wording(
        template=template,
        language=language,
        path=path,
        source=source,
        sha256=digest_of(source),
        required=required,
        optional=frozenset(optional),
        subject=_ENVIRONMENT.from_string(head[2:]),
        body=_ENVIRONMENT.from_string(body),
    )


def source_of(path: Path) -> str:
    """The text of a wording's file; raises Invalid for one that cannot be read or is no letter by its length."""
    try:
        source = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read ({error}); save it as UTF-8 text.") from error
    return checked_length(source, path)


def checked_length(source: str, path: Path) -> str:
    """`source`, unless it is longer than any letter: then Invalid, naming `path`."""
    if len(source) > MAXIMUM_SOURCE:
        raise Invalid(f"{path} is longer than {MAXIMUM_SOURCE} characters; that is no letter.")
    return source


def _parse(source: str, path: Path, first: int) -> nodes.Template:
    try:
        tree = _ENVIRONMENT.parse(source)
    except jinja2.TemplateSyntaxError as error:
        raise Invalid(f"{path}, line {error.lineno + first - 1}: {error.message}; mend that line.") from error
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED) or (isinstance(node, nodes.Test) and node.name != "defined"):
            kind = type(node).__name__.lower()
            line = node.lineno + first - 1
            raise Invalid(f"{path}, line {line}: a letter template may not use {kind}; it shows values, nothing else.")
    return tree


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return ""


def _and_what_holds_it(name: str) -> set[str]:
    """`earlier.date` is shown only where it is asked for, or where `earlier` is."""
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts) + 1)}


def _shown(tree: nodes.Template) -> set[str]:
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    return {_dotted(node) for node in tree.find_all((nodes.Name, nodes.Getattr)) if id(node) not in inner}
