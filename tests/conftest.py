"""Shared fixtures: a small project to break, the built site, and a browser."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from zettelkasten.checks import check
from zettelkasten.library import Library

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# The same random draws in every run, here and in CI; `--hypothesis-profile default` draws new ones.
hypothesis.settings.register_profile(
    "same",
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # no test is timed
)
hypothesis.settings.load_profile("same")
NO_BROWSER = (
    "no browser: install Chromium (on Debian: apt install chromium), "
    "or name its program in the variable CHROMIUM"
)

GOOD_NOTE = """\
---
id: {id}
title: {title}
claim: {title} is a thing.
aliases: []
needs: [{needs}]
sources: [{sources}]
date: 2026-11-22
---
{body}
"""


class Project:
    """A folder with the shape of the project, two good notes, a module and a source."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.note("one", "First, see [two](two.md) for more.", sources="book-1970")
        self.note("two", 'Back to [one](one.md).\n\n```python\n--8<-- "snippets/two.py:part"\n```')
        self.write("docs/sources/book-1970.md", self.source_text())
        self.write("snippets/__init__.py", "")
        self.write(
            "snippets/two.py", "# --8<-- [start:part]\nx = 1\n# --8<-- [end:part]\nprint(x)\n"
        )
        self.write("tests/snippets/test_two.py", "")
        self._ids = 0

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below the root."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def note(
        self, slug: str, body: str, needs: str = "", sources: str = "", note_id: str = ""
    ) -> None:
        """Write a good note around a body, whose first line is line 10 of the file."""
        number = sum(map(ord, slug)) % 60
        self.write(
            f"docs/notes/{slug}.md",
            GOOD_NOTE.format(
                id=note_id or f"2026-01-01t00-00-{number:02}z",
                title=slug.capitalize(),
                needs=needs,
                sources=sources,
                body=body,
            ),
        )

    @staticmethod
    def source_text() -> str:
        """A good literature note."""
        front = GOOD_NOTE.format(
            id="2026-01-01t01-00-00z", title="Book 1970", needs="", sources="", body="Body."
        )
        facts = (
            "authors: A. Author\nyear: 1970\nwork: A Book\nvenue: Press\nlink: null\n"
            "known: read\nread: It was read.\n"
        )
        return front.replace("date:", f"{facts}date:")

    def problems(self) -> list[str]:
        """What the checks say, one line each."""
        return list(map(str, check(Library(self.root, self.root / "docs"))))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site is built."""
    return tmp_path_factory.mktemp("built") / "site"


@pytest.fixture(scope="session")
def address(out: Path) -> Iterator[str]:
    """Where that folder is served, with a slash at the end."""
    handler = functools.partial(_QuietHandler, directory=str(out))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def build(address: str) -> Callable[[Path], None]:
    """The command that builds the site for readers, for the address at which the tests read it."""

    def run(out: Path, **variables: str) -> None:
        command = [sys.executable, str(ROOT / "scripts/build.py"), "--out", str(out)]
        variables = os.environ | variables | {"SITE_URL": address}
        result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=variables)
        assert result.returncode == 0, result.stdout + result.stderr

    return run


@pytest.fixture(scope="session")
def site(out: Path, build: Callable[[Path], None]) -> Path:
    """The built site."""
    build(out)
    return out


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; skipped without one, but a failure in CI."""
    if not CHROMIUM:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_BROWSER)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, timeout=60_000)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, site: Path, address: str) -> Iterator[BrowserContext]:
    allowed = ["clipboard-read", "clipboard-write"]
    opened = browser.new_context(base_url=address, permissions=allowed)
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def settle(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
