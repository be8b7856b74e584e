"""An erasure while it is done: whose it is, and what it does, in sentences."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from outreach.privacy.names import Names
from outreach.privacy.scope import Scope


@dataclass
class Work:
    """`files` are digests that may go, each with what it is, once for every row that has it."""

    session: Session
    scope: Scope
    on: date
    at: datetime
    goes: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)
    files: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    references: list[str] = field(default_factory=list)

    @property
    def names(self) -> Names:
        """The person's names and addresses."""
        return self.scope.names
