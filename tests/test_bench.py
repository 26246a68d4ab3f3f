"""The benchmarks measure what they say: what is generated, run and drawn is as promised."""

from __future__ import annotations

import importlib
import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ROOT, Pakaz

BENCH = ROOT / "bench"


def module(name: str) -> Any:
    """A module of the benchmarks, which find each other where they lie."""
    sys.path.insert(0, str(BENCH))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(BENCH))


generated, plot, running, startup = map(module, ("generated", "plot", "running", "startup"))


def script(name: str, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(BENCH / name), *words],
        capture_output=True,
        text=True,
        env={"PATH": os.defpath, **environ},
        check=True,
    )


# What is generated


def test_the_same_number_of_entries_is_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    written = []
    for hash_seed in ("1", "2"):
        path = tmp_path / f"{hash_seed}.yaml"
        script("generated.py", str(path), "--entries", "50", PYTHONHASHSEED=hash_seed)
        written.append(path.read_bytes())
    assert written[0] == written[1] == "".join(generated.lines(50)).encode()
    assert "".join(generated.lines(50, seed=2)).encode() != written[0]


def test_a_larger_knowledge_base_begins_with_the_smaller() -> None:
    assert "".join(generated.lines(200)).startswith("".join(generated.lines(100)))


def test_there_are_as_many_entries_as_asked_for_and_each_is_another() -> None:
    entries = [generated.entry(number) for number in range(2_000)]
    assert "".join(generated.lines(2_000)).count("\n  - id: entry-") == 2_000
    assert len({one.id for one in entries}) == len({one.question for one in entries}) == 2_000
    assert all(6 <= len(one.question.split()) <= 12 for one in entries)


