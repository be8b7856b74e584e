"""Documents as PDF by Typst: tagged for readers' software (PDF/UA-1), fit for the archive (PDF/A-2a), same bytes each time.

All text reaches Typst as data, one JSON value that layouts only show. One compiler is kept a thread (one in two threads
raises); a process forked after the first page was set would wait for ever in Typst's dead threads, so that is refused.
"""

import json
import os
import re
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from outreach.errors import Invalid
from outreach.typesetting.data import blocks_data, language_data, lines_data
from outreach.typesetting.french import localized
from outreach.typesetting.style import Style
from outreach.typesetting.tree import Document, Heading, Paragraph, printable, words

CHINESE_FONTS = ("Noto Sans CJK SC",)
_HERE = Path(str(resources.files(__package__)))
_threads = threading.local()
_UNDISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed|the PDF contains the codepoint `"(.+?)"`')
_PLACE = re.compile(r"┌─ (.+):(\d+):\d+")
_PACKAGE = re.compile(rb'"@[\w-]+/[^"]*"')
_PAGES = re.compile(rb"/Type ?/Pages\b[^>]*?/Count (\d+)")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class CannotTypeset(Invalid):
    """The text or the layout cannot be set as a PDF."""


@dataclass(frozen=True)
class Layout:
    """A Typst layout: its main file in a folder that holds nothing but the layout's files (a logo, say).

    The walker (tree.typ) is put before it. The layout can read files of its folder only.
    """

    folder: Path
    main: str

    def source(self) -> bytes:
        """The program that Typst is given."""
        self._must_keep_to_its_folder()
        try:
            return (_HERE / "tree.typ").read_bytes() + (self.folder / self.main).read_bytes()
        except OSError as error:
            raise CannotTypeset(f"The layout {self.main} cannot be read in {self.folder}: {error.strerror}.") from error

    def _must_keep_to_its_folder(self) -> None:
        """Raise CannotTypeset for an office's own layout that would read elsewhere: by a link, or from the network."""
        # What comes with the software is its own, and an installer may have made links of it.
        if self.folder.is_relative_to(_HERE.parent):
            return
        for file in sorted(self.folder.rglob("*")):
            if file.is_symlink():
                raise CannotTypeset(f"{file} is a link; put the file itself into the layout's folder.")
            if file.suffix == ".typ" and file.is_file() and (package := _PACKAGE.search(file.read_bytes())):
                named = package[0].decode(errors="replace")
                line = file.read_bytes()[: package.start()].count(b"\n") + 1
                raise CannotTypeset(
                    f"{file}, line {line}: the package {named} would come from the network; "
                    "copy what you need of it into the layout's folder."
                )

    def place(self, diagnostic: str) -> str:
        """The file of the layout that a diagnostic of the compiler names first, with the line where it is the layout's own."""
        found = _PLACE.search(diagnostic)
        if found is None:
            return str(self.folder / self.main)
        name, line = Path(found[1]).name, int(found[2])
        if name == "__typst_py_bytes__.typ":
            name, line = self.main, line - (_HERE / "tree.typ").read_bytes().count(b"\n")
        return f"{self.folder / name}, line {line}" if line > 0 else str(self.folder / name)


def to_pdf(document: Document, style: Style) -> bytes:
    """`document` as the bytes of a PDF; raises CannotTypeset for a character that no installed font has."""
    language = document.language
    data = {
        "language": language_data(language),
        "title": printable(document.title).strip(),
        "file_title": _file_title(document),
        "author": printable(document.author),
        "blocks": blocks_data(localized(document.blocks, language), language),
        "masthead": lines_data(style.masthead, language),
        "running_header": printable(style.running_header),
        "footer": printable(style.footer),
        "mark": printable(style.mark) if style.mark else None,
        "line_numbers": style.line_numbers,
        "body_size": style.body_size,
        "note_size": style.note_size,
        "paper": style.paper,
    }
    return compile_pdf(Layout(_HERE, "document.typ"), data, style.timestamp)


def _file_title(document: Document) -> str:
    """What a reader's window is named, which PDF/UA asks for even where the text has no title."""
    beginnings = (words(block.inlines) for block in document.blocks if isinstance(block, Heading | Paragraph))
    candidates = (" ".join(printable(text).split())[:80] for text in (document.title, *beginnings))
    return next(filter(None, candidates), "–")


def compile_pdf(layout: Layout, data: Mapping[str, Any], timestamp: datetime) -> bytes:
    """`data` set in `layout`, as the bytes of a PDF dated `timestamp` (aware).

    `data` must hold "language" (see `language_data`) and what the layout asks for. Raises CannotTypeset.
    """
    inputs = {"data": json.dumps({**data, "fonts": _chinese_fonts()}, ensure_ascii=False)}
    source, compiler = layout.source(), _compiler()
    try:
        pdf = compiler.compile(
            input=source,
            root=layout.folder,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["ua-1", "a-2a"],
            # A PDF's dates have seconds, and typst refuses more.
            timestamp=timestamp.replace(microsecond=0),
        )
    except typst.TypstError as error:
        raise CannotTypeset(_explained(error, layout)) from error
    except RuntimeError as error:
        # Bytes that are no text at all: the compiler raises no error of its own kind.
        raise CannotTypeset(f"The PDF cannot be made: {layout.place('')}: {error}; save it as UTF-8.") from error
    assert isinstance(pdf, bytes)  # only PNG and SVG come as a list of pages
    return pdf


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has that `compile_pdf` made; raises CannotTypeset for one that it did not make."""
    # The tree of pages says so in clear at its root, whose count is the greatest.
    counts = [int(found[1]) for found in _PAGES.finditer(pdf)]
    if not counts:
        raise CannotTypeset("The number of pages cannot be read; only a PDF made here says it in clear.")
    return max(counts)


def _compiler() -> typst.Compiler:
    owner = getattr(_threads, "owner", None)
    if owner is None:
        _threads.compiler = typst.Compiler(font_paths=_fonts(os.getpid()), ignore_system_fonts=True)
        _threads.owner = os.getpid()
    elif owner != os.getpid():
        raise RuntimeError("A forked process cannot set type after its parent has; start it by spawn")
    compiler: typst.Compiler = _threads.compiler
    return compiler


@cache
def _fonts(process: int) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in _font_folders()])


def _font_folders() -> list[Path]:
    amiri = Path(str(resources.files("fontpkg_amiri"))) / "files"
    if find_spec("manimgx_fonts_cjk") is None:
        return [amiri]
    return [amiri, Path(str(resources.files(import_module("manimgx_fonts_cjk"))))]


@cache
def _chinese_fonts() -> list[str]:
    return list(CHINESE_FONTS) if len(_font_folders()) > 1 else []


def _explained(error: typst.TypstError, layout: Layout) -> str:
    missing = list(dict.fromkeys(_named(a or b) for a, b in _UNDISPLAYED.findall(error.diagnostic)))
    if not missing:
        return f"The PDF cannot be made: {layout.place(error.diagnostic)}: {error.message}; check the layout or the text."
    chinese = any("CJK" in name for name in missing)
    cure = "install the extra fonts-cjk (pip install 'outreach[fonts-cjk]')" if chinese else "replace or remove it"
    return f"No font here has {', '.join(missing[:5])}; {cure}."


def _named(escaped: str) -> str:
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), escaped)
    parts = [f"U+{ord(character):04X} {unicodedata.name(character, 'UNNAMED')}" for character in text[:3]]
    return f"“{text}” ({', '.join(parts)})" if text.isprintable() else ", ".join(parts)
