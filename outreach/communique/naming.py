"""How a contributor is named, exactly as far as was allowed, and how groups of them are counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from outreach.communique.gathering import NAMED, Contribution, Extract, Material, person_of
from outreach.communique.templating import Words
from outreach.contacts.models import Organisation, StakeholderGroup
from outreach.inputs.models import AttributionLevel
from outreach.protocol.order import in_order
from outreach.responses.models import ResponseAuthor


@dataclass(frozen=True)
class Label:
    """How a contributor stands in the text: a name, or a description; notes on it for the foot of the page.

    `listed` is the name as it stands in a list, the organisation first: "Open Net Society (Li Example)".
    """

    text: str
    named: bool
    listed: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Naming:
    """Naming in one language, for the contributors of one communiqué."""

    material: Material
    words: Words
    language: str

    def of_extract(self, extract: Extract) -> Label:
        """How the author of a passage is named."""
        return self._label(extract.contribution, extract.level)

    def _label(self, contribution: Contribution, level: AttributionLevel) -> Label:
        names = [name for author in contribution.response.authors if any(name := self._names(author, level))]
        if level not in NAMED or not names:
            return Label(self._described(contribution, level), named=False)
        said = "; ".join(dict.fromkeys(", ".join(part for part in name if part) for name in names))
        listed = "; ".join(dict.fromkeys(_listed(*name) for name in names))
        if behalf := contribution.response.on_behalf_of.strip():
            said, listed = (f"{name}, {self.words.behalf} {behalf}" for name in (said, listed))
        notes = (organisation.designation_note for organisation in contribution.organisations)
        return Label(said, named=True, listed=listed, notes=tuple(dict.fromkeys(note for note in notes if note)))

    def _names(self, author: ResponseAuthor, level: AttributionLevel) -> tuple[str, str]:
        """The person's and the organisation's name, each empty where it is not known or may not be told."""
        organisation = self.organisation(author.organisation) if author.organisation else ""
        if level is AttributionLevel.ORGANISATION:
            return "", organisation
        person = person_of(author)
        own = author.name if author.person is None and not organisation else ""
        return person.full_name if person else own, organisation

    def _described(self, contribution: Contribution, level: AttributionLevel) -> str:
        group = contribution.group
        told = level is AttributionLevel.GROUP and group in self.material.told_groups
        return self.words.one[group] if told and group else self.words.contributor

    def organisation(self, organisation: Organisation) -> str:
        """The organisation's name in this language, else as it is recorded."""
        names = {name.language: name.short for name in organisation.names}
        return names.get(self.language) or organisation.name

    def contributors(self) -> list[Label]:
        """Those who may be named, alphabetically in this language, each once."""
        whole = [self._label(one, one.level) for one in self.material.used]
        passages = [self.of_extract(one) for one in self.material.extracts]
        labels = {label.listed: label for label in [*whole, *passages] if label.named}
        # An organisation that stands with a person's name need not stand once more without.
        spare = {name for name in labels if any(other.startswith(f"{name} (") for other in labels)}
        kept = [label for name, label in labels.items() if name not in spare]
        return in_order(kept, key=lambda label: label.listed, language=self.language)

    def shows_state(self, extract: Extract) -> bool:
        """Whether the label tells that a State speaks; only then may anything else tell it."""
        label = self.of_extract(extract)
        told = extract.contribution.group is StakeholderGroup.GOVERNMENT and label.text != self.words.contributor
        return extract.contribution.of_state and (label.named or told)

    def spread(self, groups: Iterable[StakeholderGroup | None]) -> str:
        """Contributors by group: "two from the private sector and one not shown by group"; empty when no group can be told.

        `groups` has one item for each contributor: the group, or None where it may not be told.
        """
        counts = Counter(groups)
        parts = [f"{self.words.number(counts[g])} {self.words.of[g]}" for g in StakeholderGroup if counts[g]]
        if parts and counts[None]:
            parts.append(f"{self.words.number(counts[None])} {self.words.not_by_group}")
        return self.words.listed(parts) if parts else ""

    def group_told(self, extract: Extract) -> StakeholderGroup | None:
        """The group that the extract's author may be counted under."""
        group = extract.contribution.group
        told = extract.level in NAMED or (extract.level is AttributionLevel.GROUP and group in self.material.told_groups)
        return group if told else None


def _listed(person: str, organisation: str) -> str:
    return f"{organisation} ({person})" if person and organisation else person or organisation
