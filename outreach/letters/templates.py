"""Letter templates: a folder with `letter.toml` and one Markdown file a language, looked up in the office, then in the package.

The first line of a wording is `# ` and the subject; what follows is the body. Jinja2 fills in values and nothing else: a
template may show a value, and show something only where an optional value is given. Loops, calls, arithmetic and includes are
refused, so that no template can grow without bound or reach beyond its values. Every value passes one `finalize`, which escapes
Markdown: what came from outside is text, never markup.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from outreach.archive import write_durably
from outreach.errors import Invalid, NotFound, Refused
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
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_ALWAYS = re.compile(r"([\\`*_\[\]<&])")
_AT_LINE_START = re.compile(r"^[ \t]*(?:([#+\-=>])|(\d+)([.)]))", re.MULTILINE)


class BlankValue(Invalid):
    """A template needs a value that is missing or blank."""


class Tongue(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `letter.toml` says of one language: `awaits` names whose approval its wording still awaits."""

    awaits: str = ""


class LetterTemplate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `letter.toml` says: for whom the template is, and what a campaign must give.

    `relation` is how its letters stand to the one they name as `earlier` ("reminds", "corrects").
    """

    title: str
    post_kinds: tuple[str, ...]
    seats: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    values: dict[str, str] = {}
    enclosures: tuple[str, ...] = ()
    relation: str = ""
    languages: dict[str, Tongue] = {}


@dataclass(frozen=True)
class Wording:
    """A template in one language, compiled; `required` and `optional` are the dotted names of the values it shows."""

    template: str
    language: str
    path: Path
    sha256: str
    required: frozenset[str]
    optional: frozenset[str]
    subject: jinja2.Template
    body: jinja2.Template

    def write(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject (plain text) and body (Markdown) with these values filled in.

        Raises BlankValue naming the values that are missing or blank.
        """
        blank = sorted(name for name in self.required if not _given(values, name))
        if blank:
            raise BlankValue(f"no value for {', '.join(blank)}, which the template {self.template} ({self.language}) shows")
        return unescaped(self.subject.render(values)).strip(), self.body.render(values).strip() + "\n"


@dataclass(frozen=True)
class Shelved:
    """A template as it lies in a folder."""

    name: str
    folder: Path
    about: LetterTemplate
    languages: tuple[str, ...]

    def wording(self, language: str) -> Wording:
        """The template in `language`; raises NotFound naming the languages it has."""
        if language not in self.languages:
            has = ", ".join(self.languages)
            raise NotFound(f"The template {self.name} is not there in {language!r}; it has: {has}.")
        path = self.folder / f"{language}.md"
        # A device or a pipe would be read for ever.
        if not path.is_file():
            raise Invalid(f"{path} is no file; write the wording there, or take it away.")
        try:
            return _compile(self.name, language, path, path.stat().st_mtime_ns)
        except RecursionError as error:
            raise Invalid(f"{path} holds one thing within another too many times; write it flatter.") from error


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


@lru_cache(maxsize=256)
def _compile(name: str, language: str, path: Path, _changed: int) -> Wording:
    source = _source(path)
    head, _, body = source.partition("\n")
    if not head.startswith("# ") or not body.strip():
        raise Invalid(f"{path}: the first line must be `# ` and the subject, and a body must follow.")
    trees = [_parse(head[2:], path, 1), _parse(body, path, 2)]
    optional = {found for tree in trees for test in tree.find_all(nodes.Test) if (found := _dotted(test.node))}
    shown = {found for tree in trees for found in _shown(tree)}
    from_markdown(body)
    return Wording(
        template=name,
        language=language,
        path=path,
        sha256=hashlib.sha256(source.encode()).hexdigest(),
        required=frozenset(shown - optional),
        optional=frozenset(optional),
        subject=_ENVIRONMENT.from_string(head[2:]),
        body=_ENVIRONMENT.from_string(body),
    )


def _source(path: Path) -> str:
    try:
        source = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read ({error}); save it as UTF-8 text.") from error
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


def _shown(tree: nodes.Template) -> set[str]:
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    return {_dotted(node) for node in tree.find_all((nodes.Name, nodes.Getattr)) if id(node) not in inner}


def names(folders: Sequence[Path]) -> list[str]:
    """The names of all templates in these folders."""
    found = {path.parent.name for folder in folders for path in folder.glob("*/letter.toml")}
    return sorted(found)


def find(name: str, folders: Sequence[Path]) -> Shelved:
    """The template `name`, from the first folder that has it; raises NotFound, or Invalid when it cannot be read."""
    for folder in folders:
        path = folder / name / "letter.toml"
        if _NAME.fullmatch(name) and path.is_file():
            return _read(name, path)
    raise NotFound(f"There is no letter template {name!r}; there are: {', '.join(names(folders))}.")


def _read(name: str, path: Path) -> Shelved:
    try:
        about = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), LetterTemplate)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"{path} cannot be read ({error}); mend that entry.") from error
    languages = tuple(sorted(file.stem for file in path.parent.glob("*.md")))
    if not languages:
        raise Invalid(f"{path.parent} has no wording; write at least en.md beside letter.toml.")
    return Shelved(name, path.parent, about, languages)


class Origin(Struct, frozen=True, kw_only=True):
    """What a copied template was copied from: file names and their SHA-256."""

    template: str
    files: dict[str, str]


def copy_for_editing(name: str, folders: Sequence[Path]) -> Path:
    """Copy a shipped template into the office's folder, with the digests of its origin; gives the copy's folder.

    Raises Refused when the office has its own already.
    """
    own, *shipped = folders
    target = own / name
    if (target / "letter.toml").exists():
        raise Refused(f"The office has its own {name} already, in {target}; edit the files there.")
    origin = find(name, shipped)
    digests = {}
    for path in sorted(origin.folder.iterdir()):
        if path.suffix in (".md", ".toml"):
            content = path.read_bytes()
            digests[path.name] = hashlib.sha256(content).hexdigest()
            write_durably(target / path.name, content)
    write_durably(target / "origin.json", msgspec.json.format(msgspec.json.encode(Origin(template=name, files=digests))))
    return target


def changed_since(name: str, folders: Sequence[Path]) -> list[str]:
    """Sentences on how the shipped template has moved on since the office copied it; empty when it has not."""
    own, *shipped = folders
    record = own / name / "origin.json"
    if not record.exists():
        return []
    try:
        origin = msgspec.json.decode(record.read_bytes(), type=Origin)
    except (OSError, msgspec.DecodeError) as error:
        return [
            f"{record} cannot be read ({error}), so nobody can say what has been improved since; delete it to be asked no more."
        ]
    if origin.template not in names(shipped):
        return [f"The template {origin.template} that it was copied from is no longer shipped."]
    present = {path.name: path for path in find(origin.template, shipped).folder.iterdir() if path.suffix in (".md", ".toml")}
    sentences = []
    for file, digest in origin.files.items():
        if file not in present:
            sentences.append(f"{file} is no longer shipped.")
        elif hashlib.sha256(present[file].read_bytes()).hexdigest() != digest:
            sentences.append(f"{file} has been improved since it was copied; compare {present[file]} with {own / name / file}.")
    sentences.extend(f"{file} is new." for file in sorted(present.keys() - origin.files.keys()))
    return sentences
