"""Other command-line tools, set up so that each finds one page of its own offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from running import ENVIRONMENT, Case, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = "# pakaz\n\n> Answers questions.\n\n- Ask one:\n\n`pakaz ask {{words}}`\n"
CHATTERBOT = """
import sys
from chatterbot import ChatBot
from chatterbot.tagging import LowercaseTagger
from chatterbot.trainers import ListTrainer
bot = ChatBot("b", database_uri="sqlite:///" + sys.argv[1], tagger=LowercaseTagger,
              logic_adapters=["chatterbot.logic.BestMatch"])
if len(sys.argv) > 2:
    trainer = ListTrainer(bot, show_training_progress=False)
    for number in range(30):
        trainer.train([f"what is the fee for visa {number}", f"it is {number}"])
print(bot.get_response("what is the fee for visa 7"))
"""


class Peer(NamedTuple):
    """A tool to compare with."""

    name: str
    case: Case | None  #: None if it is not installed
    version: str = ""


def find_program(name: str, folders: list[Path]) -> str:
    """Return the path of a program in these folders or on PATH, or an empty string."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    return shutil.which(name, path=path) or ""


def peers(folders: list[Path], work: Path) -> Iterator[Peer]:
    """Yield each peer, ready to run."""
    makers: dict[str, Callable[[str, Path], Peer]] = {
        "cheat": _cheat,
        "tldr": _tldr,
        "tealdeer": _tldr,
        "howdoi": _howdoi,
    }
    for name, make in makers.items():
        program = _find_peer(name, folders)
        yield make(program, work) if program else Peer(name, None)
    yield _chatterbot(find_program("python", folders) if folders else sys.executable, work)


def _find_peer(name: str, folders: list[Path]) -> str:
    """Return the program of a peer; tldr and tealdeer share a name, their versions differ."""
    if name not in ("tldr", "tealdeer"):
        return find_program(name, folders)
    places = [("tldr", folders), ("tldr", []), ("tealdeer", folders)]
    programs = {find_program(*place) for place in places} - {""}
    is_rust = name == "tealdeer"
    matching = [
        program
        for program in programs
        if version([program, "--version"]).startswith("teald") == is_rust
    ]
    return min(matching, default="")


def _cheat(program: str, work: Path) -> Peer:
    sheets = work / "sheets"
    sheets.mkdir(exist_ok=True)
    (sheets / "pakaz").write_text(PAGE, "ascii")
    extra = {"CHEAT_PATH": str(sheets), "CHEAT_USER_DIR": str(sheets), "HOME": str(work)}
    case = Case("`cheat`: one local sheet", [program, "pakaz"], extra=extra)
    return Peer("cheat", case, version([program, "-v"]))


def _tldr(program: str, work: Path) -> Peer:
    name, label = "tldr", "`tldr`: one page of its cache, offline"
    pages, extra = work / "tldr" / "pages" / "common", {"TLDR_NETWORK_ENABLED": "0"}
    found = version([program, "--version"])
    if found.startswith("teald"):
        name, label = "tealdeer", "`tldr` (tealdeer, in Rust): one page of its cache, offline"
        pages = work / name / "tldr-pages" / "pages" / "common"
        extra = {"TEALDEER_CACHE_DIR": str(work / name)}
    pages.mkdir(parents=True, exist_ok=True)
    (pages / "pakaz.md").write_text(PAGE, "ascii")
    extra |= {"XDG_CACHE_HOME": str(work), "HOME": str(work)}
    return Peer(name, Case(label, [program, "pakaz"], extra=extra), found)


def _howdoi(program: str, work: Path) -> Peer:
    words = [program, "--version"]
    case = Case("`howdoi --version` (answers need a network)", words, extra={"HOME": str(work)})
    return Peer("howdoi", case, version(words))


def _chatterbot(python: str, work: Path) -> Peer:
    database = str(work / "chatterbot.db")
    words = [python or sys.executable, "-c", CHATTERBOT, database]
    if not Path(database).exists():
        training = subprocess.run(
            [*words, "train"], capture_output=True, env=ENVIRONMENT, check=False
        )
        if training.returncode:
            return Peer("chatterbot", None)
    code = "import importlib.metadata as m; print(m.version('chatterbot'))"
    label = "ChatterBot: one answer of 30, `BestMatch`, already trained, no language model"
    return Peer("chatterbot", Case(label, words), version([words[0], "-c", code]))


def fzf(folders: list[Path], phrasings: Path, question: str) -> Peer:
    """Return fzf, which filters a file of questions by the words of one."""
    program = find_program("fzf", folders)
    if not program:
        return Peer("fzf", None)
    words = [program, "--filter", question.replace("?", "")]
    case = Case("`fzf --filter` over the questions", words, stdin=str(phrasings))
    return Peer("fzf", case, version([program, "--version"]))
