"""The commands: what they do, and what they say when something is in the way."""

import ast
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT

SCRIPTS = ROOT / "scripts"
COMMANDS = ["serve.py", "build.py", "check.py", "test.py", "new_note.py", "bench.py"]


def run(script: str | Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / script), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | variables, timeout=300
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project that shares the environment, to change at will."""
    target = tmp_path / "copy"
    skip = shutil.ignore_patterns(".venv*", ".git", "site", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, target, ignore=skip)
    (target / ".venv").symlink_to(sys.prefix)
    return target


# What the scripts say before they can work


@pytest.mark.parametrize("script", COMMANDS)
def test_an_old_python_is_told_what_is_needed(script: str) -> None:
    pretend = (
        "import sys, runpy; sys.version_info = (3, 8, 1); "
        f"sys.argv = ['scripts/{script}']; sys.path.insert(0, {str(SCRIPTS)!r}); "
        f"runpy.run_path({str(SCRIPTS / script)!r}, run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert result.returncode == 1
    assert "Adjoint needs Python 3.11 or newer, and this is Python 3.8." in result.stderr
    assert re.search(rf"for example: python3.12 \S*scripts/{script}", result.stderr)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("script", ["environment.py", *COMMANDS])
def test_old_pythons_can_read_the_scripts_far_enough_to_say_so(script: str) -> None:
    ast.parse((SCRIPTS / script).read_text(), feature_version=(3, 6))


def test_a_failed_install_says_what_to_do_and_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    for script in ("environment.py", "check.py"):
        shutil.copy(SCRIPTS / script, tmp_path / "scripts")
    (tmp_path / "docs").mkdir()
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/site.txt").write_text(f"no-such==1.0 --hash=sha256:{'0' * 64}\n")
    base = Path(sys._base_executable)  # an environment made from this one's would lack pip
    command = [str(base), str(tmp_path / "scripts/check.py")]
    quiet = os.environ | {"PIP_NO_INDEX": "1", "PATH": os.defpath, "PIP_FIND_LINKS": ""}
    for _ in range(2):
        result = subprocess.run(command, capture_output=True, text=True, env=quiet, timeout=300)
        assert result.returncode == 1
        assert "Installing what the site needs, pinned in requirements/site.txt" in result.stdout
        assert "No matching distribution found for no-such==1.0" in result.stderr
        assert "Check the connection to the package index, then run the same" in result.stderr
        assert "Traceback" not in result.stderr


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out(taken_port: int) -> None:
    result = run("serve.py", "--port", str(taken_port))
    assert result.returncode == 1
    assert f"Port {taken_port} cannot be used: " in result.stderr
    assert "python3 scripts/serve.py --port 8001" in result.stderr
    assert "Traceback" not in result.stderr


# serve.py


class Served:
    """A running preview of a copy of the project."""

    def __init__(self, copy: Path, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}/"
        self._log = log
        port = self.address.rpartition(":")[2].strip("/")
        command = [sys.executable, str(copy / "scripts/serve.py"), "--port", port]
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=10) as response:
            return response.read().decode()

    def wait(self, holds: Callable[[], bool]) -> None:
        """Until a condition holds, for at most a minute; errors count as not yet."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if holds():
                    return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)
        pytest.fail(f"nothing happened for a minute:\n{self.log}")


@pytest.fixture
def served(copy: Path, tmp_path: Path) -> Iterator[Served]:
    preview = Served(copy, tmp_path / "log")
    yield preview
    os.killpg(preview.process.pid, signal.SIGTERM)
    preview.process.wait(timeout=20)


