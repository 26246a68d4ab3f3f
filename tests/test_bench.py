"""The benchmarks run, and measure what they say."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import ROOT, Pakaz

BENCH = ROOT / "bench"


def module(name: str) -> Any:
    """Import a module of the benchmarks, which are not a package."""
    sys.path.insert(0, str(BENCH))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(BENCH))


generated, growth, running, sets, startup = map(
    module, ("generated", "growth", "running", "sets", "startup")
)


def script(name: str, *words: str, stdin: str = "", **environ: str) -> str:
    """Run a script, which has to succeed, and return its output."""
    done = subprocess.run(
        [sys.executable, str(BENCH / name), *words],
        input=stdin,
        capture_output=True,
        text=True,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", **environ},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return done.stdout


# Every script


class Smoke(NamedTuple):
    """Arguments for a tiny run, and what it has to print and write."""

    words: list[str]
    output: str = ""
    file: str = ""
    needs: str = ""  #: library of the extra [bench]


SMOKES = {
    "ablation.py": Smoke(["set"], "| a lower weight of stop words | "),
    "closest.py": Smoke(["set"], "| 0.15 | 1.00 | "),
    "confidence.py": Smoke(["set"], "\nis offered ", needs="sklearn"),
    "generated.py": Smoke(["kb.yaml", "--entries", "10"], file="kb.yaml"),
    "growth.py": Smoke(
        ["--sizes", "50", "--questions", "5", "--runs", "1", "--json", "new.json"],
        "\n| entries | YAML MB | compiled MB |",
        "new.json",
    ),
    "linear.py": Smoke(["--only", "findings shown plain"], "| findings shown | plain |"),
    "plot.py": Smoke(["figures.json", "plot.svg"], file="plot.svg", needs="matplotlib"),
    "scan.py": Smoke(["questions.jsonl"], '"entry-7"'),
    "search.py": Smoke(["--entries", "50", "--questions", "3"], "| 50 | SQLite FTS5 | 3 |"),
    "startup.py": Smoke(["--pairs", "1", "--sizes", "50"], "| 50 | `ask`, unknown, compiled |"),
    "suggestions.py": Smoke(["--entries", "50", "--questions", "1"], "| 50 | misspelt | drawn |"),
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a question set and figures of growth."""
    monkeypatch.chdir(tmp_path)
    asked = [{"question": generated.query(n), "expect": [f"entry-{n}"]} for n in range(20)]
    asked.append({"question": generated.UNKNOWN, "expect": []})
    lines = "".join(json.dumps(each) + "\n" for each in asked)
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "questions.jsonl").write_text(lines)
    (tmp_path / "questions.jsonl").write_text(lines)
    generated.write(tmp_path / "set" / "kb.yaml", generated.yaml_lines(20))
    answers = [growth.Answers(n, growth.COMPILED, 2.5, 0.03, 15, 9, 99.0) for n in (100, 1_000)]
    builds = [growth.Build(n, growth.COMPILED, n / 500, 20, n, n) for n in (100, 1_000)]
    figures = {"answers": answers, "builds": builds}
    rows = {name: [row._asdict() for row in table] for name, table in figures.items()}
    (tmp_path / "figures.json").write_text(json.dumps({"machine": "", **rows}))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [path.name for path in sorted(BENCH.glob("*.py")) if "__main__" in path.read_text()]
)
def test_every_script_runs(name: str, work: Path) -> None:
    smoke = SMOKES[name]
    if smoke.needs:
        pytest.importorskip(smoke.needs)
    assert smoke.output in script(name, *smoke.words, stdin=generated.query(7))
    assert not smoke.file or (work / smoke.file).stat().st_size


@pytest.mark.slow
def test_two_installed_commands_are_compared_in_one_run() -> None:
    commands = ["--command", running.COMMAND] * 2
    printed = script("startup.py", "--pairs", "1", "--only", "`--version`", *commands)
    assert "| case | command | × processor time |" in printed
    assert printed.count(f"| `--version` | {running.COMMAND} |") == 2


