"""Check that work grows in proportion to the input, on hostile input too.

Each case is measured at three sizes, each twice the one before; the first takes at least 50 ms of
processor time. A doubling that takes over 2.6 times as long is a violation: the command prints a
Markdown table and exits with 1. Use the Python of the environment with pakaz:

    .venv/bin/python bench/linear.py [--only WORD]
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.authoring import rules
from pakaz_cli.authoring.evaluation import evaluate
from pakaz_cli.authoring.questions import Asked
from pakaz_cli.knowledge import strict_yaml
from pakaz_cli.knowledge.load import CheckResult, check_base, load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from pakaz_cli.knowledge.values import MAX_TEXT_BYTES
from pakaz_cli.model import Entry, Finding, Sector
from pakaz_cli.search.engine import MAX_QUESTION, decide, to_reply
from pakaz_cli.search.explain import explain
from pakaz_cli.search.index import Index
from pakaz_cli.search.query import QueryReader
from pakaz_cli.text import markdown
from pakaz_cli.text.display import visible
from pakaz_cli.text.words import split_words
from pakaz_cli.views.json_lines import JsonView
from pakaz_cli.views.labelled import TextView
from pakaz_cli.views.panels import RichView
from pakaz_cli.views.plain import PlainView
from pakaz_cli.views.view import Settings, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MIN_SECONDS = 0.05
MAX_RATIO = 2.6
TODAY = date(2026, 2, 1)
#: Maximum size; work that is still too fast is repeated. Four times this size fits the processor's
#: caches, so that their limits do not look like growth.
MAX_SIZE = 25_000
MAX_LONG_QUESTION = 1_000_000
FORMATS = ("plain", "text", "json", "rich")

#: Texts of about n characters that make careless programs slow.
TEXTS: dict[str, Callable[[int], str]] = {
    "letters": lambda n: "a" * n,
    "digits": lambda n: "7" * n,
    "`a.a.a.`": lambda n: "a." * (n // 2),
    "`1.1.1.`": lambda n: "1." * (n // 2),
    "`11,11,11,…x`": lambda n: "11," * (n // 3) + "x",
    "`111,111,…`": lambda n: "111," * (n // 4),
    "commas": lambda n: "," * n,
    "spaces": lambda n: " " * n,
    "`?`": lambda n: "?" * n,
    "`[`": lambda n: "[" * n,
    "`[a](`": lambda n: "[a](" * (n // 4),
    "`[a](https://`": lambda n: "[a](https://" * (n // 12),
    "`(`": lambda n: "(" * n,
    "quotes": lambda n: "'\"" * (n // 2),
    "`*`": lambda n: "*" * n,
    "`**a `": lambda n: "**a " * (n // 4),
    "`_a `": lambda n: "_a " * (n // 3),
    "`<a `": lambda n: "<a " * (n // 3),
    "`| `": lambda n: "| " * (n // 2) + "x",
    "`- ` lines": lambda n: "- a\n" * (n // 4),
    "blank lines": lambda n: "\n" * n,
    "marks of one kind": lambda n: "e" + "\u0301" * n,
    "marks out of order": lambda n: "e" + "\u0301\u0316" * (n // 2),
    "Arabic marks": lambda n: "\u0645" + "\u064e\u0651\u0670" * (n // 3),
    "Indic marks": lambda n: "\u0915" + "\u094d\u093c" * (n // 2),
    "half-width marks": lambda n: "\u30ab" + "\uff9e\u0301" * (n // 2),
    "emoji": lambda n: "\U0001f600" * n,
    "joined emoji": lambda n: "\U0001f469\u200d" * (n // 2),
    "ligatures": lambda n: "\ufdfa" * (n // 18),
    "format characters": lambda n: "\u202e\u200b" * (n // 2),
    "control characters": lambda n: "\x1b[2J" * (n // 4),
    "surrogates": lambda n: "\ud83d" * n,
    "dotted I": lambda n: "İI" * (n // 2),
}


def _unknown_words(n: int) -> str:
    return " ".join(f"zq{number:x}wv" for number in range(n // 8))


#: Questions of about n characters.
QUESTIONS: dict[str, Callable[[int], str]] = {
    **{name: TEXTS[name] for name in ("letters", "digits", "`a.a.a.`", "marks out of order")},
    "unknown words": _unknown_words,
    "near misses": lambda n: " ".join(["azerbaijn", "pakisan", "cusoms", "exemtion"] * (n // 36)),
    "known words": lambda n: " ".join(["gas", "price", "visa", "rice", "duty"] * (n // 25)),
    "stop words": lambda n: "what is the " * (n // 12),
    "words run together": lambda n: "gaspricevisa" * (n // 12),
}


def _entry(number: int, question: str, answer: str = "A.", more: str = "") -> str:
    return f"  - {{id: e{number}, question: '{question}', answer: {answer}{more}}}\n"


def _base(entries: Iterator[str], before: str = "") -> str:
    return f"schema: 1\n{before}entries:\n" + "".join(entries)


def _one_entry(more: str) -> str:
    return f"schema: 1\nentries:\n  - id: a\n    question: Q?\n    answer: A.\n{more}"


#: Knowledge bases of about n lines or items.
BASES: dict[str, Callable[[int], str]] = {
    "entries": lambda n: _base(_entry(k, f"what is {k} of ward {k % 97}?") for k in range(n)),
    "entries of the same words": lambda n: _base(_entry(k, "what is the fee?") for k in range(n)),
    "one entry with many variants": lambda n: _one_entry(
        "    variants:\n" + "".join(f"      - what is fee {k}?\n" for k in range(n))
    ),
    "the same variant repeated": lambda n: _one_entry(
        "    variants:\n" + "      - what is the fee?\n" * n
    ),
    "many keywords": lambda n: _one_entry(
        "    keywords:\n" + "".join(f"      - fee{k}\n" for k in range(n))
    ),
    "many synonyms": lambda n: _base(
        iter([_entry(0, "Q?")]), "synonyms:\n" + "".join(f"  - [a{k}, b{k} c]\n" for k in range(n))
    ),
    "one group of many synonyms": lambda n: _base(
        iter([_entry(0, "Q?")]), "synonyms:\n  -\n" + "".join(f"    - a{k} b\n" for k in range(n))
    ),
    "many sectors": lambda n: _base(
        (_entry(k, "Q?", more=f", sector: s{k}") for k in range(n)),
        "sectors:\n" + "".join(f"  - {{id: s{k}, name: S {k}}}\n" for k in range(n)),
    ),
    "sectors that are not there": lambda n: _base(
        _entry(k, "Q?", more=f", sector: sector{k}") for k in range(n)
    ),
    "related entries": lambda n: _base(
        _entry(k, "Q?", more=f", related: [e{n - k - 1}]") for k in range(n)
    ),
    "related entries that are not there": lambda n: _base(
        _entry(k, "Q?", more=f", related: [x{k}]") for k in range(n)
    ),
    "unbroken words": lambda n: _base(
        _entry(k, "Q?", f"{k}" + "x" * 2_000) for k in range(max(1, n // 10))
    ),
    "words of one length": lambda n: _base(_entry(k, f"w{k:09} x{k:09}") for k in range(n)),
    "sums of money in hundreds": lambda n: _base(
        _entry(k, "Q?", "'" + "11," * 2_000 + "x'") for k in range(max(1, n // 10))
    ),
    "bold": lambda n: _base(_entry(k, "Q?", "'" + "**a** **" * 200 + "'") for k in range(n)),
    "links": lambda n: _base(
        _entry(k, "Q?", "'" + "[a](https://x.org) [" * 80 + "'") for k in range(n)
    ),
    "unknown keys": lambda n: _one_entry("".join(f"    key{k}: x\n" for k in range(n))),
    "duplicate ids": lambda n: _base(_entry(7, "Q?") for _ in range(n)),
}

#: YAML of about n characters.
YAMLS: dict[str, Callable[[int], str]] = {
    "`[`": lambda n: "[" * n,
    "`{a: `": lambda n: "{a: " * (n // 4),
    "`- - -`": lambda n: "- " * (n // 2),
    "`? ? ?`": lambda n: "? " * (n // 2),
    "a wide list": lambda n: "- a\n" * (n // 4),
    "a wide flow list": lambda n: "[" + "a, " * (n // 3) + "]",
    "a wide mapping": lambda n: "".join(f"k{k}: v\n" for k in range(n // 8)),
    "a wide flow mapping": lambda n: "{" + "".join(f"k{k}: v, " for k in range(n // 9)) + "}",
    "lists sixteen deep": lambda n: "- " * 15 + "a\n" + ("  " * 14 + "- a\n") * (n // 32),
    "a long plain text": lambda n: "a: " + "x" * n,
    "a long plain text of many lines": lambda n: "a: x\n" + "  y\n" * (n // 4),
    "a long quoted text": lambda n: 'a: "' + "x" * n + '"',
    "escapes": lambda n: 'a: "' + "\\u0041" * (n // 6) + '"',
    "quotes": lambda n: "a: '" + "''" * (n // 2) + "'",
    "a long block text": lambda n: "a: |\n" + "  y\n" * (n // 4),
    "a folded text": lambda n: "a: >\n" + "  y\n\n" * (n // 5),
    "`#`": lambda n: "#" * n + "\na: b\n",
    "comments": lambda n: "# c\n" * (n // 4) + "a: b\n",
    "text lost in comments": lambda n: "- a #b\n" * (n // 7),
    "blank lines": lambda n: "\n" * n + "a: b\n",
    "tabs": lambda n: "\t" * n,
    "anchors": lambda n: "- &a b\n" * (n // 7),
    "aliases": lambda n: "- *a\n" * (n // 5),
    "duplicate keys": lambda n: "k: v\n" * (n // 5),
    "control characters": lambda n: "\x1b" * n,
}


class Case(NamedTuple):
    """Work on an input of size n."""

    work: str
    name: str
    prepare: Callable[[int], Callable[[], object]]
    max_size: int = MAX_SIZE


def cases() -> Iterator[Case]:
    """Yield every case."""
    for name, make in TEXTS.items():
        yield Case("words of a text", name, _of(make, partial(partial, _words)))
        yield Case("Markdown", name, _of(make, partial(partial, _marked)))
    index = Index(load_base())
    for name, make in QUESTIONS.items():
        asked = _of(make, partial(_ask, index))
        yield Case("a question", name, asked, MAX_QUESTION // 4)
        yield Case("a question far too long", name, asked, MAX_LONG_QUESTION)
    pure = partial(strict_yaml.parse, loader=strict_yaml.PURE_LOADER)
    for name, make in YAMLS.items():
        yield Case("YAML", name, _of(make, partial(partial, strict_yaml.parse)))
        yield Case("YAML, Python's parser", name, _of(make, partial(partial, pure)))
    for name, make in BASES.items():
        yield Case("a knowledge base, read", name, _of(make, _read))
        yield Case("a knowledge base, checked strictly", name, _of(make, _strict))
    for name, make in TEXTS.items():
        yield Case("an answer drawn", name, _of(make, _draw), MAX_TEXT_BYTES // 4)
    for name in FORMATS:
        yield Case("entries shown", name, partial(_show_many, name))
        yield Case("findings shown", name, partial(_show_findings, name))
    yield Case("an evaluation", "questions", partial(_evaluate, index))


def _of(
    make: Callable[[int], str], work: Callable[[str], Callable[[], object]]
) -> Callable[[int], Callable[[], object]]:
    return lambda n: work(make(n))


def _words(source: str) -> None:
    split_words(source)
    visible(source)


def _marked(source: str) -> None:
    markdown.parse(source)
    list(markdown.leftovers(source))


def _ask(index: Index, question: str) -> Callable[[], object]:
    def work() -> None:
        index.reader = QueryReader(index.vocabulary)
        decision = decide(index, question)
        explain(index, decision)
        to_reply(index, decision)

    return work


def _file(content: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        file.write(content)
    FILES.append(Path(file.name))
    return file.name


FILES: list[Path] = []


def _read(content: str) -> Callable[[], object]:
    path = _file(content)

    def work() -> None:
        base = check_base(path).base
        if base is not None:
            Index(base)

    return work


def _strict(content: str) -> Callable[[], object]:
    path = _file(content)
    return lambda: rules.lint(check_base(path), TODAY)


def _view(name: str) -> View:
    setting = Settings(TODAY)
    if name == "rich":
        return RichView(60, setting, colour=True, unicode=True)
    if name == "json":
        return JsonView(setting)
    return TextView(setting) if name == "text" else PlainView(setting)


def _draw(answer: str) -> Callable[[], object]:
    entry = Entry("a", "Q?", answer or "A.")
    base = LoadedBase((entry,))
    return lambda: [_view(name).entries([entry], base) for name in FORMATS]


def _show_many(name: str, n: int) -> Callable[[], object]:
    entries = tuple(
        Entry(f"e{k}", f"Q {k}?", "A.", sector=f"s{k}", related=(f"e{n - k - 1}",))
        for k in range(n)
    )
    sectors = tuple(Sector(f"s{k}", f"S {k}", None) for k in range(n))
    base = LoadedBase(entries, sectors=sectors)
    view = _view(name)

    def work() -> None:
        view.entries(entries, base)
        view.questions(entries)
        view.sectors(base)

    return work


def _show_findings(name: str, n: int) -> Callable[[], object]:
    findings = [Finding(k, 1, "tab", "a tab") for k in range(1, n + 1)]
    checked = CheckResult("kb.yaml", None, tuple(findings))
    return lambda: _view(name).findings(checked, findings)


def _evaluate(index: Index, n: int) -> Callable[[], object]:
    asked = [Asked(f"what is the visa fee {k}", frozenset(["visa-fee"])) for k in range(n)]
    return lambda: evaluate(index, asked)


class Measured(NamedTuple):
    """Processor time of a case."""

    n: int
    repeats: int
    seconds: list[float]  #: at n, 2n and 4n

    @property
    def ratio(self) -> float:
        """The larger factor of the two doublings."""
        first, second, third = self.seconds
        return max(second / first, third / second)


def measure(case: Case, tries: int = 2) -> Measured:
    """Find a size that takes long enough; measure it, twice and four times the size."""
    n, repeats = 250, 1
    while (seconds := _seconds(case.prepare(n), repeats)) < MIN_SECONDS:
        factor = 2 if seconds > MIN_SECONDS / 4 else 4
        if n * factor <= case.max_size:
            n *= factor
        else:
            repeats *= factor
    works = [case.prepare(size) for size in (n, 2 * n, 4 * n)]
    fastest = [min(_seconds(work, repeats) for _ in range(tries)) for work in works]
    return Measured(n, repeats, fastest)


def _seconds(work: Callable[[], object], repeats: int) -> float:
    gc.collect()
    start = time.process_time()
    for _ in range(repeats):
        work()
    return time.process_time() - start


def main() -> int:
    """Print the table; return 1 if a case grows too fast."""
    parser = argparse.ArgumentParser(description="Measure how work grows on hostile input.")
    parser.add_argument("--only", default="", help="cases with this word in their name")
    only = parser.parse_args().only
    print("| work | on | n | ms at n | 2n | 4n | × for a doubling |\n|---|---|---|---|---|---|---|")
    violations = 0
    for case in cases():
        if only in f"{case.work} {case.name}":
            measured = measure(case)
            if measured.ratio > MAX_RATIO:  # again, in case another process interfered
                measured = measure(case, tries=6)
            shown = " | ".join(f"{1000 * each / measured.repeats:.2f}" for each in measured.seconds)
            mark = " **violation**" if measured.ratio > MAX_RATIO else ""
            violations += bool(mark)
            name = case.name.replace("|", "\\|")
            cells = f"{case.work} | {name} | {measured.n} | {shown}"
            print(f"| {cells} | {measured.ratio:.2f}{mark} |", flush=True)
    for path in FILES:
        with contextlib.suppress(OSError):
            path.unlink()
    return bool(violations)


if __name__ == "__main__":
    sys.exit(main())
