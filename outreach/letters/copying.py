"""Templates of the office's own: copied from shipped ones, which may be improved later."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import msgspec
from msgspec import Struct

from outreach.archive import write_durably
from outreach.errors import Invalid, Refused
from outreach.letters.templates import find, is_name, names

_RECORD = "origin.json"
_TITLE = re.compile(r"^title = .*$", re.MULTILINE)


class Origin(Struct, frozen=True, kw_only=True):
    """What a copied template was copied from: file names and their SHA-256."""

    template: str
    files: dict[str, str]


@dataclass(frozen=True)
class Difference:
    """How a file of the office's template differs from the shipped one it was copied from.

    `changed` says who has changed it since: "the office", "the release", "both", or "nobody can say" where there is no record.
    `lines` are those of a unified diff, from the shipped one to the office's.
    """

    file: str
    changed: str
    lines: tuple[str, ...]


def copy_for_editing(name: str, folders: Sequence[Path]) -> Path:
    """Copy a shipped template into the office's folder, with the digests of its origin; gives the copy's folder.

    Raises Refused when the office has its own already.
    """
    own, *shipped = folders
    if (own / name / "letter.toml").exists():
        raise Refused(f"The office has its own {name} already, in {own / name}; edit the files there.")
    found = find(name, shipped)
    return _copy(_files(found.folder), own / name, Origin(template=name, files=_digests(found.folder)))


def new(name: str, origin: str, folders: Sequence[Path], *, title: str = "") -> Path:
    """Make the office a template `name` with all languages of the template `origin`; gives its folder.

    `title` is what the office calls it, by default "`name`, after ...". Raises Invalid for a name that is none, Refused when
    there is a template of that name.
    """
    if not is_name(name):
        raise Invalid(f"{name!r} is no name of a template; use small letters, digits and hyphens, such as youth-invitation.")
    if name in names(folders):
        raise Refused(f"There is a template {name} already; choose another name.")
    own, *shipped = folders
    found = find(origin, folders)
    files = _files(found.folder)
    said = title.strip() or f"{name}, after: {found.about.title}"
    # A JSON string of one line is a TOML string; the title stands first in the file, once.
    retitled = _TITLE.sub(
        lambda _line: f"title = {json.dumps(said, ensure_ascii=False)}", files["letter.toml"].decode(), count=1
    )
    was_shipped = found.folder.parent in shipped
    record = Origin(template=origin, files=_digests(found.folder)) if was_shipped else None
    return _copy({**files, "letter.toml": retitled.encode()}, own / name, record)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in (".md", ".toml")}


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in _files(folder).items()}


def _copy(files: Mapping[str, bytes], target: Path, origin: Origin | None) -> Path:
    if origin:
        write_durably(target / _RECORD, msgspec.json.format(msgspec.json.encode(origin)))
    # What makes it a template comes last: were we to die in between, there would be none yet.
    for name, content in sorted(files.items(), key=lambda item: item[0] == "letter.toml"):
        write_durably(target / name, content)
    return target


def differences(name: str, folders: Sequence[Path]) -> list[Difference]:
    """How the office's template differs from the shipped one that it was copied from, file by file.

    Raises Refused when the office has none of that name, or no template of the kind is shipped.
    """
    own, *shipped = folders
    if not (own / name / "letter.toml").exists():
        raise Refused(
            f"The office has no {name} of its own, so nothing differs.", to_type=f"`outreach templates edit {name}` makes one."
        )
    origin = _origin(own / name)
    model = origin.template if origin else name
    if model not in names(shipped):
        raise Refused(f"No template {model} is shipped that the office's {name} could be compared with.")
    here, there = _files(own / name), _files(find(model, shipped).folder)
    found = (_difference(file, here, there, origin) for file in sorted(here.keys() | there.keys()))
    return [one for one in found if one is not None]


def _difference(file: str, here: Mapping[str, bytes], there: Mapping[str, bytes], origin: Origin | None) -> Difference | None:
    ours, theirs = here.get(file, b""), there.get(file, b"")
    if ours == theirs:
        return None
    old, new = (content.decode("utf-8", "replace").splitlines() for content in (theirs, ours))
    lines = tuple(unified_diff(old, new, f"shipped/{file}", f"office/{file}", lineterm=""))
    return Difference(file, _who(file, ours, theirs, origin), lines)


def _who(file: str, ours: bytes, theirs: bytes, origin: Origin | None) -> str:
    if origin is None:
        return "nobody can say"
    was = origin.files.get(file)
    by_office, by_release = (hashlib.sha256(content).hexdigest() != was for content in (ours, theirs))
    return "both" if by_office and by_release else "the office" if by_office else "the release"


def _origin(folder: Path) -> Origin | None:
    """What the template in `folder` was copied from; None where no record says so, or it cannot be read."""
    try:
        return msgspec.json.decode((folder / _RECORD).read_bytes(), type=Origin)
    except (OSError, msgspec.DecodeError):
        return None


def changed_since(name: str, folders: Sequence[Path]) -> list[str]:
    """Sentences on how the shipped template has moved on since the office copied it; empty when it has not."""
    own, *shipped = folders
    record = own / name / _RECORD
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
