"""Many questions in one run: bytes in, records and an exit code out."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pyte
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pakaz_cli.cli import batch
from pakaz_cli.cli.batch import BatchOptions, answers
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search.index import Index
from pakaz_cli.terminal.input import MAX_LINE, Source
from tests.conftest import COMMAND, PATIENCE, ROOT, SMALL, Pakaz, environment
from tests.terminal.test_streams import (
    HOSTILE,
    assert_clean,
    everything_from,
    on_terminal,
    shell,
)
from tests.test_linear import MOST, growth

SCHEMA = json.loads((ROOT / "src/pakaz_cli/data/record.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
#: A question that is answered, one that is ambiguous and one that is unknown, each with its code.
QUESTIONS = {"rice customs exemption": 0, "gas": 3, "weather in paris": 1}


def record_of(line: str | bytes) -> dict[str, Any]:
    """Read one record, which must be as the schema says."""
    record = json.loads(line, parse_constant=pytest.fail)
    VALIDATOR.validate(record)
    assert isinstance(record, dict)
    return record


def records_of(out: str) -> list[dict[str, Any]]:
    assert out == "" or out.endswith("\n")
    return [record_of(line) for line in out.split("\n")[:-1]]


@contextmanager
def coprocess(*words: str, seconds: float = PATIENCE) -> Iterator[subprocess.Popen[bytes]]:
    """Run batch between two pipes; whoever waits for it in vain gets an end of file in the end."""
    process = subprocess.Popen(
        [COMMAND, "batch", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield process
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def ask(process: subprocess.Popen[bytes], line: bytes) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(line)
    process.stdin.flush()
    return record_of(process.stdout.readline())


def peak_kib(process: subprocess.Popen[bytes]) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def test_the_schema_is_a_schema_and_is_shipped(pakaz: Pakaz) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    result = pakaz("batch", "--schema", "--format", "plain")
    assert (result.json, result.code) == (SCHEMA, 0)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("schema", 2), ("line", 0), ("outcome", "maybe"), ("outcome", "unknown")),
        *(("confidence", 1.1), ("answer", None), ("matches", []), ("question", None)),
        *(("corrections", [{"from": "a"}]), ("cut", False), ("question", "x" * 2001)),
        ("closest", ["a"]),
    ],
)
def test_the_schema_rejects_a_wrong_record(key: str, value: Any) -> None:
    record = record_of(answered(b"rice customs exemption")[0])
    assert not VALIDATOR.is_valid(record | {key: value})
    assert VALIDATOR.is_valid(record | {"added later": value})


def test_a_record_is_that_of_ask_with_its_line(pakaz: Pakaz) -> None:
    for options in ([], ["--explain", "--top", "1", "--sector", "energy"]):
        result = pakaz("batch", *options, stdin="\n".join(QUESTIONS).encode())
        assert (result.code, result.err) == (0, "")
        for number, (question, record) in enumerate(
            zip(QUESTIONS, records_of(result.out), strict=True), 1
        ):
            alone = pakaz("ask", "--json", *options, question).json
            VALIDATOR.validate(alone)
            assert record == alone | {"line": number}
            assert list(record)[:2] == ["schema", "line"]


def test_the_output_is_json_lines_in_every_format(pakaz: Pakaz) -> None:
    expected = pakaz("batch", stdin=b"gas\n").out
    for fmt in ("rich", "plain"):
        assert pakaz("batch", "--format", fmt, stdin=b"gas\n").out == expected
        assert pakaz("batch", stdin=b"gas\n", PAKAZ_FORMAT=fmt).out == expected


def test_a_coprocess_gets_each_reply_before_it_sends_the_next_line() -> None:
    asked = list(QUESTIONS)
    with coprocess() as process:
        for number in range(1000):
            record = ask(process, f"{asked[number % 3]}\n".encode())
            assert (record["line"], record["question"]) == (number + 1, asked[number % 3])
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")


def test_a_coprocess_gets_the_record_of_a_bad_line_at_once() -> None:
    with coprocess() as process:
        assert ask(process, b"\xff\n")["outcome"] == "error"
        assert ask(process, b"\n \n" + b"x" * (MAX_LINE + 1) + b"\n")["line"] == 4
        assert ask(process, b"gas\n")["outcome"] == "ambiguous"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n \n\t\r\n\xe3\x80\x80\n", []),
        (b"gas", [(1, "gas")]),
        (b"gas\r\nrice\r\n", [(1, "gas"), (2, "rice")]),
        (b"gas\r\r\n", [(1, "gas\r")]),
        (b"gas\rrice\n", [(1, "gas\rrice")]),
        (b"\xef\xbb\xbfgas\n\xef\xbb\xbfgas\n", [(1, "gas"), (2, "\ufeffgas")]),
        (b"\n\ngas\n\nrice", [(3, "gas"), (5, "rice")]),
        (
            "a\u2028b\u2029c\x0bd\x0ce\x85f\x1cg".encode(),
            [(1, "a\u2028b\u2029c\x0bd\x0ce\x85f\x1cg")],
        ),
        ("گیس\nБаку\n".encode(), [(1, "گیس"), (2, "Баку")]),
    ],
)
def test_only_a_line_feed_ends_a_line_and_blank_lines_count(
    pakaz: Pakaz, data: bytes, expected: list[tuple[int, str]]
) -> None:
    result = pakaz("batch", stdin=data)
    assert [(one["line"], one["question"]) for one in records_of(result.out)] == expected
    assert result.code == 0


BAD_LINES = {
    b"caf\xe9": "not UTF-8: byte 0xe9 at offset 3",
    b"\xed\xa0\x80": "not UTF-8: byte 0xed at offset 0",
    b"ga\0s": "a NUL byte at offset 2",
    b"\0": "a NUL byte at offset 0",
    b"x" * (MAX_LINE + 1): "the line is over 65,536 bytes long",
    b" " * 1_000_000: "the line is over 65,536 bytes long",
}


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_bad_line_becomes_a_record_and_the_stream_goes_on(pakaz: Pakaz, end: bytes) -> None:
    lines = [line for bad in BAD_LINES for line in (b"gas", bad)]
    for last in (b"", end):
        result = pakaz("batch", stdin=end.join(lines) + last)
        records = records_of(result.out)
        for number, error in enumerate(BAD_LINES.values()):
            good, bad = records[2 * number : 2 * number + 2]
            assert (good["line"], good["question"]) == (2 * number + 1, "gas")
            line = good["line"] + 1
            assert bad == {"schema": 1, "line": line, "outcome": "error", "error": error}
        assert len(records) == len(lines)
        assert (result.code, result.err) == (0, "")


def test_the_longest_line_is_64_kib_and_its_question_is_cut_with_a_mark(pakaz: Pakaz) -> None:
    result = pakaz("batch", stdin=b"x" * MAX_LINE + b"\n" + b"y" * 2000 + b"\n")
    long, short = records_of(result.out)
    assert (long["question"], long["cut"]) == ("x" * 2000, True)
    assert "cut" not in short
    assert pakaz("ask", "--json", "x" * 2001).json["cut"] is True


def test_with_null_a_question_may_contain_line_breaks(pakaz: Pakaz) -> None:
    result = pakaz("batch", "-0", stdin=b"\xef\xbb\xbfgas\nprice\0\0rice\r\0\xff\0weather")
    first, second, bad, last = records_of(result.out)
    assert (first["line"], first["question"]) == (1, "gas\nprice")
    assert (second["line"], second["question"]) == (3, "rice\r")
    assert (bad["line"], bad["outcome"]) == (4, "error")
    assert (last["line"], last["question"]) == (5, "weather")
    assert pakaz("batch", "--null", stdin=b"gas\0").out == pakaz("batch", stdin=b"gas\n").out


@pytest.mark.parametrize(
    "identifier",
    [
        *("0", "-0", "7", "1.10", "1e5", "1E+05", "-0.0", "0.1000000000000000055511151231257827"),
        *("123456789012345678901234567890", "9" * 4000, "1e-400", "null", "true", '""', "[]", "{}"),
        *('"\\ud83d"', '"گیس"', '"a\\nb"', '[1, {"a": [2.50, null]}]', '"\\u202e"', '"\\u007f"'),
    ],
)
def test_an_id_comes_back_as_it_was_given(identifier: str) -> None:
    line = f'{{"id": {identifier}, "question": "gas"}}'
    (answer,) = answered(line.encode() + b"\n", is_json=True)
    assert f'"line": 1, "id": {identifier}, "question": "gas", ' in answer
    record_of(answer)


def test_the_id_of_a_json_line_is_optional(pakaz: Pakaz) -> None:
    given = b'{"question": "gas"}\n\n{"id": {"a": 1.0}, "question": "gas", "more": [1]}\r\n'
    result = pakaz("batch", "--input", "jsonl", stdin=b"\xef\xbb\xbf" + given)
    first, second = records_of(result.out)
    assert "id" not in first
    assert second == first | {"line": 3, "id": {"a": 1.0}}
    assert result.code == 0


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("gas", "not JSON: Expecting value at character 1"),
        ('{"question": "gas"} {}', "not JSON: Extra data at character 21"),
        ('{"question": "a\tb"}', "not JSON: Invalid control character at character 16"),
        ("[]", "a line must be an object with a question"),
        ('"gas"', "a line must be an object with a question"),
        ("5", "a line must be an object with a question"),
        ("{}", "'question' must be text"),
        ('{"question": 5}', "'question' must be text"),
        ('{"question": null}', "'question' must be text"),
        ('{"question": "a", "question": "b"}', "the key 'question' is there twice"),
        ('{"question": "a", "id": {"k": 1, "k": 1}}', "the key 'k' is there twice"),
        ('{"question": "a", "id": NaN}', "not JSON: NaN"),
        ('{"question": "a", "id": -Infinity}', "not JSON: -Infinity"),
        ('{"question": "a", "id": 1e400}', "the number 1e400 is too large"),
        ('{"question": "a", "id": ' + "[" * 30_000 + "]" * 30_000 + "}", "nested too deeply"),
        ("{" + "[" * 100_000, "the line is over 65,536 bytes long"),
    ],
    ids=lambda value: value[:30],
)
def test_json_that_asks_nothing_is_a_bad_line(line: str, error: str) -> None:
    bad, good = answered(f'{line}\n{{"question": "gas"}}\n'.encode(), is_json=True)
    assert record_of(bad) == {"schema": 1, "line": 1, "outcome": "error", "error": error}
    assert record_of(good)["outcome"] == "ambiguous"


def test_a_duplicate_key_takes_steps_in_proportion_to_the_keys() -> None:
    class Key(str):
        """A key that makes each comparison a step."""

        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            return str.__eq__(self, other)

    def refuse(count: int) -> Callable[[], object]:
        pairs: list[tuple[str, Any]] = [
            (Key(number), None) for number in (*range(count), count - 1)
        ]

        def work() -> None:
            with pytest.raises(ValueError, match="is there twice"):
                batch._object(pairs)

        return work

    assert growth(refuse, 500) <= MOST


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"id":[', '{"question":', '"'])
def test_no_depth_of_nesting_breaks_the_stream(opening: str) -> None:
    deepest = opening * (MAX_LINE // len(opening))
    bad, good = answered(f'{deepest}\n{{"question": "gas"}}\n'.encode(), is_json=True)
    assert record_of(bad)["outcome"] == "error"
    assert record_of(good)["outcome"] == "ambiguous"


def test_a_bad_question_keeps_its_id_and_a_lone_surrogate_is_replaced() -> None:
    bad, half = answered(b'{"id": 1.0, "question": 5}\n{"question": "gas \\ud800"}\n', is_json=True)
    assert '"id": 1.0, "outcome": "error"' in bad
    assert record_of(half)["question"] == "gas \ufffd"


def answered(data: bytes, *, is_json: bool = False) -> list[str]:
    """The records of some input, in this process."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        lines = Source(file.fileno(), "").lines()
        options = BatchOptions(date(2026, 2, 1), is_json=is_json)
        return [answer.record for answer in answers(INDEX, lines, options)]


