"""What is written is true: every command is documented with an example, and every example runs."""

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from outreach.cli.main import Face, main

ROOT = Path(__file__).parent.parent


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, in the order in which they are written down."""
    names = list(group.commands) or group.list_commands(click.Context(group))
    for name in names:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands(main))


def example(command: click.Command) -> str:
    found = re.search(r"^\s*Example: (outreach .+)$", command.help or "", re.MULTILINE)
    return found[1].strip() if found else ""


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_says_what_it_does_and_gives_an_example_of_itself(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert (command.help or "").strip().split("\n")[0].rstrip().endswith((".", ":")), "the first line is a sentence"
    assert example(command).startswith(f"outreach {' '.join(path)}"), "the example shows this command"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.opts} has no help"


@pytest.mark.first
def test_every_example_runs_in_the_demonstration_office(demonstration_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demonstration_copy)
    monkeypatch.setenv("OUTREACH_AS", "Demonstration Keeper")
    failed = []
    for path, command in ALL.items():
        if path == ("demo",):
            continue  # the fixture ran it
        result = CliRunner().invoke(main, shlex.split(example(command))[1:], obj=Face(), input="a long enough password\n")
        if result.exit_code != 0:
            failed.append(f"{example(command)}\n  exit {result.exit_code}: {result.output.strip()} {result.exception!r}")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_every_link_in_the_documents_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_every_command_line_in_the_documents_is_one(page: Path) -> None:
    for line in re.findall(r"^ {4}outreach (.+?)(?: {2,}#.*)?$", page.read_text(encoding="utf-8"), re.MULTILINE):
        words = [word for word in shlex.split(line, comments=True) if word not in ("...",)]
        while words and words[0] in ("--office", "--as"):
            words = words[2:]
        paths = [tuple(words[:count]) for count in (3, 2, 1)]
        assert any(path in ALL for path in paths), f"{page.name}: outreach {line}"
        command = next(ALL[path] for path in paths if path in ALL)
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        assert used <= known | {"--help"}, f"{page.name}: outreach {line} uses {used - known}"


def test_the_python_example_runs_as_it_stands(demonstration_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_OFFICE", str(demonstration_copy))
    [code] = re.findall(r"```python\n(.+?)```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code, "docs/python.md", "exec"), {})
    assert "wsis20-input 1" in said.getvalue()
    assert "accepted" in said.getvalue()
