"""A file of the archive is kept once, never half, and never given back altered."""

import hashlib
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.archive import Archive, digest_of, write_durably
from outreach.errors import Invalid, NotFound


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "files")


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_kept_comes_back_under_its_digest(archive: Archive) -> None:
    digest = archive.keep(b"Excellency,")
    assert digest == hashlib.sha256(b"Excellency,").hexdigest()
    assert archive.fetch(digest) == b"Excellency,"


def test_the_same_content_is_kept_once(archive: Archive) -> None:
    first = archive.keep(b"Excellency,")
    (path,) = files_in(archive.root)
    written = path.stat()
    assert archive.keep(b"Excellency,") == first
    assert files_in(archive.root) == [path]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_an_altered_file_is_refused_by_name(archive: Archive) -> None:
    digest = archive.keep(b"Excellency,")
    archive.path(digest).write_bytes(b"Excellence,")
    with pytest.raises(Invalid, match=rf"{digest} is not what was archived; bring it back from a backup"):
        archive.fetch(digest)


def test_a_missing_file_is_named(archive: Archive) -> None:
    digest = archive.keep(b"Excellency,")
    archive.path(digest).unlink()
    with pytest.raises(NotFound, match=rf"{digest} is missing from the archive; bring it back from a backup"):
        archive.fetch(digest)


@pytest.mark.parametrize(
    "text", ["", "../outreach.toml", "/etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "a" * 64 + "/..", "..", "٣" * 64]
)
def test_no_text_from_outside_chooses_a_path(archive: Archive, text: str) -> None:
    for ask in (archive.fetch, archive.path):
        with pytest.raises(Invalid, match="is no SHA-256 digest"):
            ask(text)


@given(st.text())
def test_every_path_lies_in_the_archive(text: str) -> None:
    archive = Archive(Path("/office/files"))
    try:
        path = archive.path(text)
    except Invalid:
        return
    assert Path(os.path.normpath(path)).parent.parent == archive.root


def test_writers_of_the_same_file_at_once_do_not_trip_over_each_other(archive: Archive) -> None:
    content = b"Excellency," * 10_000
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(archive.keep, [content] * 32))
    assert digests == {digest_of(content)}
    assert files_in(archive.root) == [archive.path(digest_of(content))]


def test_a_write_that_fails_leaves_what_stood_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "journal.head"
    write_durably(path, b"old")
    with pytest.raises(TypeError):
        write_durably(path, "text, not bytes")  # type: ignore[arg-type]
    assert files_in(tmp_path) == [path]
    assert path.read_bytes() == b"old"


# Dies by kill -9 as soon as `half` of the file is on disk: os.fsync is where it would be made durable.
DYING = """
import os, signal, sys
from pathlib import Path
from outreach.archive import Archive

def die(handle):
    os.ftruncate(handle, 5)
    os.kill(os.getpid(), signal.SIGKILL)

os.fsync = die
Archive(Path(sys.argv[1])).keep(b"Excellency,")
"""


def test_a_process_killed_half_way_never_leaves_a_half_file_under_a_digest(archive: Archive) -> None:
    digest = digest_of(b"Excellency,")
    archive.path(digest).parent.mkdir(parents=True)
    killed = subprocess.run([sys.executable, "-c", DYING, str(archive.root)])
    assert killed.returncode == -signal.SIGKILL
    (left,) = files_in(archive.root)
    assert left.name.endswith(".part")
    assert left.read_bytes() == b"Excel"
    with pytest.raises(NotFound):
        archive.fetch(digest)
    assert archive.keep(b"Excellency,") == digest
    assert archive.fetch(digest) == b"Excellency,"
