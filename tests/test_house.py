"""House rules: which modules import what, what each command loads, and true documents."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, environment

PACKAGE = ROOT / "src" / "pakaz_cli"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
LIBRARIES = {"typer", "rich", "rapidfuzz", "yaml", "prompt_toolkit", "sqlite3"}

#: Which folders and top-level modules of the package each of them may import, from the command line
#: down, and the one module that imports each library. docs/architecture.md shows the same table.
ALLOWED: dict[str, set[str]] = {
    "cli": {"chat", "terminal", "views", "authoring", "search", "knowledge", "text"},
    "chat": {"terminal", "views", "search", "knowledge", "text"},
    "terminal": {"views", "text"},
    "views": {"authoring", "search", "knowledge", "text"},
    "authoring": {"search", "knowledge", "text"},
    "search": {"knowledge", "text"},
    "knowledge": {"text"},
    "text": set(),
}
#: What every folder may import.
COMMON = {"errors", "model", "_typing"}
ONLY_IMPORTER = {
    "typer": "cli/app.py",
    "rich": "views/canvas.py",
    "rapidfuzz": "search/similarity.py",
    "yaml": "knowledge/strict_yaml.py",
    "prompt_toolkit": "chat/prompt.py",
    "sqlite3": "knowledge/database.py",
}


def imports(module: str) -> set[str]:
    """Every module that a file names in an import, those for type checking included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def modules_of(names: set[str]) -> set[str]:
    """The files of the package among imported names."""
    paths = {
        name.removeprefix("pakaz_cli.").replace(".", "/") for name in names if "pakaz_cli." in name
    }
    files = {f"{path}.py" for path in paths} | {f"{path.rpartition('/')[0]}.py" for path in paths}
    return files & set(MODULES)


@pytest.mark.parametrize("module", [module for module in MODULES if "/" in module])
def test_a_folder_imports_only_the_folders_below_it(module: str) -> None:
    folder = module.partition("/")[0]
    needed = {other.partition("/")[0].removesuffix(".py") for other in modules_of(imports(module))}
    assert needed - {folder} <= ALLOWED[folder] | COMMON


def test_each_folder_needs_every_folder_that_the_table_allows_it() -> None:
    for folder, allowed in ALLOWED.items():
        own = [module for module in MODULES if module.startswith(f"{folder}/")]
        needed = {
            other.partition("/")[0] for module in own for other in modules_of(imports(module))
        }
        assert allowed <= needed, folder


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {module: modules_of(imports(module)) - {module} for module in MODULES}
    while left:
        free = {module for module, needs in left.items() if not needs & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        left = {module: needs for module, needs in left.items() if module not in free}


def test_each_library_has_one_importer() -> None:
    importers: dict[str, set[str]] = {}
    for module in MODULES:
        for name in imports(module):
            importers.setdefault(name.partition(".")[0], set()).add(module)
    others = importers.keys() - sys.stdlib_module_names - {"pakaz_cli"}
    assert others | {"sqlite3"} == ONLY_IMPORTER.keys()
    for library, module in ONLY_IMPORTER.items():
        assert importers[library] == {module}, library


def test_the_lowest_versions_that_are_tested_are_the_lower_bounds_of_the_metadata() -> None:
    """`.ci/matrix --lock` writes them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    needed = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(need for extra in extras for need in extra if need != "pakaz[test]"),
    ]
    bounds = {need.partition(",")[0].lower().replace("_", "-") for need in needed}
    locked = (ROOT / ".ci" / "lowest.txt").read_text().splitlines()
    assert {bound.replace(">=", "==") for bound in bounds} <= set(locked)


def test_the_architecture_page_shows_the_table() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| `(\w+)/` \|.*\| (.*) \|$", page, re.MULTILINE)
    shown = {folder: set(re.findall(r"`(\w+)/`", cell)) for folder, cell in rows}
    assert shown == ALLOWED


LOADED = "import sys; from pakaz_cli.cli import commands; commands.run(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"


def modules_loaded(code: str, *words: str) -> set[str]:
    """The names that `code` writes to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        env=environment(),
        check=True,
        text=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "not_loaded"),
    [
        (
            ["ask", "--json", "rice customs exemption"],
            {"rich", "prompt_toolkit"},
        ),
        (["ask", "rice customs exemption"], {"rich", "pakaz_cli.views.json_lines"}),
        (
            ["ask", "rice customs exemption", "--format", "text"],
            {"rich", "pakaz_cli.views.json_lines"},
        ),
        (["sectors"], {"rich", "rapidfuzz", "pakaz_cli.search.engine"}),
        (["--version"], {"rich", "rapidfuzz"}),
        (["batch", "/dev/null"], {"rich", "pakaz_cli.search.explain", "pakaz_cli.views.panels"}),
    ],
)
def test_a_command_loads_only_what_it_uses(words: list[str], not_loaded: set[str]) -> None:
    loaded = modules_loaded(LOADED, *words)
    assert "pakaz_cli.cli.commands" in loaded
    assert not_loaded.isdisjoint(loaded)


def test_a_panel_loads_no_more_of_rich_than_it_uses() -> None:
    console = "import sys, rich.console; sys.stderr.write(' '.join(sys.modules))"
    of_rich_itself = modules_loaded(console)  # up to 13.8, its tables too
    loaded = modules_loaded(LOADED, "ask", "rice customs exemption", "--format", "rich")
    assert "rich.panel" in loaded
    assert {"rich.markdown", "rich.table", "rich.progress"}.isdisjoint(loaded - of_rich_itself)


WRITERS = {
    "__main__.py",
    "terminal/streams.py",
    "terminal/screen.py",
    "terminal/guard.py",
    "terminal/progress.py",
    "chat/prompt.py",
    "chat/line_prompt.py",
}


def test_only_a_few_modules_write_to_the_standard_streams() -> None:
    for module in MODULES:
        source = (PACKAGE / module).read_text()
        if module not in WRITERS:
            assert "os.write" not in source, module
            assert "sys.stderr.write" not in source, module
            assert "sys.stdout" not in source, module
        assert not re.search(r"(?<![.\w])print\(", source), module


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


def test_the_changelog_has_the_current_version() -> None:
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
