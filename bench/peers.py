"""Other tools that answer in a terminal, set up so that each finds a page of its own offline."""

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
    """A tool that is not there, or a case of it."""

    name: str
    case: Case | None  #: None where it is not installed
    version: str = ""


def look(name: str, places: list[Path]) -> str:
    """Return where a program is, in these folders or on PATH; nothing where it is not."""
    path = os.pathsep.join([*map(str, places), os.environ.get("PATH", os.defpath)])
    return shutil.which(name, path=path) or ""


def peers(places: list[Path], folder: Path) -> Iterator[Peer]:
    """Yield each peer, ready to be run once."""
    makers: dict[str, Callable[[str, Path], Peer]] = {
        "cheat": _cheat,
        "tldr": _tldr,
        "tealdeer": _tldr,
        "howdoi": _howdoi,
    }
    for name, make in makers.items():
        found = _program(name, places)
        yield make(found, folder) if found else Peer(name, None)
    yield _chatterbot(look("python", places) if places else sys.executable, folder)


def _program(name: str, places: list[Path]) -> str:
    """Return a program; tldr and tealdeer have one name and are told apart by their version."""
    if name not in ("tldr", "tealdeer"):
        return look(name, places)
    found = {look("tldr", places), look("tldr", []), look("tealdeer", places)} - {""}
    is_rust = name == "tealdeer"
    chosen = [each for each in found if version([each, "--version"]).startswith("teald") == is_rust]
    return min(chosen, default="")


def _cheat(found: str, folder: Path) -> Peer:
    sheets = folder / "sheets"
    sheets.mkdir(exist_ok=True)
    (sheets / "pakaz").write_text(PAGE, "ascii")
    extra = {"CHEAT_PATH": str(sheets), "CHEAT_USER_DIR": str(sheets), "HOME": str(folder)}
    case = Case("`cheat`: one local sheet", [found, "pakaz"], extra=extra)
    return Peer("cheat", case, version([found, "-v"]))


def _tldr(found: str, folder: Path) -> Peer:
    told = version([found, "--version"])
    pages, extra = folder / "tldr" / "pages" / "common", {"TLDR_NETWORK_ENABLED": "0"}
    if name := "tealdeer" if told.startswith("teald") else "":
        pages = folder / name / "tldr-pages" / "pages" / "common"
        extra = {"TEALDEER_CACHE_DIR": str(folder / name)}
    pages.mkdir(parents=True, exist_ok=True)
    (pages / "pakaz.md").write_text(PAGE, "ascii")
    extra |= {"XDG_CACHE_HOME": str(folder), "HOME": str(folder)}
    label = f"`tldr`{' (tealdeer, in Rust)' * bool(name)}: one page of its cache, offline"
    return Peer(name or "tldr", Case(label, [found, "pakaz"], extra=extra), told)


def _howdoi(found: str, folder: Path) -> Peer:
    words = [found, "--version"]
    case = Case("`howdoi --version` (answers need a network)", words, extra={"HOME": str(folder)})
    return Peer("howdoi", case, version(words))


def _chatterbot(python: str, folder: Path) -> Peer:
    database = str(folder / "chatterbot.db")
    words = [python or sys.executable, "-c", CHATTERBOT, database]
    if not Path(database).exists():
        trained = subprocess.run(
            [*words, "train"], capture_output=True, env=ENVIRONMENT, check=False
        )
        if trained.returncode:
            return Peer("chatterbot", None)
    told = "import importlib.metadata as m; print(m.version('chatterbot'))"
    label = "ChatterBot: one answer of 30, `BestMatch`, trained before, no language model"
    return Peer("chatterbot", Case(label, words), version([words[0], "-c", told]))


def fzf(places: list[Path], phrasings: Path, question: str) -> Peer:
    """Return fzf, filtering the list of questions by the words of one."""
    found = look("fzf", places)
    if not found:
        return Peer("fzf", None)
    words = question.replace("?", "")
    case = Case(
        "`fzf --filter` over the questions", [found, "--filter", words], stdin=str(phrasings)
    )
    return Peer("fzf", case, version([found, "--version"]))
