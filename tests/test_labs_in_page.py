"""Labs that are run in the page, cell by cell, in headless Chromium against the built site."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from zettelkasten.note import Note

from tests.programs import SLOW, click, ended
from tests.test_site import LIBRARY

LABS = [note for note in LIBRARY.notes if note.kind == "lab"]
ROUNDING = {"digits", "tables-of-1970", "u-curve"}
"""Labs that print rounding errors, which are others where sums or sines are rounded otherwise."""
RUN_CELLS = """async () => {
  const { press } = await import("/assets/run.js");
  const found = [];
  for (const block of document.querySelectorAll(".example:has([data-run])")) {
    const captured = block.querySelector(".output pre")?.textContent ?? "";
    const figure = block.closest("figure + details")?.previousElementSibling;
    const before = figure?.firstChild;
    press(block.querySelector("[data-run]"));
    while (block.querySelector(".stop")) await new Promise((go) => setTimeout(go, 5));
    const texts = [".output p", "pre.own"].map((one) => block.querySelector(one).textContent);
    const after = figure?.firstChild;
    const isDrawn = before === undefined || (before !== after && after.matches("svg.plot"));
    const said = [before, after].map((one) => one?.ariaLabel ?? "");
    found.push([captured, ...texts, isDrawn, ...said]);
  }
  return found;
}"""

BOX = """part => {
  const { x, y, width, height } = part.getBoundingClientRect();
  return [x + scrollX, y + scrollY, width, height];
}"""


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_every_cell_shows_what_was_captured(context: BrowserContext, page: Page, lab: Note) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    context.set_default_timeout(SLOW)
    page.goto(lab.url)
    found = page.evaluate(RUN_CELLS)
    assert len(found) == len(LIBRARY.modules.labs.run(lab.slug).cells)
    for captured, label, printed, is_drawn, before, after in found:
        assert "un in your browser, " in label
        assert is_drawn
        assert same(captured, printed.rstrip("\n"), lab.slug in ROUNDING)
        assert same(before, after, lab.slug in ROUNDING)
    assert [url for url in asked if not url.startswith(page.url.partition("/labs/")[0])] == []


def same(captured: str, shown: str, may_round: bool) -> bool:
    """Whether two texts are equal, or where numbers may differ, equal but for these."""
    if may_round:
        captured, shown = (re.sub(r"\s*[-\d.e]+", "0", text) for text in (captured, shown))
    return captured == shown


def test_a_cell_goes_on_from_those_above(page: Page, context: BrowserContext) -> None:
    context.set_default_timeout(SLOW)
    page.goto("labs/u-curve/")
    blocks = page.locator(".example:has([data-run])")
    first, figure = blocks.nth(0), blocks.nth(1)
    figure.evaluate("block => { block.closest('details').open = true; }")
    place = "block => block.closest('details').previousSibling.firstChild.outerHTML"
    captured = figure.evaluate(place)
    click(figure)
    assert re.fullmatch(r"Run in your browser, [\d.]+ s: it drew its figure", ended(figure)[0])
    change(first, "1 / 0")
    click(figure)
    seen = ended(figure)
    assert seen[0].startswith("Stopped by an error")
    assert '  File "<cell 1>", line 1, in <module>\n    1 / 0' in seen[1]
    assert page.evaluate("[...CSS.highlights.get('failed')].map(String)") == ["1 / 0\n"]
    assert figure.evaluate(place) == captured


def test_a_figure_that_a_reader_makes_cannot_act(page: Page, context: BrowserContext) -> None:
    context.set_default_timeout(SLOW)
    page.goto("labs/u-curve/")
    first = page.locator(".example:has([data-run])").first
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>document.title = 1</script></svg>"
    change(first, f"class Mine:\n    def _repr_svg_(self):\n        return {svg!r}\n\n\nMine()")
    click(first)
    ended(first)
    expect(first.locator("figure.own img")).to_have_attribute("src", re.compile("^data:image/svg"))
    assert page.locator("figure script").count() == 0
    assert page.title() != "1"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_figure_of_a_changed_program_is_seen_in_its_place(
    page: Page, context: BrowserContext, width: int
) -> None:
    context.set_default_timeout(SLOW)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("labs/u-curve/")
    blocks = page.locator(".example:has([data-run])")
    first, figure = blocks.nth(0), blocks.nth(1)
    figure.evaluate("block => { block.closest('details').open = true; }")
    change(first, (first.locator(".highlight code").text_content() or "") + "# mine")
    place = page.locator("figure:has(+ details)").first.locator("> *")
    captured = place.evaluate(BOX)
    click(figure)
    assert "it drew its figure" in ended(figure)[0]
    assert place.evaluate("async part => { await part.decode(); return part.tagName; }") == "IMG"
    assert place.evaluate(BOX) == pytest.approx(captured, abs=1)


def change(block: Locator, text: str) -> None:
    block.locator(".edit").click()
    area = block.locator("textarea")
    expect(area).to_be_focused()
    area.press("Control+a")
    block.page.keyboard.insert_text(text)
