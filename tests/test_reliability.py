"""The promises of docs/reliability.md that are about every command, on the installed command."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pakaz_cli.errors import InputMissingError
from pakaz_cli.knowledge import strict_yaml
from pakaz_cli.knowledge.load import check_base
from pakaz_cli.model import Level
from tests.conftest import COMMAND, PATIENCE, ROOT, SMALL, Pakaz, environment, run_pakaz
from tests.terminal.test_streams import shell

SLOW = pytest.mark.slow
QUESTIONS = '{"question": "rice customs exemption", "expect": ["rice-duty"]}\n'


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "q.jsonl"
    path.write_text(QUESTIONS)
    return path


#: Every command that writes to stdout, with its usual exit code. {Q} is a question file.
COMMANDS = {
    "ask": ("ask rice customs exemption", 0),
    "ask, explained": ("ask --explain --format text rice customs exemption", 0),
    "ask, ambiguous": ("ask gas --format text", 3),
    "ask, unknown": ("ask weather --json", 1),
    "ask from stdin": ("ask - --json", 1),
    "list": ("list", 0),
    "list, drawn": ("list --format rich", 0),
    "sectors": ("sectors --json", 0),
    "a sector": ("sectors energy", 0),
    "show": ("show gas-deal", 0),
    "show, not there": ("show gas-deal nope", 1),
    "check": ("kb check --json --strict", 65),
    "batch": ("batch {Q}", 0),
    "batch, explained": ("batch --fail --explain {Q}", 0),
    "eval": ("kb eval {Q}", 0),
    "eval, too low": ("kb eval {Q} --min in_scope=2", 1),
    "version": ("--version", 0),
    "help": ("--help", 0),
    "help of a command": ("ask --help", 0),
    "help of a group": ("kb --help", 0),
}


#: These are tried in the fast suite, one for each way to the streams; the others are slow.
OFTEN = ("ask from stdin", "show, not there", "help")
EVERY = [pytest.param(name, marks=() if name in OFTEN else SLOW) for name in COMMANDS]


def run(
    name: str, redirected: str, asked: Path, **environ: str
) -> subprocess.CompletedProcess[bytes]:
    words = COMMANDS[name][0].format(Q=asked)
    return shell(f'"$PAKAZ" {words} {redirected}', **environ)


@pytest.mark.parametrize("name", EVERY)
def test_lost_output_is_never_success_in_any_command(name: str, asked: Path) -> None:
    told = b"pakaz: error: output could not be written: "
    full = run(name, "</dev/null >/dev/full", asked)
    assert full.returncode == 74
    assert full.stderr.splitlines()[-1] == told + b"No space left on device"
    assert b"Traceback" not in full.stderr
    closed = run(name, "</dev/null >&-", asked)
    assert closed.returncode == 74
    assert closed.stderr.splitlines()[-1] == told + b"the stream is closed"


@pytest.mark.parametrize("name", EVERY)
def test_a_closed_stdin_or_stderr_changes_no_outcome(name: str, asked: Path) -> None:
    code = COMMANDS[name][1]
    usual = run(name, "</dev/null", asked)
    assert usual.returncode == code
    for redirected in ("<&-", "2>&- </dev/null", "<&- 2>&-", "</dev/null 2>/dev/full"):
        done = run(name, redirected, asked)
        assert (done.returncode, without_time(done.stdout)) == (code, without_time(usual.stdout))
    assert run(name, ">&- 2>&- <&-", asked).returncode == 74


def without_time(shown: bytes) -> bytes:
    return re.sub(rb'"ms_per_question": [0-9.]+|processor time: [0-9.]+ ms', b"", shown)


@pytest.mark.parametrize("name", EVERY)
def test_every_command_dies_silently_by_sigpipe_when_nobody_reads(name: str, asked: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [COMMAND, *COMMANDS[name][0].format(Q=asked).split()],
        stdin=subprocess.DEVNULL,
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    os.close(write)
    assert done.returncode == -signal.SIGPIPE
    # Notices go to stderr before the answer is written.
    assert all(line.startswith(b"pakaz: no entry") for line in done.stderr.splitlines())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base that takes seconds to read."""
    path = tmp_path_factory.mktemp("large") / "kb.yaml"
    entry = "- {{id: e{0}, question: 'What is number {0} of ward {1}?', answer: It is {0}.}}\n"
    path.write_text(
        "schema: 1\nentries:\n" + "".join(entry.format(k, k % 97) for k in range(15_000))
    )
    return path


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)], ids=["INT", "TERM"]
)
@pytest.mark.parametrize(
    "words",
    [
        "ask - --kb {SMALL}",
        "ask what is number 5 of ward 5 --kb {LARGE}",
        *(
            pytest.param(words, marks=SLOW)
            for words in ("list --kb {LARGE}", "kb check --strict {LARGE}", "kb eval {LARGE}")
        ),
    ],
)
def test_sigint_is_130_and_sigterm_kills_whatever_is_being_done(
    words: str, sent: signal.Signals, code: int, large: Path
) -> None:
    process = subprocess.Popen(
        [COMMAND, *words.format(SMALL=SMALL, LARGE=large).split()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    wait_until_busy(process)
    assert process.poll() is None
    process.send_signal(sent)
    out, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, errors) == (code, b"", b"")


def wait_until_busy(process: subprocess.Popen[bytes], seconds: float = 0.25) -> None:
    """Wait until it has used some processor time, or has slept for a while, waiting for input."""
    end, slept = time.monotonic() + PATIENCE, 0
    while time.monotonic() < end and process.poll() is None:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        slept = slept + 1 if fields[0] == "S" else 0
        if used > seconds or slept > 20:
            return
        time.sleep(0.01)


@SLOW
def test_these_tests_hold_where_interrupts_are_ignored() -> None:
    """So they are in a background job of a script."""
    name = "test_sigint_is_130_and_sigterm_kills_whatever_is_being_done"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", f"{__file__}::{name}", "-k", "SMALL"],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        cwd=ROOT,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert b"2 passed" in done.stdout


@SLOW
def test_where_interrupts_are_ignored_they_stay_ignored(large: Path) -> None:
    process = subprocess.Popen(
        [COMMAND, "show", "e5", "--kb", large],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        stdout=subprocess.PIPE,
        env=environment(),
    )
    wait_until_busy(process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, b"It is 5.\n")


@pytest.mark.parametrize("words", ["list", "--help"])
def test_output_over_the_file_size_limit_is_74(words: str, tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"x" * 1024)
    done = shell(f'ulimit -f 1; "$PAKAZ" {words} >> {tmp_path}/full', PAKAZ_KB="")
    assert done.returncode == 74
    assert b"output could not be written: File too large" in done.stderr


def test_a_knowledge_base_that_cannot_be_written_whole_is_73_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    done = shell(f'ulimit -f 0; "$PAKAZ" kb init {tmp_path}/new.yaml')
    assert done.returncode == 73
    assert list(tmp_path.iterdir()) == []
    for place in ("/dev/full", str(tmp_path), f"{tmp_path}/no/such/place", f"{tmp_path}/x\0y", ""):
        if "\0" not in place:
            assert shell(f'"$PAKAZ" kb init "{place}"').returncode == 73
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert shell(f'"$PAKAZ" kb init {tmp_path}/link').returncode == 73
    assert not (tmp_path / "elsewhere").exists()


FAILING = """
import importlib, sys
module, _, name = sys.argv[1].partition(":")
holder = importlib.import_module(module)
*owners, last = name.split(".")
for owner in owners:
    holder = getattr(holder, owner)
def fail(*_, **__):
    secret = "a local"
    raise RuntimeError("surprise \\x1b[2J\\nsecond line")
setattr(holder, last, fail)
from pakaz_cli.cli import commands
sys.exit(commands.run(sys.argv[2:]))
"""


@pytest.mark.parametrize(
    "place",
    [
        *("knowledge.load:load_base", "knowledge.strict_yaml:parse", "knowledge.schema:build"),
        *("search.index:Index.__init__", "text.words:split_words", "search.engine:decide"),
        *("search.engine:to_reply", "views.plain:PlainView.reply", "terminal.screen:Screen.show"),
    ],
)
def test_a_bug_anywhere_is_70_and_one_line(place: str) -> None:
    words = [f"pakaz_cli.{place}", "ask", "rice customs exemption"]
    for more in ([], ["--debug"]) if place == "search.engine:to_reply" else ([],):
        done = subprocess.run(
            [sys.executable, "-c", FAILING, *words, *more],
            capture_output=True,
            env=environment(PAKAZ_SECRET="hunter2"),
            check=False,
        )
        assert (done.returncode, done.stdout) == (70, b"")
        *trace, last = done.stderr.decode().splitlines()
        assert last == (
            "pakaz: a bug in pakaz, please report it:"
            " RuntimeError: surprise ^[[2J second line (--debug shows where)"
        )
        assert bool(trace) == bool(more)
        assert not re.search(r"hunter2|a local(?!\")|\x1b", done.stderr.decode())


@pytest.mark.slow
def test_running_out_of_memory_is_70_and_one_line(tmp_path: Path) -> None:
    path = tmp_path / "kb.yaml"
    entry = "- {{id: e{0}, question: what is {0} of it, answer: it is {0}}}\n"
    path.write_text("schema: 1\nentries:\n" + "".join(map(entry.format, range(400_000))))
    done = shell('ulimit -v 500000; "$PAKAZ" list', PAKAZ_KB=str(path))
    assert (done.returncode, done.stdout) == (70, b"")
    assert done.stderr == b"pakaz: error: out of memory\n"


PURE_YAML = "import sys\nsys.modules['yaml._yaml'] = None\n"

#: Ways in which two machines differ.
MACHINES: dict[str, dict[str, str]] = {
    "hash seed 0": {"PYTHONHASHSEED": "0"},
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "random hash seed": {"PYTHONHASHSEED": "random"},
    "C locale": {"LC_ALL": "C"},
    "C locale in ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "English": {"LC_ALL": "en_US.UTF-8"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8"},
    "Python's YAML": {"PYTHONPATH": "PURE"},
    "Python's RapidFuzz": {"RAPIDFUZZ_IMPLEMENTATION": "python"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
    "far east": {"TZ": "Pacific/Kiritimati"},
}
ALL_AT_ONCE = (
    MACHINES["random hash seed"]
    | MACHINES["C locale in ASCII"]
    | MACHINES["Python's YAML"]
    | MACHINES["Python's RapidFuzz"]
)

SAME = """
import json, pathlib, sys
from datetime import date
import rapidfuzz.distance, yaml
from pakaz_cli.search import explain
from pakaz_cli.search import index
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.search import similarity
from pakaz_cli.views import json_lines
from pakaz_cli.search import engine
from pakaz_cli.views import view
if sys.argv[2] == "at once":
    similarity._workload._left = 0  # RapidFuzz compares from the first text on
sys.stderr.write(f"{yaml.__with_libyaml__} {rapidfuzz.distance.Indel.distance.__module__}")
base = load_base()
known = index.Index(base)
show = json_lines.JsonView(view.Settings(date(2026, 2, 1)))
for question in json.loads(pathlib.Path(sys.argv[1]).read_bytes()):
    decision = engine.decide(known, question)
    reply = engine.to_reply(known, decision, 10)
    sys.stdout.buffer.write(show.reply(reply, base, explain.explain(known, decision)).out.encode())
"""


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty questions of the golden file, misspelt ones included."""
    told = re.findall(
        r'question: ("(?:[^"\\]|\\.)*")', (ROOT / "knowledge/golden.yaml").read_text("utf-8")
    )
    path = tmp_path_factory.mktemp("forty") / "questions.json"
    path.write_text(json.dumps([json.loads(one) for one in told[:: len(told) // 40]]))
    return path


def machine(tmp_path: Path, told: dict[str, str]) -> dict[str, str]:
    if told.get("PYTHONPATH") != "PURE":
        return told
    (tmp_path / "sitecustomize.py").write_text(PURE_YAML)
    return told | {"PYTHONPATH": str(tmp_path)}


def answers(
    questions: Path, environ: dict[str, str], rapidfuzz: str = "in time"
) -> tuple[bytes, str]:
    done = subprocess.run(
        [sys.executable, "-c", SAME, questions, rapidfuzz],
        capture_output=True,
        env=environment(PAKAZ_KB="", **environ),
        check=True,
    )
    return done.stdout, done.stderr.decode()


@pytest.mark.parametrize(
    "name", ["all at once", *(pytest.param(name, marks=SLOW) for name in MACHINES)]
)
def test_the_same_question_gets_the_same_bytes_on_every_machine(
    name: str, tmp_path: Path, forty: Path
) -> None:
    usual, _ = answers(forty, {"PYTHONHASHSEED": "7"})
    assert usual.count(b"\n") >= 40
    environ = machine(tmp_path, MACHINES.get(name, ALL_AT_ONCE))
    for rapidfuzz in ("in time", "at once"):
        told, others = answers(forty, environ, rapidfuzz)
        assert told == usual
        if name == "all at once":  # no libyaml, and RapidFuzz in Python
            assert others == "False rapidfuzz.distance.Indel_py"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["all at once", *MACHINES])
def test_the_same_command_prints_the_same_bytes_on_every_machine(name: str, tmp_path: Path) -> None:
    environ = machine(tmp_path, MACHINES.get(name, ALL_AT_ONCE))
    golden = tmp_path / "golden.yaml"
    golden.write_text(
        "".join((ROOT / "knowledge/golden.yaml").read_text("utf-8").splitlines(True)[::8])
    )
    for words in (
        ("ask", "--json", "--explain", "wht is the visa fee"),
        ("list", "--json"),
        ("list", "--stale", "180d", "--json"),
        ("sectors", "--json"),
        ("show", "visa-fee", "gas-bills", "--json"),
        ("kb", "check", "--strict", "--json", str(SMALL)),
        ("kb", "eval", str(golden), "--json", "--misses", "5"),
    ):
        here = run_pakaz(*words, PAKAZ_KB="", PYTHONHASHSEED="7")
        there = run_pakaz(*words, stdin=b"", PAKAZ_KB="", **environ)
        assert here.code == there.code
        assert without_time(here.out.encode()) == without_time(there.out.encode())


AUDITED = """
import os, sys
ACTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.spawn", "os.posix_spawn", "os.system",
        "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
        "urllib.", "ctypes.", "pickle.", "shutil.", "webbrowser.", "code.__new__")
