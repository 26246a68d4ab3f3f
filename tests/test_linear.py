"""Work grows in proportion to the input: these tests count steps, not seconds.

bench/linear.py measures the time, which includes what happens inside C code.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz  # noqa: TID251 - the definition that ours must agree with

from pakaz_cli.authoring import rules
from pakaz_cli.knowledge import schema, strict_yaml
from pakaz_cli.knowledge.load import check_base, load_base
from pakaz_cli.knowledge.values import MAX_TEXT_BYTES
from pakaz_cli.search import similarity
from pakaz_cli.search.engine import MAX_QUESTION, search
from pakaz_cli.search.index import Index
from pakaz_cli.text import words as words_module
from pakaz_cli.text.closest import closest
from pakaz_cli.text.display import visible
from pakaz_cli.text.words import split_words
from tests.conftest import ROOT

#: Maximum ratio of steps for an input of twice the size.
MOST = 2.3

#: The texts and files of the benchmark, chosen to make careless programs slow.
generators: Any = importlib.import_module("bench.linear")

PACKAGE = ROOT / "src" / "pakaz_cli"


def steps(work: Callable[[], object]) -> int:
    """Count the calls and returns of functions during `work`, C functions included."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def growth(make: Callable[[int], Callable[[], object]], n: int) -> float:
    """Return the ratio of the steps for 2n and for n."""
    make(n)()  # fill the caches first
    make(2 * n)()
    return steps(make(2 * n)) / steps(make(n))


@pytest.mark.parametrize("name", generators.TEXTS)
def test_a_text_takes_steps_in_proportion_to_its_length(name: str) -> None:
    make = generators.TEXTS[name]
    for function in (split_words, visible, generators._marked):
        assert growth(generators._of(make, partial(partial, function)), 2_000) <= MOST, function