def test_names_are_all_different_up_to_a_million_entries() -> None:
    names = {generated.name(number) for number in range(1_000_000 // generated.SHARING + 1)}
    assert len(names) == 1_000_000 // generated.SHARING + 1
    assert names.isdisjoint(generated.WORDS)


def test_a_knowledge_base_of_any_size_is_written_as_it_is_made() -> None:
    first = list(itertools.islice(generated.lines(10**12), 100))
    assert first == list(itertools.islice(generated.lines(100), 100))


def test_a_million_entries_are_under_the_limit_of_a_file() -> None:
    last = range(999_000, 1_000_000)
    entry = sum(len(str(generated.entry(number)._asdict())) for number in last) / len(last)
    assert 1_000_000 * (entry + 60) < 512 * 1024 * 1024  # 60 for what the format adds, and more


def test_a_generated_knowledge_base_is_valid_and_answers(pakaz: Pakaz, tmp_path: Path) -> None:
    base, listed = generated.kept(tmp_path, 100)
    checked = pakaz("kb", "check", str(base))
    assert (checked.code, "no findings in 100 entries" in checked.out + checked.err) == (0, True)
    assert len(listed.read_text("ascii").splitlines()) > 200
    for case in startup.sized(base, "YAML", 100):
        assert pakaz(*case.command[1:]).code in case.codes, case.name


def test_what_is_kept_is_written_once_and_nothing_half_done_stays(tmp_path: Path) -> None:
    base, _ = generated.kept(tmp_path, 10)
    before = base.stat().st_mtime_ns
    assert generated.kept(tmp_path, 10)[0].stat().st_mtime_ns == before
    assert {path.suffix for path in tmp_path.iterdir()} == {".yaml", ".txt"}


# What is run


def python(code: str, **more: Any) -> Any:
    return running.Case("python", [sys.executable, "-c", code], **more)


def test_another_exit_code_than_expected_is_an_error() -> None:
    assert running.run(python("raise SystemExit(3)", codes=(3,))).processor > 0
    for is_on_terminal in (False, True):
        with pytest.raises(running.CaseError, match="exit code 3 instead of 0 or 1"):
            running.run(python("raise SystemExit(3)", codes=(0, 1), is_on_terminal=is_on_terminal))
    with pytest.raises(running.CaseError, match="exit code 3 instead of 0"):
        running.launch(python("raise SystemExit(3)"))


def test_the_peak_of_the_memory_is_that_of_the_command_alone() -> None:
    held = bytearray(200_000_000)
    assert running.peak(python("pass"), 1) < 60
    assert running.peak(python("x = b'x' * 100_000_000"), 1) > 100
    assert len(held) == 200_000_000


def test_a_command_on_a_terminal_is_on_one() -> None:
    running.run(python("import sys; assert sys.stdout.isatty()", is_on_terminal=True))


def test_a_prompt_is_waited_for_and_then_left() -> None:
    talk = "import time; time.sleep(0.3)\ntry: input('\\x1b[1mme › \\x1b[0m\\r\\n \\b')\nexcept EOFError: pass"
    cost = running.run(python(talk, is_on_terminal=True, prompt=startup.PROMPTS))
    assert cost.wall >= 0.3
    with pytest.raises(running.CaseError, match="no prompt came"):
        running.run(python("print('gone')", is_on_terminal=True, prompt=startup.PROMPTS))


def test_pairs_give_medians_and_ratios() -> None:
    measured = running.measure(python("pass"), 3)
    assert measured.pairs == 3
    assert 0.2 < measured.times_processor < 5
    assert len(measured.cells) == len(running.HEAD)


@pytest.mark.parametrize("name", ["generated.py", "startup.py", "growth.py"])
def test_a_script_tells_how_it_is_used(name: str) -> None:
    assert script(name, "--help").stdout.startswith(f"usage: {name}")


# What is drawn

LINES: dict[str, dict[str, list[tuple[float, float]]]] = {
    "one point": {"pakaz, built": [(100, 12.5)]},
    "lines that end together": {
        name: [(100, 20), (1_000_000, 30)]
        for name in ("pakaz, built", "pakaz, YAML", "fzf --filter", "full scan (WRatio)")
    },
    "lines that end early": {
        "pakaz, YAML": [(100, 120), (20_000, 6_500)],
        "pakaz, built": [(100, 14), (1_000, 14), (1_000_000, 17)],
        "a < b & c": [(100, 0.002), (1_000_000, 50_000)],
    },
    "a line without points": {"fzf --filter": [], "pakaz, built": [(100, 1), (1_000, 1)]},
}


def labels(drawing: str) -> list[tuple[str, float, float, float]]:
    """Each text, and from where to where and at which height it stands."""
    root = ET.fromstring(drawing)
    size = float(root.attrib["font-size"])
    found = []
    for group in root.iter("{http://www.w3.org/2000/svg}g"):
        right, down = map(float, group.attrib["transform"][len("translate(") : -1].split())
        for label in group.iter("{http://www.w3.org/2000/svg}text"):
            words, width = label.text or "", 0.65 * size * len(label.text or "")
            share = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.attrib["text-anchor"]]
            left = right + float(label.attrib["x"]) - share * width
            found.append((words, left, left + width, down + float(label.attrib["y"])))
    return found


@pytest.mark.parametrize("name", LINES)
def test_every_label_is_inside_the_drawing_and_every_line_has_one(name: str) -> None:
    panels = [
        plot.Panel(f"Panel {n}: processor time, ms", "entries", LINES[name]) for n in range(3)
    ]
    drawing = plot.svg([*panels, plot.Panel("Nothing", "entries", {})], "a < b")
    _, _, width, height = map(float, ET.fromstring(drawing).attrib["viewBox"].split())
    found = labels(drawing)
    for words, left, right, down in found:
        assert 0 <= left < right <= width, words
        assert 12 <= down <= height - 3, words
    told = [words for words, *_ in found]
    for line, points in LINES[name].items():
        assert told.count(line) == 3 * bool(points)
    assert "Nothing" not in told


def test_no_two_labels_of_lines_stand_on_each_other() -> None:
    names = LINES["lines that end together"]
    places = [
        down
        for words, *_, down in labels(plot.svg([plot.Panel("P", "n", names)], "w"))
        if words in names
    ]
    assert min(b - a for a, b in itertools.pairwise(sorted(places))) >= plot.FONT


@pytest.mark.parametrize("colour", [plot.GREY, *(style[0] for style in plot.STYLES)])
def test_every_colour_is_legible_on_white_and_on_black(colour: str) -> None:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 3.5
    assert (luminance + 0.05) / 0.05 >= 3.5


def test_ticks_are_powers_of_ten_with_plain_labels() -> None:
    scale = plot.scale([100, 1_000_000], 0, 400)
    assert [plot.told(tick) for tick in scale.ticks] == ["100", "1 k", "10 k", "100 k", "1 M"]
    assert [scale(value) for value in (100, 10_000, 1_000_000)] == [0, 200, 400]
    assert [plot.told(tick) for tick in plot.scale([0.02, 0.02], 0, 1).ticks] == ["0.01", "0.1"]
