"""A picture as a page that can be printed among others."""

from datetime import datetime
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from outreach.typesetting.data import language_data
from outreach.typesetting.pdf import Layout, compile_pdf
from outreach.typesetting.tree import printable

_LAYOUT = "picture.typ"


def picture_page(picture: bytes, kind: Literal["png", "jpg"], *, title: str, language: str, made: datetime) -> bytes:
    """A PNG or JPEG on a page of its own; `title` is what it shows, in words. Raises CannotTypeset for a broken one."""
    name = f"picture.{kind}"
    data = {"language": language_data(language), "title": printable(title).strip() or "–", "file": name}
    # A layout reads files of its own folder only.
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder), _LAYOUT)
        (layout.folder / _LAYOUT).write_bytes((resources.files(__package__) / _LAYOUT).read_bytes())
        (layout.folder / name).write_bytes(picture)
        return compile_pdf(layout, data, made)
