"""The history file: its place, its modes, and every way in which it can be unusable."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pakaz_cli.chat.history import MAX_BYTES, MAX_LINES, History, state_folder

NOT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of the history file, in an existing folder."""
    (tmp_path / "pakaz").mkdir()
    return tmp_path / "pakaz" / "history"


def opened(file: Path) -> History:
    return History.open({"XDG_STATE_HOME": str(file.parent.parent)})


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_history_in_memory_has_no_notice() -> None:
    history = History()
    history.add("one")
    assert (history.lines, history.notice) == (["one"], None)


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"HOME": "/"}, "/.local/state/pakaz"),
        ({"HOME": "/", "XDG_STATE_HOME": ""}, "/.local/state/pakaz"),
        ({"HOME": "/", "XDG_STATE_HOME": "state"}, "/.local/state/pakaz"),
        ({"HOME": "/", "XDG_STATE_HOME": "/state"}, "/state/pakaz"),
        ({"XDG_STATE_HOME": "/state"}, "/state/pakaz"),
        ({}, None),
        ({"HOME": ""}, None),
        ({"HOME": "."}, None),
        ({"HOME": "/no/such/home"}, None),
    ],
)
def test_the_folder_follows_the_xdg_specification(
    environ: dict[str, str], folder: str | None
) -> None:
    assert state_folder(environ) == (None if folder is None else Path(folder))


def test_without_a_home_the_history_stays_in_memory_with_a_notice() -> None:
    history = History.open({})
    history.add("one")
    assert history.lines == ["one"]
    assert history.notice == "History is not saved: there is no home directory."


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_the_owner_can_read_it_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = os.umask(umask)
    try:
        history = History.open({"HOME": str(home)})
        history.add("one")
    finally:
        os.umask(before)
    assert history.notice is None
    folder = home / ".local" / "state" / "pakaz"
    assert [mode(path) for path in (folder.parent.parent, folder.parent, folder)] == [0o700] * 3
    assert mode(folder / "history") == 0o600
    history.close()


def test_modes_that_are_too_wide_are_tightened(file: Path) -> None:
    file.touch()
    file.chmod(0o644)
    file.parent.chmod(0o755)
    opened(file).close()
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)


def test_lines_are_read_back_by_the_next_chat(file: Path) -> None:
    history = opened(file)
    for line in ("one", "two\nlines", "اردو, Bakı", "a \x1b sign"):
        history.add(line)
    history.close()
    assert opened(file).lines == ["one", "two\nlines", "اردو, Bakı", "a \x1b sign"]
    assert [json.loads(line) for line in file.read_text().splitlines()][:2] == ["one", "two\nlines"]


def test_blank_and_repeated_lines_are_not_added() -> None:
    history = History()
    for line in ("", " \n", "one", "one", "two", "one"):
        history.add(line)
    assert history.lines == ["one", "two", "one"]


def test_several_chats_share_it(file: Path) -> None:
    one, other = opened(file), opened(file)
    for number in range(3):
        one.add(f"one {number}")
        other.add(f"other {number}")
    assert len(opened(file).lines) == 6


def test_only_the_newest_lines_are_read(file: Path) -> None:
    file.write_text("".join(f'"{number}"\n' for number in range(MAX_LINES + 5)))
    assert opened(file).lines == [str(number) for number in range(5, MAX_LINES + 5)]


def test_a_truncated_last_line_is_dropped_and_nothing_else(file: Path) -> None:
    file.write_text('"one"\n"tw')
    opened(file).add("three")
    history = opened(file)
    assert (history.lines, history.notice) == (["one", "three"], None)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\n", b"plain text\n", b"[1]\n", b"\x00" * 10, b"[" * 100_000, b"1" * 5_000],
)
def test_a_file_that_is_not_a_history_is_moved_aside(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    history = opened(file)
    history.add("one")
    aside = file.with_name("history.bak")
    assert aside.read_bytes() == content
    assert history.notice == f"The history was unreadable: moved to {aside}, and a new one started."
    assert (opened(file).lines, opened(file).notice) == (["one"], None)


def test_a_file_that_is_too_large_is_moved_aside(file: Path) -> None:
    with file.open("wb") as large:
        large.write(b'"one"\n')
        large.truncate(MAX_BYTES + 1)
    history = opened(file)
    assert history.lines == []
    assert history.notice is not None
    assert history.notice.startswith("The history was too large: moved to ")
    assert mode(file) == 0o600


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_link(path: Path) -> None:
    target = path.with_name("elsewhere")
    target.write_text("precious")
    path.symlink_to(target)


def make_file_for_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file")


@pytest.mark.parametrize("make", [make_fifo, make_link, make_file_for_folder, Path.mkdir])
def test_anything_else_in_its_place_is_left_alone_with_one_notice(file: Path, make: object) -> None:
    assert callable(make)
    make(file)
    history = opened(file)
    assert history.notice is not None
    assert history.notice.startswith(f"History is not saved: {file}")
    notice = history.notice
    history.add("one")
    assert (history.lines, history.notice) == (["one"], notice)
    if make is make_link:
        assert file.with_name("elsewhere").read_text() == "precious"


@NOT_ROOT
def test_a_home_that_cannot_be_written_is_one_notice(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    history = History.open({"HOME": str(tmp_path)})
    assert history.notice is not None
    assert history.notice.endswith("Permission denied.")
    tmp_path.chmod(0o700)


FULL = """
import os, resource, sys
from pakaz_cli.chat.history import History
history = History.open(os.environ)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
for line in ("one", "two two two", "three"):
    history.add(line)
print(history.lines, history.notice)
"""


def test_a_full_disk_is_one_notice(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        "['one', 'two two two', 'three'] History is not saved: the disk is full.\n"
    )


@given(st.lists(st.text(st.characters())))
def test_any_text_survives_saving_and_loading(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    file = tmp_path_factory.mktemp("state") / "pakaz" / "history"
    history = opened(file)
    for line in lines:
        history.add(line)
    history.close()
    again = opened(file)
    again.close()
    assert (again.lines, again.notice) == (history.lines, None)
