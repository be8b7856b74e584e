"""A run in which too many letters are refused ends by itself: something is wrong that no letter can mend."""

from dataclasses import dataclass

from outreach.delivery.models import Result

# Fewer say nothing about the rest.
SAMPLE = 10


@dataclass
class Brake:
    """Counts what becomes of the letters of one run; `percent` 0 never ends it."""

    percent: int = 0
    done: int = 0
    refused: int = 0

    def note(self, result: Result) -> None:
        """Count one letter that was handed over."""
        self.done += 1
        self.refused += result is Result.REFUSED

    @property
    def reason(self) -> str:
        """Why no more may leave in this run; blank while they may."""
        if not self.percent or self.done < SAMPLE or self.refused * 100 <= self.percent * self.done:
            return ""
        return f"the run was stopped: {self.refused} of {self.done} letters were refused, more than {self.percent} in a hundred"
