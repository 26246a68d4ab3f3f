"""The rules for values are those of their definitions, character by character."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pakaz_cli.knowledge import values

#: The rules as regular expressions, which the program does without.
DEFINITIONS: list[tuple[Callable[[str], Any], str]] = [
    (values.identifier, r"[a-z0-9-]{1,64}"),
    (values.url, r"[hH][tT][tT][pP][sS]?://[!#-;=?-\[\]_a-zA-Z~]+"),
    (values.text, r"(?=(.|\n)*\S)[^\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]*"),
    (values.line, r"(?=.*\S)[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*"),
]


@pytest.mark.parametrize(("rule", "definition"), DEFINITIONS)
@given(
    start=st.sampled_from(["", "a", "x-" * 31, "http://", "HTTPS://", "https://x", "htt"]),
    middle=st.characters() | st.sampled_from("\n\x1b\x7f\x9b\u200c\u2028\udcff -A_^{\u212a"),
    end=st.sampled_from(["", "b", "9", " ", "\n"]),
)
def test_a_rule_is_its_definition(
    rule: Callable[[str], Any], definition: str, start: str, middle: str, end: str
) -> None:
    value = start + middle + end
    assert (rule(value) is None) == (re.fullmatch(definition, value) is not None)


def test_the_control_characters_of_unicode_are_not_allowed_in_text() -> None:
    refused = {code for code in range(0x110000) if values.text(f"a{chr(code)}") is not None}
    assert refused == {*range(10), *range(11, 32), *range(127, 160), *range(0xD800, 0xE000)}
