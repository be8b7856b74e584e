"""The wheel holds everything that the program needs outside the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHIPPED = {"outreach": ROOT / "outreach", "outreach/_templates": ROOT / "templates", "outreach/_db": ROOT / "db"}


def test_a_wheel_holds_every_module_template_seed_and_migration(tmp_path: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "outreach", "templates", "db"], cwd=ROOT, capture_output=True, text=True)
    source = tmp_path / "source"
    for name in [*tracked.stdout.split("\n"), "setup.cfg", "pyproject.toml", "README.md", "LICENSE"]:
        if name and (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    # Without build isolation, so that nothing is fetched: the build tools come with the tests' own installation.
    call = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(tmp_path),
        str(source),
    ]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for inside, folder in SHIPPED.items():
        wanted = {
            f"{inside}/{path.relative_to(folder).as_posix()}"
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and str(path.relative_to(ROOT)) in tracked.stdout.split("\n")
        }
        assert wanted
        assert wanted - names == set()