@pytest.mark.skipif(os.name != "posix", reason="ends the preview by a process group")
def test_a_broken_note_shows_its_error_and_the_rest_stays_up(served: Served, copy: Path) -> None:
    served.wait(lambda: "Chain rule" in served.get("notes/chain-rule-scalar/"))
    assert f"open {served.address} (Ctrl-C stops)" in served.log
    note = copy / "docs/notes/gradient.md"
    good = note.read_text()

    note.write_text(good.replace("title: Gradient\n", "") + "\n[x](nowhere.md) $$y\n")
    lines = good.count("\n")
    served.wait(lambda: "no page nowhere.md" in served.get("notes/gradient/"))
    page = served.get("notes/gradient/")
    for message in (
        "docs/notes/gradient.md:1:1: front matter has no",
        f"docs/notes/gradient.md:{lines + 1}:1: there is no page nowhere.md",
        f"docs/notes/gradient.md:{lines + 1}:17: this $$ is never closed",
    ):
        assert message in served.log
        assert message in page
    assert "Traceback" not in served.log
    assert "Jacobian" in served.get("notes/jacobian/")

    note.write_text(good + "\n$$\nx = 2 x\n$$\n\nAnd $Q = x$.\n")
    served.wait(lambda: "right side is" in served.get("notes/gradient/"))
    page = served.get("notes/gradient/")
    assert re.search(r"</math></div><p class=\"broken\">right side is .*, left side is", page)
    assert '</math> <b class="broken">Q is no symbol of this note</b>' in page
    assert f"docs/notes/gradient.md:{lines + 3}:3: right side is" in served.log

    note.write_text(good)
    served.wait(lambda: "To mend" not in served.get("notes/gradient/"))
    assert served.process.poll() is None


# build.py


def test_a_wrong_note_fails_the_build_and_the_last_good_site_stays(copy: Path) -> None:
    build = copy / "scripts/build.py"
    assert run(build).returncode == 0
    before = (copy / "site/notes/gradient/index.html").read_bytes()
    note = copy / "docs/notes/gradient.md"
    note.write_text(note.read_text() + "\n$$x\n\n[y](nowhere.md)\n")
    result = run(build)
    assert result.returncode != 0
    assert "this $$ is never closed" in result.stderr
    assert "there is no page nowhere.md" in result.stderr
    assert "2 problems in 1 file; nothing was built" in result.stdout
    assert (copy / "site/notes/gradient/index.html").read_bytes() == before
    assert not list(copy.glob("*.partial"))


def test_a_warning_of_the_generator_fails_the_build(copy: Path) -> None:
    settings = copy / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("notes/index.md", "notes/indx.md"))
    assert run(copy / "scripts/build.py").returncode != 0


