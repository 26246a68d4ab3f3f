"""House rules that hold themselves: who imports whom, what loads when, and true documents."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import COMMAND, ROOT, SMALL, Pakaz, environment

PACKAGE = ROOT / "src" / "pakaz_cli"
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py"))

#: Which modules of the package each module may import, and which libraries. docs/architecture.md
#: shows the same table; imports for type checking alone do not count.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli", "quick"},
    "records": set(),
    "starter": {"errors"},
    "errors": set(),
    "model": set(),
    "text": set(),
    "dates": set(),
    "markdown": set(),
    "stopwords": {"text"},
    "syntax": {"model"},
    "document": {"model", "syntax", "yaml"},
    "suggest": set(),
    "fields": {"dates", "markdown", "model", "suggest"},
    "schema": {"fields", "model"},
    "knowledge": {
        "__init__",
        "database",
        "document",
        "errors",
        "files",
        "model",
        "schema",
        "stored",
        "text",
    },
    "questions": {"document", "errors", "files", "model"},
    "english": set(),
    "synonyms": {"text"},
    "index": {"building", "stored", "synonyms", "text", "worth"},
    "likeness": {"rapidfuzz"},
    "reading": {"english", "index", "likeness", "model", "stopwords", "text"},
    "ranking": {"likeness"},
    "confidence": set(),
    "search": {"confidence", "english", "errors", "model", "ranking", "reading", "text"},
    "explain": {"model", "search", "text"},
    "lines": {"errors", "text"},
    "batch": {"explain", "lines", "record", "search"},
    "progress": set(),
    "followup": {"model", "ranking", "reading", "search", "stopwords", "text"},
    "commands": set(),
    "chat": {
        "commands",
        "errors",
        "followup",
        "index",
        "knowledge",
        "model",
        "record",
        "search",
        "suggest",
        "text",
        "view",
        "wording",
    },
    "lint": {"dates", "index", "likeness", "markdown", "model", "search", "text"},
    "measures": set(),
    "evaluate": {"measures", "model", "search"},
    "comparison": {"errors", "files", "model"},
    "limits": {"errors"},
    "wording": {"dates", "text"},
    "view": set(),
    "tables": {"wording"},
    "reasons": {"tables"},
    "plain": {"markdown", "model", "reasons", "tables", "text", "view", "wording"},
    "record": {"dates", "view", "wording"},
    "canvas": {"rich", "text"},
    "render": {
        "canvas",
        "markdown",
        "model",
        "plain",
        "reasons",
        "tables",
        "text",
        "view",
        "wording",
    },
    "output": {"errors", "plain", "record", "render", "text"},
    "boundary": {"errors", "output", "plain", "text"},
    "suggestions": {"commands", "likeness", "ranking", "reading", "stopwords", "text"},
    "history": set(),
    "prompt": {"errors", "prompt_toolkit", "suggestions", "text"},
    "session": {"boundary", "errors", "history", "output", "prompt", "suggestions", "view"},
    "grammar": {"asking", "boundary", "errors", "knowledge", "output", "typer"},
    "cli": {
        "asking",
        "batch",
        "chat",
        "comparison",
        "compiling",
        "dates",
        "errors",
        "evaluate",
        "grammar",
        "index",
        "knowledge",
        "limits",
        "lines",
        "lint",
        "model",
        "output",
        "progress",
        "questions",
        "record",
        "session",
        "starter",
        "suggest",
        "text",
        "view",
        "wording",
    },
    "asking": {
        "dates",
        "errors",
        "explain",
        "index",
        "knowledge",
        "model",
        "search",
        "text",
        "view",
    },
    "building": {"database", "english", "synonyms", "text", "worth"},
    "compiling": {"building", "database", "errors", "knowledge", "stored", "text"},
    "database": {"errors", "model"},
    "files": {"errors", "model", "text"},
    "quick": {"asking", "boundary", "knowledge", "output"},
    "stored": {"model"},
    "worth": {"english", "stopwords"},
}


def imports(module: str) -> set[str]:
    """What a module imports when it runs: names of the package's modules and other libraries."""
    found: set[str] = set()

    class Visitor(ast.NodeVisitor):
        def visit_If(self, node: ast.If) -> None:
            if ast.unparse(node.test) != "TYPE_CHECKING":
                self.generic_visit(node)

        def visit_Import(self, node: ast.Import) -> None:
            found.update(alias.name for alias in node.names)

        def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
            name = node.module or ""
            if name == "pakaz_cli":
                found.update(
                    f"pakaz_cli.{alias.name}" if alias.name in MODULES else "pakaz_cli.__init__"
                    for alias in node.names
                )
            else:
                found.add(name)

    Visitor().visit(ast.parse((PACKAGE / f"{module}.py").read_text()))
    own = {name.removeprefix("pakaz_cli.") for name in found if name.startswith("pakaz_cli.")}
    others = {name.partition(".")[0] for name in found if not name.startswith("pakaz_cli")}
    # records stands for typing, which every module may import.
    return (own - {"records"}) | (others - sys.stdlib_module_names)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_just_what_the_table_allows(module: str) -> None:
    assert imports(module) == ALLOWED[module]


def test_imports_go_one_way() -> None:
    left = {module: allowed & set(MODULES) for module, allowed in ALLOWED.items()}
    while left:
        free = {module for module, needs in left.items() if not needs}
        assert free, f"a circle among {sorted(left)}"
        left = {module: needs - free for module, needs in left.items() if module not in free}