def test_question_sets_are_those_of_the_command_line_or_the_environment(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAKAZ_BENCH_SETS", raising=False)
    assert sets.load([]) == []
    monkeypatch.setenv("PAKAZ_BENCH_SETS", str(work))
    for (found,) in (sets.load([]), sets.load([work / "set"])):
        assert (found.name, len(found.base.entries), len(found.questions)) == ("set", 20, 21)


@pytest.mark.parametrize(
    ("target", "message"),
    [("ranking._none", "no attribute '_none'"), ("ranking.rank", "is never called")],
)
def test_an_ablation_of_what_is_not_there_stops(
    target: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ablation = module("ablation")
    change = ablation.Change("a part", target, lambda value: value)
    with pytest.raises(SystemExit, match=message):
        ablation.figures_without(change, [])


# Generated knowledge bases


def test_a_generated_base_is_the_same_in_any_process(tmp_path: Path) -> None:
    written = []
    for hash_seed in ("1", "2"):
        path = tmp_path / f"{hash_seed}.yaml"
        script("generated.py", str(path), "--entries", "50", PYTHONHASHSEED=hash_seed)
        written.append(path.read_bytes())
    assert written[0] == written[1] == "".join(generated.yaml_lines(50)).encode()
    assert "".join(generated.yaml_lines(50, seed=2)).encode() != written[0]


def test_a_larger_base_begins_with_the_smaller_and_no_entry_is_repeated() -> None:
    larger = "".join(generated.yaml_lines(2_000))
    assert larger.startswith("".join(generated.yaml_lines(1_000)))
    entries = [generated.entry(number) for number in range(2_000)]
    assert larger.count("\n  - id: entry-") == 2_000
    assert (
        len({entry.id for entry in entries}) == len({entry.question for entry in entries}) == 2_000
    )
    assert all(6 <= len(entry.question.split()) <= 12 for entry in entries)


def test_names_are_distinct_up_to_a_million_entries() -> None:
    names = {generated.name(number) for number in range(1_000_000 // generated.SHARING + 1)}
    assert len(names) == 1_000_000 // generated.SHARING + 1
    assert names.isdisjoint(generated.WORDS)


def test_a_million_entries_are_below_the_size_limit_of_a_file() -> None:
    last = range(999_000, 1_000_000)
    entry = sum(len(str(generated.entry(number)._asdict())) for number in last) / len(last)
    assert 1_000_000 * (entry + 60) < 512 * 1024 * 1024  # YAML adds less than 60 bytes


def test_a_generated_base_is_valid_and_answers_its_queries(pakaz: Pakaz, tmp_path: Path) -> None:
    base, listed = generated.cached(tmp_path, 100)
    checked = pakaz("kb", "check", str(base))
    assert (checked.code, "no findings in 100 entries" in checked.out + checked.err) == (0, True)
    assert len(listed.read_text("ascii").splitlines()) > 200
    for case in startup.sized("pakaz", base, "YAML", 100):
        assert pakaz(*case.command[1:]).code in case.codes, case.name


def test_a_cached_base_is_written_once_without_partial_files(tmp_path: Path) -> None:
    base, _ = generated.cached(tmp_path, 10)
    before = base.stat().st_mtime_ns
    assert generated.cached(tmp_path, 10)[0].stat().st_mtime_ns == before
    assert {path.suffix for path in tmp_path.iterdir()} == {".yaml", ".txt"}


# Measured commands


def python(code: str, **more: Any) -> Any:
    return running.Case("python", [sys.executable, "-c", code], **more)


def test_an_unexpected_exit_code_is_an_error() -> None:
    assert running.run(python("raise SystemExit(3)", codes=(3,))).processor > 0
    for is_on_terminal in (False, True):
        with pytest.raises(running.CaseError, match="exit code 3, expected 0 or 1"):
            running.run(python("raise SystemExit(3)", codes=(0, 1), is_on_terminal=is_on_terminal))
    with pytest.raises(running.CaseError, match="exit code 3, expected 0"):
        running.launch(python("raise SystemExit(3)"))


def test_peak_memory_is_that_of_the_command_alone() -> None:
    ballast = bytearray(200_000_000)
    assert running.peak(python("pass"), 1) < 60
    assert running.peak(python("x = b'x' * 100_000_000"), 1) > 100
    assert len(ballast) == 200_000_000


def test_a_command_on_a_terminal_is_on_one() -> None:
    running.run(python("import sys; assert sys.stdout.isatty()", is_on_terminal=True))


def test_wall_time_ends_at_the_prompt_which_is_then_left() -> None:
    chat = "import time; time.sleep(0.3)\ntry: input('\\x1b[1mme › \\x1b[0m\\r\\n \\b')\nexcept EOFError: pass"
    cost = running.run(python(chat, is_on_terminal=True, prompt=startup.PROMPTS))
    assert cost.wall >= 0.3
    with pytest.raises(running.CaseError, match="no prompt"):
        running.run(python("print('gone')", is_on_terminal=True, prompt=startup.PROMPTS))


def test_cases_measured_in_turn_share_the_runs_of_the_empty_python() -> None:
    fast, slow = running.measure_in_turn([python("pass"), python("sum(range(10**7))")], 3)
    assert fast.pairs == slow.pairs == 3
    assert fast.empty == slow.empty
    assert 0.2 < fast.times_processor < 5
    assert fast.processor < slow.processor
    assert len(fast.cells) == len(running.HEAD)