INDEX = Index(load_base(str(SMALL)))
LINES = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(["gas", "rice duty", " \t", "\u3000", "\ufeff", "\x0b\x1c"]).map(str.encode),
    st.builds(bytes.__mul__, st.just(b"x"), st.integers(MAX_LINE - 2, MAX_LINE + 2)),
    st.sampled_from([b"\xef\xbb\xbf", b"y" * (3 * MAX_LINE), b"\r"]),
)
INPUTS = st.lists(LINES, max_size=12).map(lambda lines: b"\n".join([*lines, b""][-13:]))


def expected_lines(data: bytes) -> list[int]:
    """The numbers of the lines that are not blank."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [number for number, line in enumerate(lines, 1) if line.decode("utf-8", "replace").strip()
            or len(line) > MAX_LINE]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(INPUTS)
def test_whatever_bytes_come_in_each_line_gets_a_valid_record(data: bytes) -> None:
    for end in (b"", b"no end"):
        told = answered(data + end)
        records = [record_of(line) for line in told]
        assert [record["line"] for record in records] == expected_lines(data + end)
        for line in told:
            assert line.count("\n") == 1
            assert_clean(line)


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(INPUTS)
def test_whatever_bytes_come_in_the_command_answers_them(data: bytes) -> None:
    done = subprocess.run(
        [COMMAND, "batch"],
        input=data,
        capture_output=True,
        env=environment(),
        check=True,
        timeout=PATIENCE,
    )
    assert done.stderr == b""
    records = list(map(record_of, done.stdout.split(b"\n")[:-1]))
    assert [record["line"] for record in records] == expected_lines(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(JSON, st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.booleans())
def test_whatever_id_is_given_comes_back(identifier: Any, question: str, is_ascii: bool) -> None:
    line = json.dumps({"id": identifier, "question": question}, ensure_ascii=is_ascii)
    data = line.encode("utf-8", "surrogatepass")
    (told,) = answered(data, is_json=True)
    record = record_of(told)
    assert_clean(told)
    if is_ascii:
        assert (record["id"], record["question"]) == (identifier, question)
    else:
        try:
            data.decode()
        except UnicodeDecodeError:
            assert record["error"].startswith("not UTF-8")
        else:
            assert record["id"] == identifier


@settings(deadline=None, max_examples=100)
@given(
    st.text(st.sampled_from('{}[]":,\\ueE+-.0123456789 question id NaN true\ud800'), max_size=60)
)
def test_nothing_that_looks_like_json_breaks_the_stream(line: str) -> None:
    data = line.encode("utf-8", "surrogatepass") + b'\n{"question": "gas"}'
    assert record_of(answered(data, is_json=True)[-1])["outcome"] == "ambiguous"


@pytest.mark.parametrize("options", [[], ["--input", "jsonl"], ["-0"], ["--explain"]])
def test_nothing_in_a_line_acts_on_a_terminal(pakaz: Pakaz, options: list[str]) -> None:
    hostile = {"question": HOSTILE, "id": HOSTILE}
    lines = [HOSTILE, json.dumps(hostile), json.dumps(hostile, ensure_ascii=False)]
    lines += [json.dumps({HOSTILE: 1})[:-1] + "," + json.dumps({HOSTILE: 1})[1:]]
    result = pakaz("batch", *options, stdin="\n".join(lines).encode())
    assert len(records_of(result.out)) == (1 if options == ["-0"] else 4)
    assert_clean(result.out)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("rice customs exemption", 0),
        ("", 0),
        ("rice customs exemption\ngas", 3),
        ("gas\nweather in paris\nrice customs exemption", 1),
        ("\0\nweather in paris\ngas", 65),
    ],
)
def test_fail_exits_with_the_worst_outcome(pakaz: Pakaz, lines: str, code: int) -> None:
    assert pakaz("batch", "--fail", stdin=lines.encode()).code == code
    assert pakaz("batch", stdin=lines.encode()).code == 0


def test_a_file_is_read_like_standard_input(pakaz: Pakaz, tmp_path: Path) -> None:
    path = tmp_path / "questions"
    path.write_bytes(b"gas\nrice duty\n")
    expected = pakaz("batch", stdin=path.read_bytes()).out
    assert pakaz("batch", str(path), stdin=b"weather").out == expected
    assert pakaz("batch", "-", stdin=path.read_bytes()).out == expected
    assert shell(f'"$PAKAZ" batch <(cat {path})').stdout.decode() == expected
    assert shell(f'(read -r _; "$PAKAZ" batch) < {path}').stdout.count(b"\n") == 1


def test_input_that_cannot_be_read_is_66_and_one_line(pakaz: Pakaz, tmp_path: Path) -> None:
    def told(result: Any, name: str, reason: str) -> bool:
        line = f"pakaz: error: cannot read the questions ({name}: {reason})\n"
        return (result.code, result.out, result.err) == (66, "", line)

    missing = str(tmp_path / "missing")
    assert told(pakaz("batch", missing), missing, "no such file or directory")
    assert told(pakaz("batch", str(tmp_path)), str(tmp_path), "is a directory")
    assert pakaz("batch", "").code == 66
    closed = shell('"$PAKAZ" batch <&-')
    assert (closed.returncode, closed.stderr) == (
        66,
        b"pakaz: error: cannot read the questions (standard input: closed)\n",
    )
    assert_clean(pakaz("batch", f"/tmp/{HOSTILE}").err)


def test_a_wrong_command_line_or_knowledge_base_is_reported_before_input_is_read(
    pakaz: Pakaz,
) -> None:
    for words, code in (
        (["--sector", "nowhere"], 2),
        (["--input", "csv"], 2),
        (["--top", "0"], 2),
        (["a", "b"], 2),
        (["--kb", "/nowhere"], 66),
    ):
        result = pakaz("batch", *words, stdin=b"gas\n")
        assert (result.code, result.out) == (code, ""), words


def test_endless_input_ends_silently_when_the_reader_closes_the_pipe() -> None:
    done = shell('yes gas | "$PAKAZ" batch | head -1; echo ${PIPESTATUS[1]}')
    record, status = done.stdout.splitlines()
    assert record_of(record)["line"] == 1
    assert (status, done.stderr) == (b"141", b"")


def test_a_non_blocking_input_is_waited_for() -> None:
    read, write = os.pipe()
    os.set_blocking(read, False)
    with subprocess.Popen(
        [COMMAND, "batch"], stdin=read, stdout=subprocess.PIPE, env=environment()
    ) as process:
        os.close(read)
        assert process.stdout
        for number in (1, 2):
            os.write(write, b"gas\n")
            assert record_of(process.stdout.readline())["line"] == number
        os.close(write)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_a_signal_ends_it_between_whole_records(sent: signal.Signals, code: int) -> None:
    with coprocess() as process:
        ask(process, b"gas\n")
        process.send_signal(sent)
        rest, errors = process.communicate()
    assert (process.returncode, rest, errors) == (code, b"", b"")


def test_processes_that_append_to_one_file_leave_whole_records(tmp_path: Path) -> None:
    shared = tmp_path / "records"
    question = "gas rice " + "ə" * 1900
    processes = []
    for number in range(8):
        path = tmp_path / str(number)
        path.write_text(
            "".join(
                json.dumps({"id": [number, line], "question": f"{question} {line}"}) + "\n"
                for line in range(30)
            )
        )
        with shared.open("ab") as out:
            words = [str(COMMAND), "batch", "--input", "jsonl", "--explain", str(path)]
            processes.append(subprocess.Popen(words, stdout=out, env=environment()))
    assert [process.wait(PATIENCE) for process in processes] == [0] * 8
    records = records_of(shared.read_text())
    assert max(map(len, shared.read_bytes().split(b"\n"))) > io.DEFAULT_BUFFER_SIZE
    for number in range(8):
        mine = [one["id"][1] for one in records if one["id"][0] == number]
        assert mine == list(range(30))


def drawn_on_stderr(words: list[str], stdin: int, tmp_path: Path, **environ: str) -> bytes:
    """Run batch with a terminal as its stderr alone and return what it drew there."""
    terminal, slave = os.openpty()
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            [COMMAND, "batch", *words],
            stdin=stdin,
            stdout=out,
            stderr=slave,
            env=environment(**environ),
        )
    os.close(slave)
    drawn = everything_from(terminal)
    assert process.wait(PATIENCE) == 0
    return drawn


def test_progress_is_drawn_while_a_person_waits_for_a_file_and_then_erased(tmp_path: Path) -> None:
    path = tmp_path / "questions"
    path.write_text("gas rice jets\n" * 2500)
    drawn = drawn_on_stderr([str(path)], subprocess.DEVNULL, tmp_path)
    assert re.search(rb"[\d,]+ questions .*\d+%", drawn)
    assert (tmp_path / "out").read_bytes().count(b"\n") == 2500
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(drawn)
    assert "".join(screen.display).isspace()
    assert not screen.cursor.hidden
    assert b"?25l" not in drawn


def test_progress_is_drawn_only_on_a_watched_terminal_for_a_known_size(tmp_path: Path) -> None:
    path = tmp_path / "questions"
    path.write_text("gas rice jets\n" * 2500)
    assert drawn_on_stderr(["-q", str(path)], subprocess.DEVNULL, tmp_path) == b""
    assert drawn_on_stderr([str(path)], subprocess.DEVNULL, tmp_path, TERM="dumb") == b""
    with subprocess.Popen(["/bin/cat", path], stdout=subprocess.PIPE) as cat:
        assert cat.stdout
        assert drawn_on_stderr([], cat.stdout.fileno(), tmp_path) == b""
    shown, code = on_terminal("batch", str(path))
    assert (code, len(records_of(shown))) == (0, 2500)


def test_a_line_of_any_length_takes_no_more_memory() -> None:
    with coprocess() as process:
        ask(process, b"gas\n")
        before = peak_kib(process)
        assert process.stdin
        for _ in range(200):
            process.stdin.write(b"x" * 1_000_000)
        assert ask(process, b"\n")["outcome"] == "error"
        assert peak_kib(process) - before < 2_000


@pytest.mark.slow
def test_a_million_lines_take_no_more_memory_than_a_hundred_thousand() -> None:
    many, asked = 1_000_000, list(QUESTIONS)
    with coprocess(seconds=10 * PATIENCE) as process:
        assert process.stdin
        assert process.stdout
        feed = process.stdin

        def write() -> None:
            for number in range(many):
                feed.write(f"{asked[number % 3]} {number}\n".encode())
            feed.flush()

        writer = threading.Thread(target=write)
        writer.start()
        early = 0
        for number in range(1, many + 1):
            line = process.stdout.readline()
            assert f'"line": {number},'.encode() in line
            if number == many // 10:
                early = peak_kib(process)
        late = peak_kib(process)
        writer.join()
    assert late - early < 5 * 1024, (early, late)
