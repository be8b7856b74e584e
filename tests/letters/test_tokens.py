"""Tokens: drawn from what is given, read however they are mistyped, never shown."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.letters.tokens import ADDRESS_LENGTH, address_tokens, draw


@given(st.binary(min_size=16, max_size=16))
def test_a_token_is_found_again_in_any_address_whatever_was_misread(bits: bytes) -> None:
    word = draw(lambda count: bits[:count]).address
    assert len(word) == ADDRESS_LENGTH
    assert not set(word) & set("ilou")
    for typed in (word, word.upper(), word.replace("1", "l"), word.replace("1", "I"), word.replace("0", "O")):
        assert address_tokens(f"inputs+{typed}@leadership-panel.example") == [word]
        assert address_tokens(f"{typed}.answers@leadership-panel.example") == [word]


def test_different_bits_give_different_tokens_and_all_of_them_count() -> None:
    assert draw(lambda count: b"\x00" * count).address == "0" * 16
    assert draw(lambda count: b"\xff" * count).address == "z" * 16
    assert draw(lambda count: bytes(count - 1) + b"\x01").address == "0" * 15 + "1"
    drawn = {draw(secrets.token_bytes) for _ in range(100)}
    assert len({one.address for one in drawn}) == len({one.answer for one in drawn}) == 100


def test_an_answer_token_has_128_bits_and_is_not_shown() -> None:
    tokens = draw(secrets.token_bytes)
    assert len(bytes.fromhex(tokens.answer)) == 16
    assert tokens.answer not in repr(tokens)
    assert tokens.answer not in f"{tokens}"


@pytest.mark.parametrize(
    "address",
    [
        "inputs@office.example",
        "",
        "0123456789abcdef",
        "a+0123456789abcdefg@office.example",
        "inputs+u123456789abcdef@x.example",
    ],
)
def test_other_addresses_hold_none(address: str) -> None:
    assert address_tokens(address) == []