def test_without_a_connection_the_site_is_built_and_what_it_lacks_is_said(copy: Path) -> None:
    kept = copy / ".cache/fetched"
    for file in kept.iterdir():
        file.write_bytes(b"damaged")
    offline = dict.fromkeys(("https_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    scripts = str(copy / "scripts")  # the copy's own machinery, and so its own kept files
    result = run(copy / "scripts/build.py", PYTHONPATH=scripts, no_proxy="", **offline)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "The site is without its search: minisearch" in result.stderr
    assert "The site is without its Run buttons: pyodide.mjs could not be" in result.stderr
    assert f"or put the file at {kept / 'pyodide.mjs'}" in result.stderr
    html = (copy / "site/notes/gradient/index.html").read_text(encoding="utf-8")
    assert "data-run" not in html
    assert "python -m snippets.gradient" in html
    assert not list(copy.glob("site/assets/pyodide*"))
    assert not (copy / "site/assets/run.json").exists()
    assert "cannot search" in (copy / "site/assets/minisearch.js").read_text(encoding="utf-8")


def test_a_folder_that_is_no_site_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    result = run("build.py", "--out", str(tmp_path))
    assert result.returncode == 1
    assert "holds something that is no built site" in result.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


# check.py and new_note.py


def test_the_check_writes_its_result_as_json(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    result = run("check.py", "--json", str(out))
    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines()[-1].endswith("checked: nothing to mend")
    data = json.loads(out.read_text())
    assert data["problems"] == []
    assert "docs/notes/gradient.md" in data["notes"]


def test_a_new_note_passes_as_it_stands_and_overwrites_nothing(copy: Path) -> None:
    script = copy / "scripts/new_note.py"
    assert run(script, "Heavy ball: momentum's way").returncode == 0
    assert run(script, "Trust region").returncode == 0
    for path in ("docs/notes/{}.md", "snippets/{}.py", "tests/snippets/test_{}.py"):
        slug = "heavy-ball-momentums-way"
        name = slug if path.startswith("docs") else slug.replace("-", "_")
        assert (copy / path.format(name)).is_file()
    checked = run(copy / "scripts/check.py")
    assert checked.returncode == 0, checked.stdout
    tests = [sys.executable, "-m", "pytest", "-q", "tests/snippets/test_trust_region.py"]
    assert subprocess.run(tests, cwd=copy, capture_output=True).returncode == 0
    style = [sys.executable, "-m", "ruff", "check", "snippets", "tests/snippets"]
    assert subprocess.run(style, cwd=copy, capture_output=True).returncode == 0

    before = (copy / "docs/notes/trust-region.md").read_bytes()
    again = run(script, "Trust region")
    assert again.returncode == 2
    assert "docs/notes/trust-region.md" in again.stderr
    assert (copy / "docs/notes/trust-region.md").read_bytes() == before


@pytest.mark.parametrize("title", ["$x$", "2 layers", "…", "class", ""])
def test_a_title_that_gives_no_name_is_refused(title: str) -> None:
    result = run("new_note.py", title)
    assert result.returncode == 2
    assert "use plain words, a letter first" in result.stderr


# What the project pins and how it is written


def locked(group: str) -> dict[str, set[str]]:
    """Versions by package in a lock."""
    pins: dict[str, set[str]] = {}
    text = (ROOT / "requirements" / f"{group}.txt").read_text()
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        pins.setdefault(name, set()).add(version)
    return pins


@pytest.mark.parametrize("group", ["site", "test", "bench"])
def test_every_dependency_is_locked_with_hashes_in_its_range(group: str) -> None:
    import tomllib

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    wanted = [item for item in groups[group] if isinstance(item, str)]
    pins = locked(group)
    for item in wanted:
        requirement = Requirement(item)
        for version in pins[requirement.name]:
            assert version in requirement.specifier, f"{item}: {version}"
    text = (ROOT / "requirements" / f"{group}.txt").read_text()
    blocks = re.split(r"\n(?=[a-z])", text)
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_locks_agree_where_they_overlap() -> None:
    site = locked("site")
    for group in ("test",):
        other = locked(group)
        assert {name: other[name] for name in site} == site


def test_numpy_has_a_pin_for_old_and_one_for_new_pythons() -> None:
    text = (ROOT / "requirements/site.txt").read_text()
    assert re.search(r"^numpy==2\.4\S* ; python_full_version < '3.12'", text, re.MULTILINE)
    assert re.search(r"^numpy==\S+ ; python_full_version >= '3.12'", text, re.MULTILINE)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_the_code_is_clean(command: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout


def test_one_file_imports_mkdocs_and_snippets_import_nothing_of_the_site() -> None:
    def imports(path: Path) -> set[str]:
        tree = ast.parse(path.read_text())
        return {
            name.partition(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
        }

    users = [path.name for path in SCRIPTS.rglob("*.py") if "mkdocs" in imports(path)]
    assert users == ["mkdocs_adapter.py"]
    for path in (ROOT / "snippets").glob("*.py"):
        assert imports(path) <= {"numpy", "snippets", *sys.stdlib_module_names}, path


def test_no_machinery_file_is_too_long() -> None:
    for path in [*SCRIPTS.rglob("*.py"), *(ROOT / "snippets").glob("*.py")]:
        assert len(path.read_text().splitlines()) <= 400, path
