"""Programs run in the page: from the click to what they print, in a browser on this machine."""

import functools
import http.server
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environment
from playwright.sync_api import Browser, Page, sync_playwright

from .goals import Goal, table

NOTE = "notes/reverse-mode-ad/"
LOOP = "print('it begins')\nwhile True: pass\n"
# Seconds from a click until the output holds a text, taken in the page.
CLICK = """async ([name, wanted]) => {
  const block = document.querySelector(".example:has(.output)");
  const button = block.querySelector("[data-run]");
  for (const old of block.querySelectorAll("p.own, pre.own")) old.remove();
  block.querySelector(".output p").textContent = "";
  if (name) Object.assign(button.dataset, { run: name, sections: "" });
  const start = performance.now();
  button.click();
  while (!block.querySelector(".output").textContent.includes(wanted)) {
    if (performance.now() - start > 60_000) throw new Error(`no ${wanted} in a minute`);
    await new Promise((go) => setTimeout(go, 1));
  }
  return (performance.now() - start) / 1000;
}"""

STOP = """async () => {
  const start = performance.now();
  document.querySelector("[data-run].stop").click();
  while (document.querySelector("[data-run].stop")) await new Promise((go) => setTimeout(go, 1));
  return (performance.now() - start) / 1000;
}"""


def run(rounds: int) -> int:
    """Measure and print."""
    program = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    if not program:
        sys.exit("There is no browser: install Chromium, or name its program in CHROMIUM.")
    times: dict[str, list[float]] = {"cold": [], "warm": [], "stop": []}
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for turn in range(rounds):
            for name, seconds in _round(browser, address).items():
                times[name].append(seconds)
                print(f"round {turn + 1}, {name:4} {seconds:6.3f} s", flush=True)
    medians = {name: statistics.median(found) for name, found in times.items()}
    goals = [
        Goal("first click to first output, s", medians["cold"], 6, at_most=True),
        Goal("later click to all output, s", medians["warm"], 0.1, at_most=True),
        Goal("Stop to a button that runs again, s", medians["stop"], 3, at_most=True),
    ]
    print(table(goals))
    return 0


def _round(browser: Browser, address: str) -> dict[str, float]:
    """The three times, in a browser that has fetched nothing yet."""
    context = browser.new_context(base_url=address)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.route("**/assets/run.json", _with_loop)
    page.goto(NOTE)
    page.wait_for_load_state("networkidle")
    found = {name: _click(page, "", "run in your browser") for name in ("cold", "warm")}
    _click(page, "loop", "it begins")
    found["stop"] = page.evaluate(STOP)
    context.close()
    return found


def _click(page: Page, name: str, wanted: str) -> float:
    return page.evaluate(CLICK, [name, wanted])


def _with_loop(route: object) -> None:
    """Add an endless program to those of the site."""
    pack = route.fetch().json()
    pack["modules"]["loop.py"] = LOOP
    route.fulfill(json=pack)


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _served() -> Iterator[str]:
    """The site, built and served: its address."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "site")
        build = [sys.executable, str(environment.ROOT / "scripts/build.py"), "--out", str(out)]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        handler = functools.partial(_QuietHandler, directory=str(out))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/"
            server.shutdown()
