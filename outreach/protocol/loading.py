"""Reading the wording of a language: the package's data file, and over it, entry by entry, the office's own."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from outreach.errors import Invalid, NotFound
from outreach.protocol.addressee import POST_KINDS, RANKS
from outreach.protocol.entries import Dates, Example, Form, Forms, Note, NoteAddressee, Post, Settings, Style, Through, Words
from outreach.protocol.paperwork import PrintRunWords, ReplyFormWords
from outreach.protocol.signing_off import SignOffs, file_of
from outreach.protocol.signing_off import read as read_sign_offs
from outreach.protocol.wording import Entry

CODE = re.compile(r"[a-z]{2,3}")
TABLES: dict[str, type[Entry]] = {
    "settings": Settings,
    "dates": Dates,
    "words": Words,
    "through": Through,
    "note": Note,
    "reply_form": ReplyFormWords,
    "print_run": PrintRunWords,
    "example": Example,
}
NEEDED = ("settings", "dates", "words")
SECTIONS: dict[str, type[Entry]] = {"forms": Form, "posts": Post, "notes": NoteAddressee, "styles": Style}

Tree = dict[str, Any]
Stamp = tuple[tuple[int, int] | None, ...]


def load(language: str, folders: Sequence[Path] = ()) -> Forms:
    """Return the wording of `language`, with each office folder's protocol/<language>.toml over the package's.

    What readers have signed off stands beside it, in protocol/<language>.signed-off.toml.

    An office's entry ([forms.ambassador], [dates] ...) replaces the package's whole entry, so that its `source` or
    `awaits` speaks for all of its wording; a later folder goes over an earlier one. The result is immutable: keep it.

    Raises NotFound when no file is for the language, Invalid (naming file and entry) when one cannot be used.
    """
    sources = list(_sources(language, folders))
    if not sources:
        raise NotFound(
            f"There are no forms of address for the language {language!r} (there are: {', '.join(languages(folders))});"
            f" add protocol/<language>.toml to the office folder."
        )
    entries: Tree = {}
    for source in sources:
        entries |= dict(_entries(source))
    return _assembled(language, entries, str(sources[-1]), read_sign_offs(language, folders))


def languages(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return the codes of the languages that have a data file, in alphabetical order."""
    places = [_package(), *(folder / "protocol" for folder in folders)]
    names = (item.name for place in places if place.is_dir() for item in place.iterdir())
    return tuple(sorted({name[:-5] for name in names if name.endswith(".toml") and CODE.fullmatch(name[:-5])}))


def stamp(language: str, folder: Path) -> Stamp:
    """Return what tells whether an office's files of `language` have changed since: for each, its time and size."""
    return tuple(_stamp_of(file) for file in (folder / "protocol" / f"{language}.toml", file_of(language, folder)))


def _stamp_of(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@cache
def shipped(language: str) -> Forms:
    """Return the package's own wording of `language`, read once: it cannot change while the program runs."""
    return load(language)


def _package() -> Traversable:
    return files("outreach.protocol") / "forms"


def _sources(language: str, folders: Sequence[Path]) -> Iterator[Traversable]:
    # The code becomes part of a path: anything but two or three letters names no file.
    if CODE.fullmatch(language):
        places = [_package(), *(folder / "protocol" for folder in folders)]
        yield from (file for place in places if (file := place / f"{language}.toml").is_file())


def _entries(source: Traversable) -> Iterator[tuple[str, Entry]]:
    try:
        tree = tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Invalid(f"{source} cannot be read as TOML: {fault}.") from fault
    for section, content in tree.items():
        if not isinstance(content, Mapping) or section not in TABLES.keys() | SECTIONS.keys():
            raise Invalid(f"{source}: [{section}] is no section of a forms file; use {_known()}.")
        if section in TABLES:
            yield section, _entry(source, section, content, TABLES[section])
        else:
            for name, value in content.items():
                yield f"{section}.{name}", _entry(source, f"{section}.{name}", value, SECTIONS[section])


def _entry(source: Traversable, name: str, value: object, kind: type[Entry]) -> Entry:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        raise Invalid(f"{source}: entry [{name}] cannot be used: {fault}.") from fault


def _known() -> str:
    return ", ".join([*(f"[{name}]" for name in TABLES), *(f"[{name}.<name>]" for name in SECTIONS)])


def _assembled(language: str, entries: Tree, source: str, signed: SignOffs) -> Forms:
    for table in NEEDED:
        if table not in entries:
            raise Invalid(f"{source}: entry [{table}] is missing; add it.")
    forms: dict[str, Form] = _section(entries, "forms")
    posts: dict[str, Post] = _section(entries, "posts")
    _check_posts(posts, forms, source)
    whole = dict(_with_seats(entries))
    return Forms(
        language=language,
        settings=entries["settings"],
        dates=entries["dates"],
        words=entries["words"],
        through=entries.get("through"),
        note=entries.get("note"),
        reply_form=entries.get("reply_form"),
        print_run=entries.get("print_run"),
        example=entries.get("example"),
        forms=forms,
        posts=posts,
        notes=_notes(entries, source),
        styles=_section(entries, "styles"),
        by_rank=_by_rank(forms, source),
        entries=whole,
        digests={name: entry.digest for name, entry in whole.items()},
        signed=signed,
    )


def _with_seats(entries: Tree) -> Iterator[tuple[str, Entry]]:
    """Every entry by its name; the seats of a post are entries of their own, with their own standing."""
    for name, entry in entries.items():
        yield name, entry
        for seat, inner in getattr(entry, "seats", {}).items():
            yield f"{name}.seats.{seat}", inner


def _notes(entries: Tree, source: str) -> Tree:
    notes = _section(entries, "notes")
    for kind in notes:
        if kind not in POST_KINDS:
            raise Invalid(f"{source}: entry [notes.{kind}] is no kind of post; use {', '.join(POST_KINDS)}.")
    return notes


def _section(entries: Tree, section: str) -> Tree:
    prefix = f"{section}."
    return {name.removeprefix(prefix): entry for name, entry in entries.items() if name.startswith(prefix)}


def _by_rank(forms: dict[str, Form], source: str) -> dict[str, str]:
    served: dict[str, str] = {}
    for name, form in forms.items():
        for rank in form.ranks:
            if rank not in RANKS:
                raise Invalid(f"{source}: entry [forms.{name}] names the unknown rank {rank!r}; use {', '.join(RANKS)}.")
            if rank in served:
                raise Invalid(f"{source}: [forms.{served[rank]}] and [forms.{name}] both serve the rank {rank!r}.")
            served[rank] = name
    for rank in RANKS:
        if rank not in served:
            raise Invalid(f"{source}: no form serves the rank {rank!r}; add it to the `ranks` of one.")
    return served


def _check_posts(posts: dict[str, Post], forms: dict[str, Form], source: str) -> None:
    for kind in POST_KINDS:
        if kind not in posts:
            raise Invalid(f"{source}: entry [posts.{kind}] is missing; add it.")
    for kind, post in posts.items():
        if kind not in POST_KINDS:
            raise Invalid(f"{source}: entry [posts.{kind}] is no kind of post; use {', '.join(POST_KINDS)}.")
        for name in (post.form, post.vacant):
            if name not in forms:
                raise Invalid(f"{source}: entry [posts.{kind}] names the form {name!r}, and there is no such form.")
    if "personal" not in forms:
        raise Invalid(f"{source}: entry [forms.personal] is missing; add it.")
