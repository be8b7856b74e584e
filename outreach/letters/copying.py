"""Templates of the office's own: copied from shipped ones, which may be improved later."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from outreach.archive import write_durably
from outreach.errors import Refused
from outreach.letters.templates import find, names


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