def watch(event, given):
    if event == "open":
        acts = given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and given[0] not in (1, 2)
    else:
        acts = event.startswith(ACTS)
    if acts:
        sys.__stderr__.write(f"{event} {given}\\n")
        sys.__stderr__.flush()
        os._exit(9)
sys.dont_write_bytecode = True
sys.addaudithook(watch)
from pakaz_cli import __main__
sys.argv[0] = "pakaz"
__main__.main()
"""


def audited(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command; at the first audit event that acts on the machine it exits with 9."""
    return subprocess.run(
        [sys.executable, "-c", AUDITED, *words],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.mark.skipif("COVERAGE_PROCESS_CONFIG" in os.environ, reason="coverage writes files")
@pytest.mark.parametrize("name", [name for name in COMMANDS if "," not in name])
def test_python_sees_no_command_write_a_file_connect_or_start_a_program(
    name: str, asked: Path
) -> None:
    done = audited(*COMMANDS[name][0].format(Q=asked).split())
    assert done.returncode == COMMANDS[name][1], done.stderr


def test_python_would_see_a_file_written(tmp_path: Path) -> None:
    done = audited("kb", "init", str(tmp_path / "new.yaml"))
    assert (done.returncode, list(tmp_path.iterdir())) == (9, [])
    assert done.stderr.startswith(b"open ")


TRACED = "open,openat,creat,socket,connect,execve,unlink,unlinkat,rename,renameat,mkdir,mkdirat,symlink,link"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/usr/bin/strace").exists(), reason="strace is not installed")
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_writes_a_file_opens_a_socket_or_starts_a_program(
    name: str, asked: Path, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    subprocess.run(
        [
            *("/usr/bin/strace", "-f", "-e", f"trace={TRACED}", "-o", str(trace), str(COMMAND)),
            *COMMANDS[name][0].format(Q=asked).split(),
        ],
        env=environment(PYTHONDONTWRITEBYTECODE="1", HOME=str(tmp_path / "home")),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    calls = [call for call in trace.read_text().splitlines() if "= ?" not in call]
    assert len(calls) > 50
    acting = (
        r"O_WRONLY|O_RDWR|O_CREAT|\b(creat|socket|connect|unlink|rename|mkdir|symlink|link)\w*\("
    )
    assert [call for call in calls if re.search(acting, call)] == []
    assert sum("execve(" in call for call in calls) == 1
    opened = {call.split('"')[1] for call in calls if " open" in call and "ENOENT" not in call}
    # SQLite seeds its random numbers.
    devices = ("/dev/null", "/dev/urandom")
    ours = (sys.prefix, sys.base_prefix, str(ROOT), "/etc/", "/usr/", "/lib", "/proc/", *devices)
    read = (str(SMALL), str(asked))
    assert [path for path in opened if not path.startswith((*ours, *read))] == []


@pytest.mark.parametrize(
    "environ",
    [
        *({"HOME": home} for home in ("", "/nonexistent", "/dev/null", "/proc")),
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent", "XDG_CACHE_HOME": "relative/path"},
        {"XDG_CONFIG_HOME": "/dev/full", "XDG_DATA_HOME": "", "XDG_STATE_HOME": "/proc/self"},
    ],
    ids=lambda environ: " ".join(environ.values()) or "empty",
)
def test_answering_needs_no_home_directory(pakaz: Pakaz, environ: dict[str, str]) -> None:
    assert pakaz("ask", "rice customs exemption", stdin=b"", **environ) == (
        "Yes, until 31 December 2027.\n",
        "",
        0,
    )


def test_commands_leave_no_files_behind(tmp_path: Path) -> None:
    home, place = tmp_path / "home", tmp_path / "place"
    home.mkdir()
    place.mkdir()
    for words in ("ask gas", "list", "sectors energy", "kb check --strict", "--version", "nope"):
        done = subprocess.run(
            [COMMAND, *words.split()],
            cwd=place,
            capture_output=True,
            env=environment(HOME=str(home), XDG_CACHE_HOME=str(home), TMPDIR=str(place)),
            check=False,
        )
        assert done.returncode in (0, 2, 3, 65)
    assert [*home.rglob("*"), *place.rglob("*")] == []


def test_the_current_directory_may_be_read_only_or_deleted(tmp_path: Path) -> None:
    for line in (f"cd {tmp_path}; chmod 555 .", f"mkdir {tmp_path}/x; cd {tmp_path}/x; rmdir ../x"):
        done = shell(f'{line}; "$PAKAZ" ask rice customs exemption')
        assert (done.returncode, done.stdout) == (0, b"Yes, until 31 December 2027.\n")


def test_the_current_directory_is_never_searched(tmp_path: Path) -> None:
    for name in (
        "faq.yaml",
        "kb.yaml",
        "knowledge/faq.yaml",
        "pakaz.toml",
        ".pakaz",
        "yaml.py",
        "rich.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("raise SystemExit(9)\n")
    done = shell(f'cd {tmp_path}; "$PAKAZ" list; "$PAKAZ" show rice-duty --format rich')
    assert (done.returncode, done.stderr) == (0, b"")


def test_ids_are_never_paths(pakaz: Pakaz) -> None:
    names = ("../../etc/passwd", "/etc/passwd", "gas-deal/../gas-deal", "GAS-DEAL", "a" * 100_000)
    shown = pakaz("show", *names)
    assert (shown.code, shown.out, len(shown.err.splitlines())) == (1, "", len(names))
    assert pakaz("sectors", names[0]).code == 1
    assert pakaz("list", "--sector", names[0]).code == 2


WHOLE = b"""schema: 1
title: "T \\u0259"
sectors:
  - {id: s, name: S}
sources:
  k: {title: t}
entries:
  - id: a
    sector: s
    question: 'G\xc9\x99nc\xc9\x99?'
    answer: |
      **A** [l](https://x.org).
    sources: [k]
"""


def verdict(data: bytes, loader: Any, monkeypatch: pytest.MonkeyPatch, path: Path) -> object:
    """Return the knowledge base of a file, or "refused" if it has errors with their places."""
    path.write_bytes(data)
    monkeypatch.setattr("pakaz_cli.knowledge.strict_yaml.FAST_LOADER", loader)
    checked = check_base(str(path))
    errors = [found for found in checked.findings if found.level is Level.ERROR]
    assert (checked.base is None) == bool(errors)
    assert all(found.line >= 1 and found.column >= 1 for found in errors)
    return vars(checked.base) if checked.base else "refused"


def both_agree(data: bytes, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    assert verdict(data, FAST, monkeypatch, path) == verdict(data, PURE, monkeypatch, path), data


FAST, PURE = strict_yaml.FAST_LOADER, strict_yaml.PURE_LOADER


def test_both_parsers_agree_on_a_file_cut_at_every_byte(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for end in range(len(WHOLE) + 1):
        both_agree(WHOLE[:end], monkeypatch, tmp_path / "kb.yaml")


def test_both_parsers_agree_on_a_file_with_a_flipped_bit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flips = [(at, bit) for at in range(len(WHOLE)) for bit in range(8)]
    for at, bit in random.Random(1).sample(flips, 250):
        flipped = bytearray(WHOLE)
        flipped[at] ^= 1 << bit
        both_agree(bytes(flipped), monkeypatch, tmp_path / "kb.yaml")


@pytest.mark.slow
def test_both_parsers_agree_on_a_file_with_any_byte_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for at in range(len(WHOLE)):
        for other in (
            *(WHOLE[at] ^ 1 << bit for bit in range(8)),
            *b"\0\t\n :-[{'\"|>?#&*!%@`\xff",
        ):
            changed = WHOLE[:at] + bytes([other]) + WHOLE[at + 1 :]
            both_agree(changed, monkeypatch, tmp_path / "kb.yaml")


ENCODED: dict[str, Callable[[str], bytes]] = {
    "Latin-1": lambda text: text.replace("ə", "é").encode("latin-1"),
    "cp1254": lambda text: text.replace("ə", "ğ").encode("cp1254"),
    "Shift-JIS": lambda text: text.replace("ə", "漢").encode("shift-jis"),
    "UTF-16 with a mark": lambda text: text.encode("utf-16"),
    "UTF-16 without": lambda text: text.encode("utf-16-le"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "UTF-7": lambda text: text.encode("utf-7") + b"\xff",
    "a truncated sequence": lambda text: text.encode()[: text.encode().index(b"\x99")],
    "an overlong sequence": lambda text: text.encode().replace(b"\xc9\x99", b"\xc0\xaf"),
    "an encoded surrogate": lambda text: text.encode().replace(b"\xc9\x99", b"\xed\xa0\xbd"),
    "beyond Unicode": lambda text: text.encode().replace(b"\xc9\x99", b"\xf5\x80\x80\x80"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_file_that_is_not_utf_8_is_65_with_the_place(
    name: str, tmp_path: Path, pakaz: Pakaz
) -> None:
    path = tmp_path / "kb.yaml"
    path.write_bytes(ENCODED[name](WHOLE.decode()))
    result = pakaz("list", "--kb", str(path))
    assert (result.code, result.out) == (65, "")
    assert re.match(
        rf"{path}:\d+:\d+: (encoding not UTF-8: byte 0x|control-character U\+0000)", result.err
    )


@pytest.mark.parametrize(
    "place",
    [
        "/dev/null",
        "/dev/tty",
        "/dev/stdin",
        "/proc/self/mem",
        "/proc/self/fd/0",
        "/",
        "/etc/passwd/x",
    ],
)
def test_a_path_that_is_not_a_file_is_66_and_never_blocks(place: str, pakaz: Pakaz) -> None:
    more = [["kb", "check", place], ["kb", "eval", place]] if place == "/dev/stdin" else []
    for words in (["list", "--kb", place], *more):
        result = pakaz(*words, stdin=b"x")
        assert result.code in (65, 66), words
        assert result.out == "" or result.code == 65
        assert len(result.err.splitlines()) <= 1 or result.code == 65


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kb.yaml"
    path.write_bytes(WHOLE)
    real = os.fstat

    def smaller(descriptor: int) -> os.stat_result:
        status = list(real(descriptor))
        status[6] -= 5
        return os.stat_result(status)

    monkeypatch.setattr(os, "fstat", smaller)
    with pytest.raises(InputMissingError, match="it grew while being read"):
        check_base(str(path))


def test_common_commands_run_in_half_a_gigabyte_of_memory(tmp_path: Path) -> None:
    lines = "ask visa fee; kb check; show visa-fee --format rich"
    for words in lines.split("; "):
        done = shell(f'ulimit -v 524288; "$PAKAZ" {words}', PAKAZ_KB="")
        assert done.returncode in (0, 3), done.stderr


def test_every_error_is_reported_in_one_run_in_line_order(tmp_path: Path, pakaz: Pakaz) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(
        "schema: 2\ntitel: x\nsectors:\n  - {id: A}\nsources:\n  k: {url: 'ftp://x'}\n"
        "entries:\n  - {id: a, id: b, question: 'Q?', anwser: A.}\n  - {id: ../x, question: [q], answer: ''}\n"
        '  - &x {id: c, question: "\\e", answer: !t A., as_of: 2024-13}\n'
    )
    found = [line.split(" ")[0].split(":")[-3:-1] for line in pakaz("kb", "check", str(path)).lines]
    places = [(int(line), int(column)) for line, column in found]
    assert places == sorted(places)
    assert [line for line, _ in places] == [1, 2, 4, 6, 6, 8, 8, 8, 9, 9, 9, 10, 10, 10, 10]


def test_too_deep_nesting_is_refused_in_the_same_words_without_libyaml(tmp_path: Path) -> None:
    deep = tmp_path / "deep.yaml"
    deep.write_text("[" * 100_000)
    usual = run_pakaz("kb", "check", str(deep))
    assert usual.code == 65
    environ = machine(tmp_path, {"PYTHONPATH": "PURE"})
    assert run_pakaz("kb", "check", str(deep), stdin=b"", **environ) == usual


TABLE = re.compile(r"`(tests/(?:\w+/)?test_\w+\.py)::(\w+)`")


def promised() -> list[tuple[str, str]]:
    return TABLE.findall((ROOT / "docs" / "reliability.md").read_text("utf-8"))


def test_every_test_that_the_promises_name_exists() -> None:
    assert len(promised()) > 50
    for path, name in promised():
        source = (ROOT / path).read_text("utf-8")
        assert re.search(rf"^def {name}\(", source, re.MULTILINE), f"{path}::{name}"


def test_every_promise_names_a_test() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    rows = re.findall(r"^\| (?!-|promise|code)(.*?) \| (.*) \|$", page, re.MULTILINE)
    assert rows
    for promise, tests in rows:
        assert TABLE.search(tests) or re.fullmatch(r"\d+", promise), promise
