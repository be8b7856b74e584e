"""What a check of a batch found, summed up: kinds with their numbers, the outlier sheet, the texts unlike the others."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from statistics import median_low
from typing import NamedTuple

from outreach.letters.checking import Checked
from outreach.letters.findings import KINDS
from outreach.letters.likeness import Group
from outreach.letters.outliers import Field, Sheet

EXAMPLES = 5  # letters named with a kind of warning
FURTHEST = 10  # letters of a template and language


class Found(NamedTuple):
    """A finding with the letter that it is about."""

    number: int
    reference: str
    kind: str
    says: str


class Apart(NamedTuple):
    """How many words of a letter's text differ from the typical one."""

    words: int
    number: int
    reference: str


@dataclass(frozen=True)
class Texts:
    """The texts of a template and language: how many words differ usually, and the letters that differ by more."""

    template: str
    language: str
    usual: int
    furthest: tuple[Apart, ...]


@dataclass
class Report:
    """The sum of a check; memory does not grow with the letters but for those with errors."""

    sheet: Sheet
    letters: int = 0
    errors: list[Found] = field(default_factory=list)
    with_errors: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Found]] = field(default_factory=dict)
    _apart: dict[Group, Counter[int]] = field(default_factory=dict)
    _furthest: dict[Group, list[Apart]] = field(default_factory=dict)

    @classmethod
    def of(cls, checked: Iterable[Checked], total: int) -> "Report":
        """The sum of a check of `total` letters."""
        report = cls(Sheet(total))
        for one in checked:
            report.add(one)
        return report

    def add(self, checked: Checked) -> None:
        """Take in one letter."""
        case = checked.case
        self.letters += 1
        self.sheet.add(case)
        found = [Found(case.letter_id, case.reference, *finding) for finding in checked.findings]
        errors = len(checked.errors)
        self.errors += found[:errors]
        self.with_errors += bool(errors)
        for one in found[errors:]:
            self.warnings[one.kind] += 1
            examples = self.examples.setdefault(one.kind, [])
            if len(examples) < EXAMPLES:
                examples.append(one)
        self._measure((case.template, case.language), Apart(checked.apart, case.letter_id, case.reference))

    def _measure(self, group: Group, apart: Apart) -> None:
        self._apart.setdefault(group, Counter())[apart.words] += 1
        furthest = self._furthest.setdefault(group, [])
        furthest.append(apart)
        if len(furthest) > 10 * FURTHEST:
            furthest[:] = nlargest(FURTHEST, furthest)

    @property
    def total_warnings(self) -> int:
        """How many warnings there are in all."""
        return self.warnings.total()

    @property
    def kinds(self) -> Mapping[str, int]:
        """The kinds of warnings with their numbers, in the order in which they are shown."""
        return {kind: self.warnings[kind] for kind in KINDS if self.warnings[kind]}

    @property
    def fields(self) -> list[Field]:
        """The outlier sheet."""
        return self.sheet.fields()

    @property
    def texts(self) -> list[Texts]:
        """For each template and language the letters whose text is further from the typical one than usual."""
        return [self._texts(group) for group in sorted(self._apart)]

    def _texts(self, group: Group) -> Texts:
        usual = median_low(self._apart[group].elements())
        # Names and deadlines differ everywhere; twice as many words, and five more, are another text.
        further = [one for one in nlargest(FURTHEST, self._furthest[group]) if one.words > 2 * usual + 5]
        return Texts(*group, usual, tuple(further))
