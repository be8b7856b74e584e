"""The walls of the house: who may import whom, what stands where, and what nothing may be called."""

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "outreach"
FACES = {"cli", "web"}

# What is bought in, or dangerous in many hands, has one room; a face may not be reached from below.
ONLY_IN = {
    "click": FACES,
    "rich_click": FACES,
    "rich": FACES,
    "flask": {"web"},
    "smtplib": {"mail"},
    "imaplib": {"mail"},
    "imap_tools": {"mail"},
    "nh3": {"mail"},
    "selectolax": {"mail"},
    "jinja2": {"letters", "communique", "privacy", "web"},
    "typst": {"typesetting"},
    "pikepdf": {"typesetting"},
    "docx": {"typesetting"},
    "markdown_it": {"typesetting"},
    "alembic": {"schema"},
    "procrastinate": {"jobs", "queue_server"},
    "subprocess": {"office"},
    "pickle": set[str](),
    "socket": {"mail"},
}


def floor(module: str) -> str:
    """The room of a module: `letters` of `outreach.letters.models`."""
    return module.split(".")[1]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("outreach", include_external_packages=True, cache_dir=None)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Each module of the house by its path in it, parsed."""
    for path in sorted(HOUSE.rglob("*.py")):
        yield path.relative_to(HOUSE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_a_room_imports_only_from_lower_floors(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stands_only_in_its_room(graph: grimp.ImportGraph, library: str) -> None:
    if library in graph.modules:
        users = {floor(module) for module in graph.find_modules_that_directly_import(library)}
        assert users <= ONLY_IN[library], f"{library} is imported in {users - ONLY_IN[library]}"


def test_every_folder_of_the_house_is_shipped() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    shipped = set(setup["options"]["packages"].split())
    folders = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in HOUSE.rglob("*.py")}
    assert folders <= shipped
    assert {name for name in shipped if not name.startswith("outreach._")} <= folders, "what is shipped exists"


def test_every_folder_of_the_house_says_what_it_is_for() -> None:
    silent = [name for name, tree in modules() if name.endswith("__init__.py") and not ast.get_docstring(tree)]
    assert silent == []


def test_a_module_is_named_for_what_it_does() -> None:
    nondescript = re.compile(r"(^|[_/])(utils?|helpers?|common|managers?|misc|base)(_|/|\.py$)")
    assert [name for name, _ in modules() if nondescript.search(name)] == []


def calls(tree: ast.Module) -> Iterator[str]:
    """What a module calls, as `datetime.now` or `.commit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield f"{owner.id if isinstance(owner, ast.Name) else ''}.{node.func.attr}"


def test_only_the_office_reads_the_clock() -> None:
    clocks = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.localtime"}
    assert [name for name, tree in modules() if clocks & set(calls(tree))] == ["office.py"]


def test_no_room_commits() -> None:
    """The face owns the transaction. Send-once is handed a way to open its own, and says why."""
    committing = {name.split("/")[0] for name, tree in modules() if any(call.endswith(".commit") for call in calls(tree))}
    assert committing <= FACES
    opening = {name.split("/")[0] for name, tree in modules() if any(call.endswith(".transaction") for call in calls(tree))}
    openers = {"office.py", "founding.py", "moving", "dispatching.py", "fetching.py", "spreading.py", "working.py"}
    assert opening <= FACES | openers


def test_no_room_prints() -> None:
    """Only faces speak; `print` is nobody's."""
    named = [
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "input", "exec", "eval"}
    ]
    assert named == []
