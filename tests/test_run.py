"""Programs that are run in the page, in headless Chromium against the built site."""

import doctest
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from zettelkasten.fences import includes, is_session, shows_output
from zettelkasten.markup import Fence
from zettelkasten.sessions import read

from tests.programs import SLOW, START, be, button, click, ended, with_programs
from tests.test_site import LIBRARY, NOTES

ROUNDING = {"complex_step", "numerical_differentiation"}
"""Modules that print rounding errors, whose last digit depends on how a machine rounds a sine."""
RUN_BLOCKS = """async (addresses) => {
  const { press } = await import("/assets/run.js");
  const place = document.createElement("div");
  document.querySelector("article").replaceChildren(place);
  const found = [];
  for (const address of addresses) {
    const html = await (await fetch(address)).text();
    const page = new DOMParser().parseFromString(html, "text/html");
    place.replaceChildren(...page.querySelectorAll(".example:has([data-run])"));
    for (const block of place.querySelectorAll("BLOCKS")) {
      const captured = block.querySelector(".output pre")?.textContent;
      const button = block.querySelector("[data-run]");
      press(button);
      while (button.textContent !== "Run") await new Promise((go) => setTimeout(go, 5));
      const seen = [".output p", "pre.own"].map((one) => block.querySelector(one).textContent);
      found.push([address, button.dataset.run, captured, ...seen]);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def shared(browser: Browser, site: Path, address: str) -> Iterator[Page]:
    """A page whose worker runs one program after the other, as that of a reader does."""
    context = browser.new_context(base_url=address)
    context.set_default_timeout(SLOW)
    with_programs(context, site)
    page = context.new_page()
    page.goto(START)
    yield page
    context.close()


@pytest.fixture
def block(shared: Page) -> Locator:
    """A program with its output, on a page where none runs."""
    if not shared.url.endswith(START):
        shared.goto(START)
    return shared.locator(".example:has(.output)").first


def start(block: Locator, name: str) -> None:
    """Click Run after the block was made to run another program."""
    be(block, name)
    click(block)


def result(block: Locator, name: str) -> list[str]:
    start(block, name)
    return ended(block)


def workers(page: Page) -> list[Any]:
    return [one for one in page.workers if "run-worker" in one.url]


def gone(page: Page, worker: Any) -> bool:
    """Whether a worker has ended within the time that a browser may take for that."""
    for _ in range(40):
        if worker not in page.workers:
            return True
        page.wait_for_timeout(100)
    return False


# What runs


def test_every_module_prints_in_the_page_what_was_captured(shared: Page) -> None:
    shown = {
        includes(token)[0].module
        for note in NOTES
        for token in note.markup.tokens
        if isinstance(token, Fence) and shows_output(token)
    }
    found = ran(shared, ".example:has(.output)")
    assert {name for _, name, *_ in found} == shown
    assert len(shown) >= 60
    assert {
        name: printed
        for _, name, captured, _, printed in found
        if not same(captured, printed.rstrip("\n"), name in ROUNDING)
    } == {}


def test_every_session_goes_in_the_page_as_it_is_shown(shared: Page) -> None:
    sessions = [
        (note, token)
        for note in NOTES
        for token in note.markup.tokens
        if isinstance(token, Fence) and is_session(token)
    ]
    found = ran(shared, ".example:has([data-run='>>>'])")
    assert len(found) == len(sessions) >= 12
    for (note, fence), (*_, printed) in zip(sessions, found, strict=True):
        assert goes_as(read(fence.body), printed), f"{note.slug}: {printed}"


def ran(shared: Page, blocks: str) -> list[list[str]]:
    """Address, name, captured output, label and output of blocks of all notes; all end well."""
    found = shared.evaluate(
        RUN_BLOCKS.replace("BLOCKS", blocks), [f"/{note.url}" for note in NOTES]
    )
    shared.goto(START)
    for address, name, _, label, _ in found:
        assert re.fullmatch(r"Output, run in your browser, [\d.]+ s", label), (address, name, label)
    return found


def goes_as(examples: list[doctest.Example], printed: str) -> bool:
    """Whether a console printed what a session shows, statement by statement."""
    parts = re.split(r"^>>> ", printed, flags=re.MULTILINE)[1:]
    if len(parts) != len(examples):
        return False
    for example, part in zip(examples, parts, strict=True):
        lines = part.splitlines(keepends=True)
        code = [lines[0], *(line[4:] or "\n" for line in lines[1:] if line.startswith("..."))]
        got = "".join(lines[len(code) :])
        if example.exc_msg:  # frames are shown as dots
            got, wanted = got[got.rindex("\n", 0, -1) + 1 :], example.exc_msg
        else:
            wanted = example.want
        if "".join(code).strip() != example.source.strip():
            return False
        if not doctest.OutputChecker().check_output(wanted, got, doctest.ELLIPSIS):
            return False
    return True


def same(captured: str, printed: str, may_round: bool) -> bool:
    """Whether two outputs are equal, or equal but for one unit of numbers like 5e-11."""
    if captured == printed or not may_round:
        return captured == printed
    rounded = re.compile(r"(\d)e(-\d\d)")
    pairs = zip_longest(rounded.findall(captured), rounded.findall(printed), fillvalue=("0", ""))
    return rounded.sub("", captured) == rounded.sub("", printed) and all(
        one[1] == two[1] and abs(int(one[0]) - int(two[0])) <= 1 for one, two in pairs
    )


def test_every_block_of_a_module_can_be_run(site: Path) -> None:
    for note in LIBRARY.notes:
        if note.kind != "lab":
            fences = [token for token in note.markup.tokens if isinstance(token, Fence)]
            modules = [found[0].module for one in fences if (found := _included(one))]
            html = (site / note.url / "index.html").read_text(encoding="utf-8")
            assert re.findall(r'data-run="(\w+)"', html) == modules, note.slug
            assert html.count('data-run="') == html.count('class="example') == len(fences)


def _included(fence: Fence) -> Any:
    try:
        return includes(fence)
    except ValueError:
        return []


# Nothing before the click, nothing from elsewhere


def test_nothing_is_fetched_before_the_click_and_then_only_from_this_site(
    context: BrowserContext, page: Page, address: str
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(START)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "run" in url.rpartition("/")[2] or "pyodide" in url] == []
    labels: set[str] = set()
    page.expose_function("said", lambda label: labels.add(label))
    page.evaluate(
        "new MutationObserver(() => said(document.querySelector('.output p').textContent))"
        ".observe(document.querySelector('.output p'), {childList: true})"
    )
    block = page.locator(".example:has(.output)").first
    click(block)
    assert "run in your browser" in ended(block)[0]
    for name in ("run.js", "run-worker.js", "run.json", "pyodide.asm.wasm", "python_stdlib.zip"):
        assert len([url for url in asked if url.endswith(name)]) == 1, name
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    loading = r"Output, captured at build\. Loading Python, \d+\.\d of 15\.\d MB"
    assert [label for label in labels if re.fullmatch(loading, label)]


def test_without_scripts_there_is_no_button(browser: Browser, site: Path, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(START)
    expect(page.locator("[data-run]").first).to_be_hidden()
    expect(page.locator(".local").first).to_be_visible()
    context.close()


def test_what_could_not_be_loaded_is_said_and_tried_again(
    page: Page, context: BrowserContext, site: Path
) -> None:
    page.goto(START)
    context.route("**/run.js", lambda route: route.abort())
    only = page.locator("[data-run]").first
    only.click()
    expect(only).to_have_text("Offline")
    context.unroute("**/run.js")
    only.click()
    expect(only).to_have_text("Run", timeout=SLOW)
    for missing in ("run.json", "numpy-*"):
        page.goto(START)
        block = page.locator(".example:has(.output)").first
        captured = block.locator(".output pre").inner_text()
        context.route(f"**/{missing}", lambda route: route.abort())
        click(block)
        seen = ended(block)
        assert seen[:2] == ["Output, captured at build", captured]
        assert seen[2].startswith("Python could not be loaded")
        context.unroute(f"**/{missing}")
        click(block)
        assert "run in your browser" in ended(block)[0]


# Errors and ends


def test_an_error_shows_the_end_of_the_traceback_below_what_was_captured(block: Locator) -> None:
    captured = block.locator(".output pre").first.text_content()
    seen = result(block, "fails")
    assert seen[0] == "Output, captured at build"
    assert seen[1] == captured
    assert re.fullmatch(r"Stopped by an error, run in your browser, [\d.]+ s", seen[2])
    assert seen[3].startswith("so far\nTraceback (most recent call last):\n")
    assert '  File "snippets/helps.py", line 2, in divide' in seen[3]
    assert seen[3].rstrip().endswith("ZeroDivisionError: division by zero")
    for inner in ("runpy", "in_page", "/home", "frozen"):
        assert inner not in seen[3]
    marked = block.locator("mark").text_content()
    assert marked == '  File "snippets/fails.py", line 5, in first\n    return divide(0)\n'


def test_no_folder_of_the_machinery_is_named(block: Locator) -> None:
    shown = result(block, "asks")[3]
    assert "cannot import name 'nothing_of_this_name' from 'snippets.helps' (snippets/" in shown


def test_a_slip_of_the_pen_is_marked_too(block: Locator) -> None:
    assert "SyntaxError: invalid syntax" in result(block, "misspelt")[3]
    assert "line 2\n    y = = 2\n" in (block.locator("mark").text_content() or "")


def test_endless_recursion_is_an_error_like_others(block: Locator) -> None:
    seen = result(block, "recurses")
    assert "RecursionError" in seen[3]
    assert len(seen[3].splitlines()) < 30


def test_stop_ends_an_endless_loop_and_the_next_run_works(block: Locator, shared: Page) -> None:
    start(block, "loops")
    expect(block.locator("pre.own")).to_contain_text("it begins", timeout=SLOW)
    expect(button(block)).to_have_text("Stop")
    running = workers(shared)[-1]
    button(block).click()
    expect(button(block)).to_have_text("Run", timeout=500)
    assert gone(shared, running)
    seen = ended(block)
    assert re.fullmatch(r"Stopped after [\d.]+ s", seen[2])
    assert seen[3].strip() == "it begins"
    assert result(block, "gradient")[0].startswith("Output, run in your browser")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hungry", "Stopped: it wanted more than 1 GB of memory"),
        ("chatty", "Stopped: it printed more than 100,000 characters"),
        ("aborts", "Python broke down; the next Run starts it anew"),
    ],
)
def test_what_breaks_python_is_said_and_leaves_a_fresh_one(
    block: Locator, name: str, words: str
) -> None:
    seen = result(block, name)
    assert seen[0] == "Output, captured at build"
    assert words in seen[2]
    assert "run in your browser" in result(block, "gradient")[0]


def test_a_program_that_exits_or_prints_nothing_has_ended_well(block: Locator) -> None:
    assert result(block, "exits")[1].strip() == "before"
    (label,) = result(block, "silent")
    assert re.fullmatch(r"Run in your browser, [\d.]+ s: it printed nothing", label)


def test_two_programs_share_no_names(block: Locator) -> None:
    assert result(block, "leaves")[1].strip() == "done"
    assert result(block, "looks")[1].split("\n")[:2] == ["False False [0.33333333]", "__main__"]


# How it is shown


def test_lines_are_shown_as_they_are_printed(block: Locator) -> None:
    start(block, "slow")
    own = block.locator("pre.own")
    expect(own).to_have_text("first\n", timeout=SLOW)
    expect(button(block)).to_have_text("Stop")
    assert ended(block)[1].split() == ["first", "second"]


def test_a_second_program_waits_for_the_first(shared: Page, block: Locator) -> None:
    second = block.evaluate_handle(
        "block => block.after(block.cloneNode(true))"
    ) and shared.locator(".example:has(.output)").nth(1)
    start(block, "slow")
    start(second, "looks")
    expect(second.locator(".output p").first).to_contain_text("Waits for the program that is")
    assert ended(block)[1].split() == ["first", "second"]
    assert "__main__" in ended(second)[1]
    start(block, "loops")
    start(second, "looks")
    button(second).click()  # it has not begun
    assert ended(second)[2] == "Stopped"
    expect(button(block)).to_have_text("Stop")
    start(second, "looks")
    button(block).click()
    assert "__main__" in ended(second)[1]
    second.evaluate("block => block.remove()")


def test_a_block_without_captured_output_can_be_run_too(shared: Page, block: Locator) -> None:
    block.evaluate("block => block.querySelector('.output').remove()")
    bare = shared.locator(".example").first
    label, printed = result(bare, "looks")
    assert label.startswith("Output, run in your browser")
    assert "__main__" in printed
    assert "ZeroDivisionError" in result(bare, "fails")[1]
    expect(bare.locator(".output")).to_have_count(1)
    shared.goto(START)


def test_the_keyboard_is_enough_and_what_happens_is_said(shared: Page, block: Locator) -> None:
    block.get_by_role("button", name="Edit").focus()
    shared.keyboard.press("Tab")
    expect(button(block)).to_be_focused()
    be(block, "loops")
    shared.keyboard.press("Enter")
    expect(block.locator("pre.own")).to_contain_text("it begins", timeout=SLOW)
    spoken = shared.locator("#symbol + [role=status]")
    expect(spoken).to_have_text("Started")
    shared.keyboard.press("Space")
    assert ended(block)[2].startswith("Stopped after")
    expect(spoken).to_contain_text("Stopped after")
    expect(button(block)).to_be_focused()


def test_the_worker_stays_when_a_link_is_followed(shared: Page, block: Locator) -> None:
    result(block, "gradient")
    begun: list[Any] = []
    shared.on("worker", lambda worker: begun.append(worker))
    shared.locator(".needs a").first.click()
    expect(shared.locator("#top")).to_have_text("Partial derivative")
    other = shared.locator(".example:has(.output)").first
    captured = other.locator(".output pre").inner_text()
    click(other)
    label, printed = ended(other)
    assert label.startswith("Output, run in your browser")
    assert printed.strip() == captured.strip()
    assert begun == []


def test_a_program_ends_when_its_page_is_left(shared: Page, block: Locator) -> None:
    start(block, "loops")
    expect(block.locator("pre.own")).to_contain_text("it begins", timeout=SLOW)
    running = workers(shared)[-1]
    shared.locator(".needs a").first.click()
    expect(shared.locator("#top")).to_have_text("Partial derivative")
    assert gone(shared, running)
    other = shared.locator(".example:has(.output)").first
    assert "__main__" in result(other, "looks")[1]
