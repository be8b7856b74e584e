"""Where the tokens of a sign-in are kept: the keyring of whoever runs the program, else a file that only they can read.

The file lies outside the office folder, so that no backup of the office carries it.
"""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach.errors import Refused
from outreach.mail.passwords import SERVICE, from_keyring, in_keyring

PLACE = "OUTREACH_TOKENS"


@dataclass(frozen=True)
class TokenStore:
    """Keeps one secret word for each entry: in `folder` alone if it is named, else in the keyring, else in `fallback`."""

    folder: Path | None
    fallback: Path

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "TokenStore":
        """The store of this user: `OUTREACH_TOKENS` names the folder, by default `~/.local/state/outreach/tokens`."""
        named = environment.get(PLACE)
        state = environment.get("XDG_STATE_HOME")
        home = Path(state) if state else Path.home() / ".local" / "state"
        return cls(Path(named) if named else None, home / "outreach" / "tokens")

    def read(self, entry: str) -> str:
        """What is kept under the entry; empty when nothing is. Raises Refused when others could read the file."""
        found = None if self.folder else from_keyring(entry)
        if found:
            return found
        path = self._path(entry)
        try:
            with path.open("rb") as file:
                if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                    raise Refused(f"Others can read {path}; sign out and in again, and let nobody else into that folder.")
                kept = json.load(file)
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise Refused(f"The sign-in kept in {path} cannot be read ({error}); sign in again.") from error
        return str(kept.get("token", "")) if isinstance(kept, dict) else ""

    def keep(self, entry: str, word: str) -> str:
        """Keep the word in place of what was there; gives where, in words."""
        if not self.folder and in_keyring(entry, word):
            return "the keyring"
        path = self._path(entry)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"for": entry, "token": word}, file)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return str(path)

    def forget(self, entry: str) -> bool:
        """Forget what is kept under the entry, wherever it is; says whether there was anything."""
        path = self._path(entry)
        there = path.exists()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        if self.folder is None and from_keyring(entry):
            there = in_keyring(entry, "") or there
        return there

    def _path(self, entry: str) -> Path:
        # A digest: no name of a user becomes a path.
        return (self.folder or self.fallback) / f"{SERVICE}-{hashlib.sha256(entry.encode()).hexdigest()[:24]}.json"
