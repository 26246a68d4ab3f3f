"""Completion in real shells: what Tab offers, and that nothing a knowledge base holds is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from pakaz_cli.authoring.compile import write
from pakaz_cli.cli import commands
from pakaz_cli.knowledge.load import load_base
from pakaz_cli.knowledge.loaded import LoadedBase
from tests.chat.typist import Typist
from tests.conftest import COMMAND, SMALL, Pakaz, environment, run_inside

#: How each shell starts without the settings of whoever runs the tests, and loads the script.
SHELLS = {
    "bash": ("--norc --noprofile -i", "source ./script"),
    "zsh": ("-f -i", "autoload -Uz compinit && compinit -u -D && source ./script"),
    "fish": ("--no-config -i", "source ./script"),
}
EVERY = [
    pytest.param(name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"no {name}"))
    for name in SHELLS
]

#: Ids that a shell would run, expand or split when it evaluates what completion prints. They start
#: with a number each, so that a test can ask for one of them.
HOSTILE = [
    f"{number}-{text}"
    for number, text in enumerate(
        [
            *("\\$(touch ran)", "$(touch ran)", "\\`touch ran`", "\\\\$(touch ran)", "`touch ran`"),
            *(
                "';touch ran;'",
                '";touch ran;"',
                ")); touch ran; ((",
                "\ntouch ran\n",
                "(touch ran)",
            ),
            *(
                "\\${(e):-\\$(touch ran)}",
                "\\$[$(touch ran)]",
                "a\t$(touch ran)",
                "a:\\$(touch ran)",
            ),
            *("$'\\x24(touch ran)'", "*", "~", "x" * 64, "é", "A", "a b", "\x1b[2J", "\0"),
        ],
        start=10,
    )
]


def forge(path: Path) -> None:
    """Compile a base with hostile ids, which no YAML could have; all checksums are right."""
    base = load_base(str(SMALL))
    entries = tuple(base.entries[0]._replace(id=each, sector=None) for each in HOSTILE)
    sectors = tuple(base.sectors[0]._replace(id=each) for each in HOSTILE)
    write(str(path), LoadedBase((*base.entries, *entries), sectors=sectors), "0-0")


@contextmanager
def at_prompt(name: str, folder: Path, kb: Path) -> Iterator[Typist]:
    """Start a shell in a folder, with the completion script that the command prints there."""
    arguments, loads = SHELLS[name]
    environ = environment(
        PATH=f"{COMMAND.parent}:{os.environ['PATH']}",
        HOME=str(folder),
        TERM="xterm",
        PAKAZ_KB=str(kb),
    )
    shell = Typist([str(shutil.which(name)), *arguments.split()], environ, columns=100)
    try:
        shell.type(f"cd {folder} && pakaz --show-completion > script && {loads}\r")
        runs(shell, "true")
        yield shell
    finally:
        shell.leave()


def runs(shell: Typist, line: str) -> None:
    """Type a line over the one that is there, and wait for its end."""
    number = len(shell.raw)  # so that no earlier end is taken for this one
    shell.type(f"\x15clear; {line} && echo e'n'd-{number}\r")
    shell.sees(f"end-{number}")


@pytest.mark.parametrize("name", EVERY)
def test_a_shell_offers_the_ids_of_a_base_and_the_options(name: str, tmp_path: Path) -> None:
    with at_prompt(name, tmp_path, SMALL) as shell:
        shell.type("pakaz show gas-\t\t")
        shell.sees("gas-deal")
        shell.sees("gas-price")
        runs(shell, "true")
        shell.type("pakaz list --sec\t")
        shell.sees("--sector")
        shell.type("ener\t")
        shell.sees("--sector energy")


@pytest.mark.parametrize("name", EVERY)
def test_completion_is_installed_in_the_home_or_it_is_73(name: str, tmp_path: Path) -> None:
    line = [str(shutil.which(name)), "-c", f"{COMMAND} --install-completion && true"]
    for home, code in ((tmp_path, 0), (Path("/proc"), 73)):
        done = subprocess.run(
            line, env=environment(HOME=str(home)), capture_output=True, check=False
        )
        assert done.returncode == code, done.stderr
        # fish has more to say about such a home.
        assert (b"pakaz: error: cannot write /proc/." in done.stderr) == (code == 73)
        assert b"a bug" not in done.stderr
    assert any("pakaz" in path.name for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("tried", [2, pytest.param(len(HOSTILE), marks=pytest.mark.slow)])
def test_a_shell_runs_nothing_that_a_base_or_a_file_name_holds(
    name: str, tried: int, tmp_path: Path
) -> None:
    forge(tmp_path / "forged.pakaz")
    (tmp_path / "kb $(touch ran).yaml").touch()
    ids = [each.partition("-")[0] for each in HOSTILE[:tried]]
    with at_prompt(name, tmp_path, tmp_path / "forged.pakaz") as shell:
        for typed in ("list --kb kb", "list --sector 10", *(f"show {each}" for each in ids)):
            shell.type(f"pakaz {typed}\t")
            runs(shell, "true")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("words", ["show", "sectors", "list --sector", "ask --sector"])
def test_whatever_a_base_holds_only_ids_are_offered(words: str) -> None:
    base = load_base(str(SMALL))
    known = [base.entries[0]._replace(id=each) for each in (*HOSTILE, "entry-1")]
    sectors = tuple(base.sectors[0]._replace(id=each) for each in (*HOSTILE, "sector-1"))
    asked = {"COMP_WORDS": f"pakaz {words} ", "COMP_CWORD": str(len(words.split()) + 1)}
    with mock.patch(
        "pakaz_cli.cli.options.load_base", return_value=LoadedBase(known, sectors=sectors)
    ):
        done = run_inside(commands.run, [], _PAKAZ_COMPLETE="complete_bash", **asked)
    assert done == (b"entry-1\n" if words == "show" else b"sector-1\n", b"", 0)


@pytest.mark.parametrize(
    "asked",
    [
        *(f"complete_{name}" for name in (*SHELLS, "pwsh", "nonsense")),
        *("complete_", "1", "_", "nonsense_bash"),
    ],
)
def test_a_request_that_is_not_complete_is_silence(asked: str, pakaz: Pakaz) -> None:
    out, err, code = pakaz("show", _PAKAZ_COMPLETE=asked)
    assert (out, err) == ("", "")
    assert code in (1, 2)


def test_an_error_while_completing_is_silence(tmp_path: Path, pakaz: Pakaz) -> None:
    (tmp_path / "yaml.py").write_text("1 / 0\n")
    (tmp_path / "typer.py").write_text("1 / 0\n")
    words = {"_PAKAZ_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "pakaz show "}
    assert pakaz(stdin=b"", **words, PYTHONPATH=str(tmp_path)) == ("", "", 70)
    (tmp_path / "typer.py").unlink()
    assert pakaz(stdin=b"", **words, PYTHONPATH=str(tmp_path)) == ("", "", 70)
    assert pakaz(stdin=b"", **words | {"PAKAZ_KB": "/nowhere"}).err == ""
