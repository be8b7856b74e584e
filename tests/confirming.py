"""What somebody types who has looked at the warnings of letters: their exact number."""

import json
from collections.abc import Callable
from typing import Any


def confirmed(run: Callable[..., Any], campaign: str, *references: str) -> tuple[str, int]:
    """The option that confirms the warnings of a campaign's drafts, or of those named."""
    said = run("letters", "check", campaign, "--json")
    warnings = json.loads(said if isinstance(said, str) else said.output)["warnings"]
    return "--confirm-warnings", sum(1 for one in warnings if not references or one["reference"] in references)
