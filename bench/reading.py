"""Reading mail: 10,000 messages read and classed beside parsing alone, and how often the reader is right.

The rates are counted on the test data that others ship with their libraries (fetched when the bench runs, never kept here) and
on the cast of the tests. `python -m bench.reading` counts; `python -m bench reading` also measures the speed.
"""

import ast
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from bench.harness import Contestant, Figure, Work

CORPORA = ("flufl.bounce==6.0.0", "talon==1.4.4", "quotequail==0.5.4")


def _messages(size: int) -> list[bytes]:
    from tests.mail.fuzzing import SEEDS

    return list(islice(cycle(SEEDS), size))


def _nothing(_folder: Path, _size: int) -> None:
    """All that the contestants need is made in their own memory."""


def _read_and_classed(_world: Path, _own: Path, size: int) -> Work:
    from outreach.mail.quoting import parted
    from outreach.mail.reading import read

    messages = _messages(size)
    read(messages[0])

    def work() -> int:
        return sum(len(parted(read(raw).text).own) >= 0 for raw in messages)

    return work


def _parsed(modern: bool, _world: Path, _own: Path, size: int) -> Work:
    messages, rules = _messages(size), policy.default if modern else policy.compat32
    return lambda: sum(message_from_bytes(raw, policy=rules) is not None for raw in messages)


FIGURES = [
    Figure(
        "Messages read, classed and taken apart into new words, quotations and signatures",
        "messages",
        _nothing,
        [
            Contestant("ours", "ours", _read_and_classed, 10_000, 500),
            Contestant("standard library, parsed only", "limit", partial(_parsed, False), 10_000, 500),
            Contestant("standard library, parsed only, modern policy", "limit", partial(_parsed, True), 10_000, 500, aim=1 / 3),
        ],
    )
]


@dataclass
class Rate:
    """How often something was right, and what of it was not."""

    what: str
    right: int = 0
    of: int = 0

    def count(self, is_right: bool) -> None:
        """Count one trial."""
        self.of += 1
        self.right += is_right

    def __str__(self) -> str:
        return f"| {self.what:<66} | {self.right:>5} of {self.of:<5} | {self.right / max(self.of, 1):>6.1%} |"


def main() -> None:
    """Count how often the reader is right, and say which corpora could not be had."""
    rates = [*_on_the_cast()]
    with tempfile.TemporaryDirectory(prefix="bench-mail-") as name:
        for corpus, count in zip(CORPORA, (_bounces, _talon, _quotequail), strict=True):
            folder = _fetched(corpus, Path(name))
            if folder is None:
                print(f"{corpus} could not be fetched (no registry?): its rates are left out.")
            else:
                rates += count(folder)
    print(f"| {'':<66} | {'right':>14} | {'':>6} |\n| {'-' * 66} | {'-' * 14} | {'-' * 6} |")
    print("\n".join(map(str, rates)))


def _fetched(corpus: str, folder: Path) -> Path | None:
    """Fetch the source of a package and unpack it; None where that cannot be done. Nothing of it is built or run."""
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps", "--dest", folder, corpus]
    if subprocess.run(fetch, check=False, capture_output=True, timeout=300).returncode:
        return None
    name = corpus.partition("==")[0].replace(".", "_").replace("-", "_")
    packed = next((each for each in folder.glob("*.tar.gz") if each.name.replace(".", "_").startswith(name)), None)
    if packed is None:
        return None
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return next((each for each in folder.iterdir() if each.is_dir() and each.name.replace(".", "_").startswith(name)), None)


def _on_the_cast() -> Iterator[Rate]:
    from outreach.mail.quoting import parted
    from outreach.mail.reading import MailClass, read
    from tests.mail.replies import replies
    from tests.mail.test_classing import AWAY, FIELDS, HUMAN, WILD, letter, report

    known, exact = Rate("bounces of the cast known as such"), Rate("their recipient, status and permanence exact")
    for raw, found in [
        *((report(fields), found) for fields, found in FIELDS),
        *((letter(words, subject, sender), found) for subject, sender, words, found in WILD.values()),
    ]:
        verdict = read(raw).verdict
        known.count(verdict.kind is MailClass.BOUNCE)
        exact.count([(each.address, each.status, each.permanent) for each in verdict.failed] == [found])
    away, back = Rate("absences of the cast in nine languages"), Rate("their day of return exact")
    for subject, words, day, _deputy in AWAY:
        verdict = read(letter(words, subject)).verdict
        away.count(verdict.kind is MailClass.AUTO_REPLY)
        back.count(verdict.returns_on == day)
    human = Rate("people's mail of the cast taken for a person's")
    cut, kept = (
        Rate("answers of the cast in nine languages cut exactly"),
        Rate("answers of the cast of which no new line is lost"),
    )
    for subject, words in HUMAN.values():
        human.count(read(letter(words, subject, In_Reply_To="<7f3a@panel.example>")).kind is MailClass.HUMAN)
    for reply in replies():
        human.count(read(letter(reply.text)).kind is MailClass.HUMAN)
        parts = parted(reply.text)
        spans = [[reply.text[start:end] for start, end in each] for each in (parts.own, parts.quoted, parts.signatures)]
        cut.count(spans == [reply.own, reply.quoted, reply.signatures])
        kept.count(_lines(reply.own) <= _lines([parts.own_words]))
    yield from (known, exact, away, back, human, cut, kept)


