"""Templates of communiqués: `communique.toml` with words and limits, and one Markdown file a language, a block a paragraph.

Jinja2 runs sandboxed and strict: a template computes with the counts it is given and sees nothing else. Values from outside
(a theme's title, a place) are escaped before they are given, so that they show as text and never as markup.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import jinja2
import msgspec
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Meta, Struct

from outreach.errors import Invalid, NotFound
from outreach.letters.wording import escaped

MAXIMUM_SOURCE = 200_000
# No-break spaces, which French needs, are not among them.
_LINE_ENDS = re.compile(r"[ \t\r\n]+")
# The blocks that every wording must have besides its own preamble_... and call_... paragraphs: those that any must have, and
# those of a text that draws on passages.
ALWAYS_NEEDED = ("title",)
NEEDED = (
    *("theme", "supports", "qualifies", "opposes", "asks", "observes"),
    *("annex_inputs", "annex_again", "annex_contributors", "annex_unnamed"),
    *("annex_figures", "annex_regions", "annex_caveat", "received"),
)


class Words(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"and_": "and", "from_": "from"}):
    """The single words of one language."""

    and_: str
    from_: str
    numbers: tuple[str, ...]
    quotes: tuple[str, str]
    behalf: str
    contributor: str
    original: str
    translated: str
    not_by_group: str
    version: str
    draft: str
    working: str
    review: str = "DRAFT FOR REVIEW"
    contents: str = "Contents"
    embargoed: str = "EMBARGOED UNTIL"
    delivery: str = "CHECK AGAINST DELIVERY"
    specimen: str
    sources: str
    new: str
    changed: str
    unchanged: str
    headings: dict[str, str]
    one: dict[str, str] = {}
    of: dict[str, str] = {}
    rows: dict[str, str] = {}
    tables: dict[str, str] = {}

    def number(self, count: int) -> "Count":
        """A count that writes itself in this language."""
        return Count(count, self.numbers)

    def listed(self, parts: Sequence[str]) -> str:
        """Parts as a list in a sentence: "a, b and c"."""
        *first, last = parts
        return f"{', '.join(first)}{self.and_}{last}" if first else last


class About(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `communique.toml` says.

    Without a `codebook` the text draws on no passages: it is the template's own paragraphs, which people edit, without annexes.
    `pages` is how many it may have.
    """

    title: str
    codebook: str = ""
    words: dict[str, Words]
    pages: Annotated[int, Meta(ge=1, le=500)] | None = None
    chapter_from: int = 2
    extracts: int = 4

    @property
    def annexes(self) -> bool:
        """Whether it draws on what was received, which its annexes then hold."""
        return bool(self.codebook)


class Count(int):
    """A number that writes itself in words where the language has them for it (up to nine, UN Editorial Manual)."""

    words: tuple[str, ...]

    def __new__(cls, value: int, words: tuple[str, ...] = ()) -> "Count":
        """The number `value`; `words` are those for 0, 1, 2 ..."""
        count = super().__new__(cls, value)
        count.words = words
        return count

    def __str__(self) -> str:
        return self.words[self] if self < len(self.words) else f"{int(self)}"


@dataclass(frozen=True)
class Wording:
    """A template in one language, compiled."""

    name: str
    language: str
    about: About
    words: Words
    source: str
    template: jinja2.Template

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """The names of the template's own numbered paragraphs, in the order of the file."""
        return tuple(name for name in self.template.blocks if name.startswith(("preamble_", "call_")))

    def write(self, block: str, values: Mapping[str, Any] = MappingProxyType({})) -> str:
        """The block filled in, as one line of Markdown; raises Invalid naming the block when a value is missing."""
        try:
            context = self.template.new_context({"n": {}, **values})
            return _LINE_ENDS.sub(" ", "".join(self.template.blocks[block](context))).strip()
        except (jinja2.UndefinedError, TypeError, SecurityError) as error:
            where = f"The block {block} of the template {self.name} ({self.language})"
            raise Invalid(f"{where} cannot be filled: {error}.") from error


_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.globals.clear()


def plain(text: str) -> str:
    """`text` as Markdown that shows exactly itself."""
    return escaped(" ".join(text.split()))


def find(name: str, language: str, folders: Sequence[Path]) -> Wording:
    """The template `name` in `language`, from the first folder that has it.

    Raises NotFound naming the templates or languages that there are, Invalid when a file cannot be used.
    """
    folder = next((place / name for place in folders if name in _names(place)), None)
    if folder is None:
        known = ", ".join(sorted({found for place in folders for found in _names(place)}))
        raise NotFound(f"There is no communiqué template {name}; there are: {known}.")
    files = [folder / "communique.toml", folder / f"{language}.md"]
    if not files[1].is_file():
        languages = ", ".join(sorted(path.stem for path in folder.glob("*.md")))
        raise NotFound(f"The communiqué template {name} is not written in {language!r}; it is in: {languages}.")
    return _compiled(name, language, folder, tuple(path.stat().st_mtime_ns for path in files))


def _names(folder: Path) -> Iterator[str]:
    yield from (path.parent.name for path in folder.glob("*/communique.toml"))


@lru_cache(maxsize=32)
def _compiled(name: str, language: str, folder: Path, _changed: tuple[int, ...]) -> Wording:
    about = _about(folder / "communique.toml")
    if language not in about.words:
        raise Invalid(f"{folder / 'communique.toml'} has no [words.{language}]; write it beside {language}.md.")
    path = folder / f"{language}.md"
    source = _source(path)
    try:
        template = _ENVIRONMENT.from_string(_with_macros_in_blocks(_ENVIRONMENT.parse(source)))
    except jinja2.TemplateSyntaxError as error:
        raise Invalid(f"{path}, line {error.lineno}: {error.message}; mend that line.") from error
    needed = (*ALWAYS_NEEDED, *(NEEDED if about.annexes else ()))
    if missing := [block for block in needed if block not in template.blocks]:
        raise Invalid(f"{path} lacks the block {', '.join(missing)}; take it over from the shipped template.")
    return Wording(name, language, about, about.words[language], source, template)


def _with_macros_in_blocks(tree: nodes.Template) -> nodes.Template:
    # A block is filled in alone, and would not see the macros that stand at the head of the file.
    macros = [node for node in tree.body if isinstance(node, nodes.Macro)]
    for block in tree.find_all(nodes.Block):
        block.body[:0] = macros
    return tree


def _about(path: Path) -> About:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), About)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{path} cannot be used ({error}); mend that entry.") from error


def _source(path: Path) -> str:
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read ({error}); save it as UTF-8 text.") from error
    if len(source) > MAXIMUM_SOURCE:
        raise Invalid(f"{path} is longer than {MAXIMUM_SOURCE} characters; that is no communiqué.")
    return source