@pytest.mark.parametrize("name", generators.QUESTIONS)
def test_a_question_takes_steps_in_proportion_up_to_where_it_is_cut(name: str) -> None:
    index, make = Index(load_base()), generators.QUESTIONS[name]
    assert growth(lambda n: generators._ask(index, make(n)), MAX_QUESTION // 2) <= MOST
    assert growth(lambda n: generators._ask(index, make(n)), 20 * MAX_QUESTION) <= 1.2


@pytest.mark.parametrize("loader", [strict_yaml.FAST_LOADER, strict_yaml.PURE_LOADER])
@pytest.mark.parametrize("name", generators.YAMLS)
def test_a_file_takes_steps_in_proportion_to_its_length(name: str, loader: Any) -> None:
    if loader is strict_yaml.PURE_LOADER and name in ("`[`", "`{a: `"):
        pytest.skip("it looks 1,024 characters ahead, which takes 0.3 s whatever the size")
    make = generators.YAMLS[name]
    assert growth(lambda n: lambda: strict_yaml.parse(make(n), loader), 1_500) <= MOST


@pytest.mark.parametrize("name", generators.BASES)
def test_a_knowledge_base_takes_steps_in_proportion_to_its_entries(name: str) -> None:
    make, kept = generators.BASES[name], []

    def read(n: int) -> Callable[[], object]:
        root, _ = strict_yaml.parse(make(n))
        assert root is not None

        def work() -> None:
            base, _ = schema.build(root)
            if base is not None:
                index = Index(base)
                search(index, "what is the fee of ward 3")
                kept.append(index)

        return work

    assert growth(read, 150) <= MOST


@pytest.mark.parametrize("look", ["plain", "text", "json", "rich"])
def test_a_listing_takes_steps_in_proportion_to_its_rows(look: str) -> None:
    assert growth(lambda n: generators._show_many(look, n), 100) <= MOST
    assert growth(lambda n: generators._show_findings(look, n), 40) <= MOST


@pytest.mark.parametrize("name", generators.TEXTS)
def test_the_longest_text_that_loads_is_processed_in_two_seconds(name: str) -> None:
    longest = generators.TEXTS[name](MAX_TEXT_BYTES)
    start = time.process_time()
    split_words(longest)
    visible(longest)
    generators._marked(longest)
    assert time.process_time() - start < 2


def test_similar_phrasings_are_found_in_little_more_than_linear_time() -> None:
    def make(n: int) -> Callable[[], object]:
        phrases = [f"fee number {k * 7919:x} of the {k * 104729:x} ward" for k in range(n)]
        return lambda: list(similarity.similar_pairs(phrases, [str(k) for k in range(n)], 95))

    assert growth(make, 600) <= 2.6


@given(
    st.lists(
        st.lists(st.sampled_from("abcde "), min_size=0, max_size=3)
        .map("".join)
        .map(
            lambda change: (
                "what is the fee of a visa to baku"[: 12 + len(change)] + change + "in all"
            )
        )
        | st.sampled_from(["", "a", "ab", "b a", "visa fee in baku", "in baku visa fee"]),
        max_size=25,
    )
)
def test_no_alike_pair_is_missed(phrases: list[str]) -> None:
    owners = [str(number % 5) for number in range(len(phrases))]
    found = {
        (one, other): score for one, other, score in similarity.similar_pairs(phrases, owners, 95)
    }
    assert found == {
        (one, other): score
        for one, other in itertools.combinations(range(len(phrases)), 2)
        if owners[one] != owners[other]
        and (score := fuzz.token_sort_ratio(phrases[one], phrases[other])) > 95
    }


def test_equal_phrasings_are_reported_up_to_a_maximum(tmp_path: Path) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(generators.BASES["entries of the same words"](400))
    told = [
        found
        for found in rules.lint(check_base(str(path)), date(2026, 2, 1))
        if found.code in ("same-phrasing", "alike-phrasing")
    ]
    assert len(told) == rules.MAX_PAIRS + 1
    assert sum("the rest are not reported" in found.message for found in told) == 1


@given(
    st.text(
        st.sampled_from("e\u0301\u0316\u0345\u0f73\u0f71\uff9e\u3099\u30ab\u0344\u093c\u094d漢…"),
        max_size=90,
    )
)
def test_putting_marks_in_order_changes_nothing(signs: str) -> None:
    ordered = re.sub(words_module._MANY_MARKS, words_module._in_order, signs)
    for form in ("NFC", "NFD"):
        assert unicodedata.normalize(form, unicodedata.normalize("NFKC", ordered)) == (
            unicodedata.normalize(form, unicodedata.normalize("NFKC", signs))
        )


GROUPING = re.compile(r"(?<=\d),(?=(?:\d{2,3},)*\d{3}(?!\d))")


@given(st.text(st.sampled_from("12,"), max_size=40))
def test_a_comma_groups_where_the_definition_says(digits: str) -> None:
    found = re.sub(words_module._DIGITS_AND_COMMAS, words_module._without_grouping, digits)
    assert found == GROUPING.sub("", digits)


def patterns() -> Iterator[tuple[str, str]]:
    """Every regular expression of the package, with the module it is in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(("pakaz_cli", *path.relative_to(PACKAGE).with_suffix("").parts))
        if path.stem != "__main__":
            values = vars(importlib.import_module(name))
            yield from ((name, found.pattern) for found in _compiled(list(values.values())))
            yield from ((name, eval(source, dict(values))) for source in _passed(path.read_text()))


def _passed(source: str) -> Iterator[str]:
    """Yield the expressions that are passed to `re` inside functions."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and re.fullmatch(r"re\.\w+", ast.unparse(node.func)):
                    yield ast.unparse(node.args[0])


def _compiled(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _compiled(item)
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from _compiled(item)


PARSER: Any = importlib.import_module("re._parser")
REPEATS = {"MAX_REPEAT", "MIN_REPEAT"}


def unbounded(items: Any) -> Iterator[str]:
    """Yield what can take more than linear time: unbounded repeats in or beside another."""
    before = False
    for operation, argument in items:
        name = str(operation)
        is_endless = name in REPEATS and argument[1] == PARSER.MAXREPEAT
        if is_endless and before:
            yield "beside another"
        if is_endless and _holds_endless(argument[2]):
            yield "in another"
        before = is_endless
        for part in _parts(argument):
            yield from unbounded(part)


def _holds_endless(items: Any) -> bool:
    return any(
        (str(operation) in REPEATS and argument[1] == PARSER.MAXREPEAT)
        or any(map(_holds_endless, _parts(argument)))
        for operation, argument in items
    )


def _parts(argument: Any) -> Iterator[Any]:
    if isinstance(argument, PARSER.SubPattern):
        yield argument
    elif isinstance(argument, (tuple, list)):
        for one in argument:
            yield from _parts(one)


@pytest.mark.parametrize(
    ("pattern", "is_bad"),
    [("(a*)*", True), ("(?:a+,)*", True), ("a*a*", True), ("a{1,9}b*", False), ("a*b a*", False)],
)
def test_the_check_finds_nested_and_adjacent_repeats(pattern: str, is_bad: bool) -> None:
    assert bool(list(unbounded(PARSER.parse(pattern)))) == is_bad


def test_no_regular_expression_has_an_unbounded_repeat_in_or_beside_another() -> None:
    found = list(patterns())
    assert len(found) > 20
    for module, pattern in found:
        assert list(unbounded(PARSER.parse(pattern))) == [], (module, pattern)


def with_unknown_names(entries: int) -> Callable[[], object]:
    """Return the reading of a knowledge base whose first entries name 20 others that are unknown."""
    lines = [
        f"- {{id: fee-{k}, question: q{k}, answer: a{', related: [fee-x]' if k < 20 else ''}}}\n"
        for k in range(entries)
    ]
    root, _ = strict_yaml.parse("schema: 1\nentries:\n" + "".join(lines))
    assert root is not None
    return lambda: schema.build(root)


def test_loading_suggests_nothing_that_only_a_strict_check_shows() -> None:
    build, known = with_unknown_names(200), [f"fee-{k}" for k in range(200)]
    build()
    assert steps(build) < steps(lambda: closest("fee-x", known))
    assert growth(with_unknown_names, 1_000) <= MOST


def test_a_name_is_compared_with_a_limited_number_of_others() -> None:
    others = [f"fee-{k}" for k in range(40_000)]
    few, many = (partial(closest, "fee-x", others[:count]) for count in (5_000, 40_000))
    few()
    assert steps(many) - steps(few) <= 3 * 35_000