def _lines(texts: Sequence[str]) -> set[str]:
    return {line.strip() for text in texts for line in text.split("\n") if line.strip()}


def _bounces(folder: Path) -> Iterator[Rate]:
    """Judge by the addresses that flufl.bounce's own tests expect, and let it try on the same reports."""
    from flufl.bounce import all_failures

    from outreach.mail.reading import MailClass, read

    known, exact = Rate("flufl.bounce's reports: known as bounce or delay"), Rate("flufl.bounce's reports: addresses exact")
    theirs = Rate("flufl.bounce's reports: addresses exact by flufl.bounce itself")
    for name, wanted in _expected(folder / "tests" / "test_detectors.py"):
        raw = (folder / "tests" / "data" / name).read_bytes()
        verdict = read(raw).verdict
        known.count(verdict.kind in {MailClass.BOUNCE, MailClass.DELAY})
        exact.count({each.address.lower() for each in verdict.failed} == wanted)
        late, failed = all_failures(message_from_bytes(raw))
        theirs.count({each.decode().lower() for each in {*late, *failed}} == wanted)
    yield from (known, exact, theirs)


def _expected(tests: Path) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(tests.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Tuple) and len(node.elts) == 4:
            try:
                _detector, name, wanted, _late = ast.literal_eval(node)
            except ValueError:
                continue
            if str(name).endswith(".txt") and wanted:
                yield str(name), {each.decode().lower() for each in wanted}


def _talon(folder: Path) -> Iterator[Rate]:
    from outreach.mail.quoting import parted
    from outreach.mail.reading import MailClass, read

    human, cut = Rate("talon's standard replies taken for a person's"), Rate("talon's standard replies cut exactly")
    fixtures = folder / "tests" / "fixtures" / "standard_replies"
    for file in sorted(fixtures.glob("*.eml")):
        message = read(file.read_bytes())
        wanted = file.with_name(f"{file.stem}_reply_text")
        said = wanted.read_text(encoding="utf-8") if wanted.exists() else "Hello"
        human.count(message.kind is MailClass.HUMAN)
        cut.count(_is_cut(message.text, said))
    plain = Rate("talon's plain texts cut exactly")
    for text, said in _cases(folder / "tests" / "text_quotations_test.py"):
        plain.count(_is_cut(text, said))
    kept = Rate("talon's plain texts of which no new word is lost")
    for text, said in _cases(folder / "tests" / "text_quotations_test.py"):
        parts = parted(text)
        kept.count(set(said.split()) <= set(_joined(text, [*parts.own, *parts.signatures]).split()))
    yield from (human, cut, plain, kept)


def _cases(tests: Path) -> Iterator[tuple[str, str]]:
    """Give (text, new words) of each test that extracts them from one text."""
    for function in ast.parse(tests.read_text(encoding="utf-8")).body:
        values: dict[str, str] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant):
                values[node.targets[0].id] = str(node.value.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "eq_" and len(node.args) == 2:
                said, call = node.args
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "extract_from_plain" and call.args:
                    text = _value(call.args[0], values)
                    wanted = _value(said, values)
                    if text and wanted:
                        yield text, wanted


def _value(node: ast.expr, values: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return values.get(node.id, "") if isinstance(node, ast.Name) else ""


def _is_cut(text: str, said: str) -> bool:
    """Whether the new words are those wanted; a corpus may count the signature with them or not."""
    from outreach.mail.quoting import parted

    parts = parted(text)
    wanted = " ".join(said.split())
    return wanted in {" ".join(parts.own_words.split()), _joined(text, [*parts.own, *parts.signatures])}


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return " ".join(" ".join(text[start:end] for start, end in sorted(spans)).split())


def _quotequail(folder: Path) -> Iterator[Rate]:
    from outreach.mail.quoting import parted

    rate = Rate("quotequail's introductions known, with and without marks below")
    for node in ast.walk(ast.parse((folder / "tests" / "test_internal.py").read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict)):
            continue
        line = _value(node.elts[0], {})
        for below in ("\n\n> quoted words", "\nquoted words"):
            rate.count(bool(line) and parted(f"Our answer.\n\n{line}{below}").own_words == "Our answer.")
    yield rate


if __name__ == "__main__":
    main()
