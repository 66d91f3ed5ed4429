"""Programs that a reader changes in the page, in headless Chromium against the built site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.programs import SLOW, START, be, button, click, ended, with_programs


@pytest.fixture
def own(context: BrowserContext, page: Page, site: Path) -> Iterator[Locator]:
    """A program with its output, in a visit of its own during which no browser complains."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    context.set_default_timeout(SLOW)
    with_programs(context, site)
    page.goto(START)
    yield page.locator(".example:has(.output)").first
    assert complaints == []


def edit(block: Locator) -> Locator:
    """Open the editor of a block: its text area."""
    block.locator(".edit").click()
    area = block.locator("textarea")
    expect(area).to_be_focused()
    return area


def change(block: Locator, name: str, text: str, sections: str = "here") -> Locator:
    """Type a text in the place of all, in the block of a program that only tests have."""
    area = block.locator("textarea")
    if not area.count():
        area = edit(block)
    be(block, name, sections)
    area.press("Control+a")
    block.page.keyboard.insert_text(text)
    return area


def test_the_editor_holds_the_code_and_looks_like_it(own: Locator, page: Page) -> None:
    code = own.locator(".highlight code")
    shown = (code.text_content() or "").rstrip()
    looks = """pre => {
      const { width, height } = pre.getBoundingClientRect();
      const { font, color } = getComputedStyle(pre);
      return [width, height, font, color];
    }"""
    before = own.locator(".highlight pre").evaluate(looks)
    colours = "part => getComputedStyle(part).color"
    words = own.locator(".highlight .k").first.evaluate(colours)
    area = edit(own)
    assert area.input_value() == shown
    assert own.locator(".prism-code-editor").evaluate(looks) == before
    assert own.locator(".token.keyword").first.evaluate(colours) == words
    expect(own.locator(".yours")).to_have_count(0)


def test_what_is_changed_is_run_in_its_place_and_marked_as_yours(own: Locator, page: Page) -> None:
    original = edit(own).input_value()
    change(own, "marked", "x = 5\n")
    expect(own.locator(".yours")).to_have_text("yours")
    expect(own.locator(".edit")).to_have_text("Reset")
    label = own.locator(".output > p").first
    expect(label).to_have_text("Output of the original, captured at build")
    own.locator("textarea").press("Control+Enter")
    assert ended(own)[0].startswith("Output of your version, run in your browser")
    assert ended(own)[1].strip() == "x = 5"
    own.locator(".edit").click()
    expect(own.locator("textarea")).to_have_value(original)
    expect(own.locator(".yours")).to_have_count(0)
    page.keyboard.press("Control+z")  # nothing is lost by a reset
    expect(own.locator(".yours")).to_have_text("yours")
    expect(own.locator("textarea")).to_have_value("x = 5\n")


def test_what_was_changed_is_kept_for_the_visit(own: Locator, page: Page) -> None:
    edit(own)
    page.keyboard.press("Control+End")
    page.keyboard.type("  # mine")
    text = own.locator("textarea").input_value()
    page.locator(".needs a").first.click()
    expect(page.locator("#top")).to_have_text("Partial derivative")
    expect(page.locator(".yours")).to_have_count(0)
    page.go_back()
    expect(own.locator("textarea")).to_have_value(text)
    page.reload()
    expect(own.locator("textarea")).to_have_value(text)
    expect(own.locator(".yours")).to_have_text("yours")
    expect(own.locator("textarea")).not_to_be_focused()
    own.locator(".edit").click()
    page.reload()
    expect(page.locator("textarea")).to_have_count(0)


def test_blocks_of_a_module_are_changed_together(own: Locator, page: Page) -> None:
    own.evaluate("block => block.after(block.cloneNode(true))")
    second = page.locator(".example:has(.output)").nth(1)
    change(second, "marked", "print('there', x)\n", "there")
    change(own, "marked", "x = 5")
    own.locator("textarea").press("Control+Enter")
    assert ended(own)[1].split("\n")[:2] == ["x = 5", "there 5"]
    own.locator(".edit").click()
    expect(own.locator(".yours")).to_have_count(0)
    be(own, "marked", "")
    click(own)
    label, printed = ended(own)
    assert label.startswith("Output of your version")
    assert printed.split("\n")[:2] == ["x = 1", "there 1"]


def test_the_failing_line_is_marked_in_the_code(own: Locator, page: Page) -> None:
    found = "() => [...CSS.highlights.get('failed')].map(String)"
    change(own, "marked", "x = 5\ny = 1 / 0")
    own.locator("textarea").press("Control+Enter")
    assert "ZeroDivisionError" in ended(own)[3]
    assert [line.strip() for line in page.evaluate(found)] == ["y = 1 / 0"]
    own.locator("textarea").press("a")
    assert page.evaluate(found) == []


def test_a_line_that_fails_is_marked_among_colours_too(own: Locator, page: Page) -> None:
    be(own, "broken", "here")
    code = own.locator(".highlight code")
    code.evaluate("code => { code.innerHTML = '<b>x</b> = 1\\n<i>y</i> = x / <u>0</u>\\n'; }")
    click(own)
    assert "ZeroDivisionError" in ended(own)[3]
    assert page.evaluate("[...CSS.highlights.get('failed')].map(String)") == ["y = x / 0"]


