"""Where the passwords of mail servers come from: the environment, else the keyring of whoever runs the program."""

import os
from collections.abc import Mapping

from outreach.errors import Refused
from outreach.mail.connecting import Secret

SERVICE = "outreach"


def password(kind: str, username: str, host: str, environment: Mapping[str, str] = os.environ) -> Secret:
    """The password of `username` at `host`: `OUTREACH_<KIND>_PASSWORD`, else the keyring's entry "outreach" for user@host.

    Raises Refused, naming both places, when neither has one. It is asked for when a connection is made and kept nowhere.
    """
    variable = f"OUTREACH_{kind.upper()}_PASSWORD"
    found = environment.get(variable) or from_keyring(f"{username}@{host}")
    if not found:
        raise Refused(
            f"There is no password for {username} at {host}: set {variable} in the environment, "
            f"or keep it with `keyring set {SERVICE} {username}@{host}`."
        )
    return Secret(found)


def client_secret(client_id: str, environment: Mapping[str, str] = os.environ) -> str:
    """The secret of our registration at a provider, from `OUTREACH_OAUTH_CLIENT_SECRET` or the keyring; empty if none."""
    return environment.get("OUTREACH_OAUTH_CLIENT_SECRET") or from_keyring(client_id) or ""


def from_keyring(entry: str) -> str | None:
    """What the keyring holds for the entry; None where there is no keyring that can be opened."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        # The keyring is an extra; the environment serves without it.
        return None
    try:
        return keyring.get_password(SERVICE, entry)
    except KeyringError:
        # A machine without a session has no keyring that can be opened; whoever asks names the other places as well.
        return None


def in_keyring(entry: str, word: str) -> bool:
    """Keep the word in the keyring, or forget the entry if the word is empty; says whether there is a keyring that did so."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return False
    try:
        if word:
            keyring.set_password(SERVICE, entry, word)
        else:
            keyring.delete_password(SERVICE, entry)
    except KeyringError:
        return False
    return True