def test_the_architecture_page_shows_the_table() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", page, re.MULTILINE)
    told = {module: set(re.findall(r"`(\w+)`", cell)) for module, cell in rows}
    assert told == {module: needs for module, needs in ALLOWED.items() if module != "__init__"}


LOADED = "import sys; from pakaz_cli import cli; cli.run(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"


@pytest.mark.parametrize(
    ("words", "not_loaded"),
    [
        (
            ["ask", "--json", "rice customs exemption"],
            {"rich", "prompt_toolkit"},
        ),
        (["ask", "rice customs exemption"], {"rich", "pakaz_cli.record"}),
        (["ask", "rice customs exemption", "--format", "text"], {"rich", "pakaz_cli.record"}),
        (
            ["ask", "rice customs exemption", "--format", "rich"],
            {"rich.markdown", "rich.table", "rich.progress"},
        ),
        (["sectors"], {"rich", "rapidfuzz", "pakaz_cli.search"}),
        (["--version"], {"rich", "rapidfuzz"}),
        (["batch", "/dev/null"], {"rich", "pakaz_cli.explain", "pakaz_cli.render"}),
    ],
)
def test_a_command_loads_only_what_it_uses(words: list[str], not_loaded: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words],
        capture_output=True,
        env=environment(),
        check=True,
        text=True,
    )
    loaded = done.stderr.split()
    assert "pakaz_cli.cli" in loaded
    assert not_loaded.isdisjoint(loaded)


def test_only_the_writer_writes() -> None:
    for module in MODULES:
        source = (PACKAGE / f"{module}.py").read_text()
        if module not in ("output", "boundary", "progress", "prompt"):
            assert "os.write" not in source, module
            assert "sys.stderr.write" not in source, module
            assert "sys.stdout" not in source, module
        assert not re.search(r"(?<![.\w])print\(", source), module


def test_rich_is_never_given_text_that_it_would_read_as_markup() -> None:
    source = (PACKAGE / "canvas.py").read_text()
    assert "from_markup" not in source
    assert "escape(" not in source
    assert "markup=False" in source
    assert "highlight=False" in source
    # One place makes text of words, and makes these visible.
    assert source.count(" Text(") == 1
    assert "text.append(visible(words)" in source


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_a_small_room(module: str) -> None:
    assert len((PACKAGE / f"{module}.py").read_text().splitlines()) <= 310


def readme_commands() -> list[str]:
    readme = (ROOT / "README.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    return [block.strip() for block in blocks[:2]]


def test_the_first_two_commands_of_the_readme_set_up_and_test() -> None:
    answer, tests = readme_commands()
    for command in (answer, tests):
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert "pakaz ask" in answer
    assert "[test]" in tests
    assert "pytest" in tests


def test_ci_runs_the_literal_test_command_of_the_readme() -> None:
    assert readme_commands()[1] in (ROOT / ".ci" / "run").read_text().splitlines()


def test_every_command_and_exit_code_is_in_the_readme(pakaz: Pakaz) -> None:
    readme = (ROOT / "README.md").read_text()
    for group in ([], ["kb"]):
        help_text = pakaz(*group, "--help").out
        for name in re.findall(r"^  (\w+)  ", help_text.partition("Commands:")[2], re.MULTILINE):
            assert f"pakaz {' '.join([*group, name])}" in readme
    for code in (0, 1, 2, 3, 65, 66, 70, 74, 130, 141):
        assert f"| {code} |" in readme


def test_the_readme_shows_real_output(bundled: Pakaz) -> None:
    readme = (ROOT / "README.md").read_text()
    for shown in re.findall(r"^```console\n(.*?)^```", readme, re.MULTILINE | re.DOTALL):
        command, _, printed = shown.partition("\n")
        words = command.removeprefix("$ pakaz ").split()
        result = bundled(*words, COLUMNS="80", PAKAZ_TODAY="2026-11-23")
        assert printed == result.out + result.err, command


def test_the_version_is_told_in_one_place() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    init = (PACKAGE / "__init__.py").read_text()
    version = re.search(r'__version__ = "(.*)"', init)
    assert version
    assert f"## {version[1]}" in changelog


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_what_is_built_answers_in_a_fresh_environment_elsewhere(tmp_path: Path, kind: str) -> None:
    target = ["-t", kind]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *target, "-d", tmp_path], cwd=ROOT, check=True
    )
    (built,) = tmp_path.glob("pakaz-*")
    fresh = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", fresh], check=True)
    subprocess.run([fresh / "bin" / "pip", "install", "-q", built], check=True, capture_output=True)
    done = subprocess.run(
        [fresh / "bin" / "pakaz", "ask", "--json", "will my gas bill go down"],
        cwd=tmp_path,
        env=environment(PAKAZ_KB=""),
        capture_output=True,
        check=True,
    )
    assert b'"id": "gas-bills"' in done.stdout


@pytest.mark.slow
def test_answering_writes_no_file_and_opens_no_socket(tmp_path: Path) -> None:
    strace = Path("/usr/bin/strace")
    if not strace.exists():
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    subprocess.run(
        [
            strace,
            "-f",
            "-e",
            "trace=openat,open,creat,socket,connect,execve",
            "-o",
            trace,
            COMMAND,
            "ask",
            "rice duty",
        ],
        env=environment(PYTHONDONTWRITEBYTECODE="1", HOME=str(tmp_path)),
        capture_output=True,
        check=False,
    )
    calls = trace.read_text().splitlines()
    assert any(str(SMALL) in call for call in calls)
    assert [
        call
        for call in calls
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(|socket\(|connect\(", call)
    ] == []
    assert sum("execve(" in call for call in calls) == 1