def test_the_keyboard_is_enough(own: Locator, page: Page) -> None:
    own.locator(".edit").focus()
    page.keyboard.press("Enter")
    expect(own.locator("textarea")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("x = 7")
    be(own, "marked", "here")
    spoken = page.locator("#symbol + [role=status]")
    expect(spoken).to_have_text("Changed: this version is yours")
    page.keyboard.press("Meta+Enter")
    assert ended(own)[1].strip() == "x = 7"
    expect(spoken).to_contain_text("Finished after")
    expect(own.locator("textarea")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    expect(own.locator(".edit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(spoken).to_have_text("As it was")
    expect(own.locator("textarea")).to_be_focused()


def test_typing_is_as_in_an_editor(own: Locator, page: Page) -> None:
    area = change(own, "marked", "")
    area.press_sequentially("if x:\nreturn")
    assert area.input_value() == "if x:\n    return"
    page.keyboard.press("Shift+Tab")
    assert area.input_value() == "if x:\nreturn"
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert area.input_value() == "if x:\n    return"
    page.keyboard.press("Control+z")
    assert area.input_value() == "if x:\nreturn"
    page.keyboard.press("Escape")
    expect(button(own)).to_be_focused()
    assert area.get_attribute("aria-label") == "gradient.py, to be changed. Escape leaves it"


def test_what_is_typed_is_never_read_as_html(own: Locator, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    text = "x = print('<img src=x onerror=alert(1)>')  # </textarea><b>&lt;"
    change(own, "marked", text)
    own.locator("textarea").press("Control+Enter")
    assert ended(own)[1].startswith("<img src=x onerror=alert(1)>")
    page.reload()
    expect(own.locator("textarea")).to_have_value(text)
    assert own.locator(":is(img, .highlight b, .prism-code-editor b)").count() == 0
    assert [url for url in asked if not url.startswith(page.url.partition("/notes/")[0])] == []


def test_a_session_is_changed_without_its_prompts(own: Locator, page: Page) -> None:
    page.goto("notes/scalar-tape/")
    session = page.locator(".example:has([data-run='>>>'])").first
    area = edit(session)
    assert area.input_value().startswith("from snippets.scalar_tape import RULES\nRULES[")
    area.press("Control+a")
    area.press_sequentially("for i in range(2):\ni")
    area.press("Control+Enter")
    expect(button(session)).to_have_text("Run", timeout=SLOW)
    output = ">>> for i in range(2):\n...     i\n0\n1\n"
    assert session.locator("pre.own").text_content() == output


def test_copy_takes_what_was_changed(own: Locator, page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    change(own, "marked", "x = 5\n")
    own.locator(".copy").click()
    expect(own.locator(".copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "x = 5\n"


WAITS = "import time\nprint('it begins')\ntime.sleep(1)\nx = 1\nx / 0"


def test_a_program_that_fails_may_have_been_changed_meanwhile(own: Locator, page: Page) -> None:
    found = "() => [...CSS.highlights.get('failed')].map(String)"
    for text in ("x = 5", "x = 5\n\n\n\n\ny = 6"):  # without the line that fails, and with another
        area = change(own, "marked", WAITS)
        area.press("Control+Enter")
        expect(own.locator("pre.own")).to_contain_text("it begins", timeout=SLOW)
        change(own, "marked", text)
        assert "ZeroDivisionError" in ended(own)[3]
        assert page.evaluate(found) == []
    area.press("Control+Enter")
    assert ended(own)[1].strip() == "x = 5"


@pytest.mark.parametrize("missing", ["run.js", "edit.js", "edit.css"])
def test_an_editor_that_could_not_be_loaded_is_said_and_tried_again(
    page: Page, context: BrowserContext, missing: str
) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(START)
    block = page.locator(".example:has(.output)").first
    context.route(f"**/{missing}", lambda route: route.abort())
    block.locator(".edit").click()
    expect(block.locator(".edit")).to_have_text("Offline")
    context.unroute(f"**/{missing}")
    block.locator(".edit").click()
    expect(block.locator("textarea")).to_be_focused()
    expect(block.locator(".edit")).to_have_text("Edit")
    assert wrong == []


def test_a_program_that_asks_is_told_that_nobody_answers(own: Locator) -> None:
    change(own, "marked", "x = input('how many? ')").press("Control+Enter")
    assert "EOFError: EOF when reading a line" in ended(own)[3]


def test_half_a_character_is_not_left_to_the_next_program(own: Locator) -> None:
    half = "import sys\nsys.stdout.buffer.write(b'\\xe2\\x82')\nsys.exit()"
    change(own, "marked", half).press("Control+Enter")
    assert ended(own)[1] == "\ufffd"
    change(own, "marked", "x = 5").press("Control+Enter")
    assert ended(own)[1].strip() == "x = 5"


def test_of_one_long_line_no_more_is_shown_than_of_many(own: Locator) -> None:
    change(own, "marked", "x = print('long' * 10**6)").press("Control+Enter")
    assert ended(own)[2] == "Stopped: it printed more than 100,000 characters"
    assert len(own.locator("pre.own").text_content() or "") == 100_000


def test_on_paper_no_line_of_a_changed_program_is_cut_off(own: Locator, page: Page) -> None:
    change(own, "marked", "x = 5  # " + "long " * 100)
    page.emulate_media(media="print")
    code = own.locator(".highlight pre")
    expect(code).to_contain_text("x = 5  # long")
    assert code.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    expect(own.locator("textarea")).to_be_hidden()
