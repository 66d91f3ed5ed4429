"""Computational graphs as a reader meets them, in headless Chromium."""

import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import settle
from tests.drawn_graphs import DRAWN, GRAPHS

URLS = list(dict.fromkeys(note.url for note, _ in DRAWN))
BOXES = """
(graph) => [...graph.querySelectorAll("text")].map((text) => {
  const { left, top, right, bottom } = text.getBoundingClientRect();
  return [left, top, right, bottom, text.textContent];
})
"""
SHAPES = """
(graph) => [...graph.querySelectorAll("svg > g > :is(circle, rect), g > rect")].map((shape) => {
  const { left, top, right, bottom } = shape.getBoundingClientRect();
  return [left, top, right, bottom, shape.tagName];
})
"""
POINTS = """
(graph) => [...graph.querySelectorAll("path")].flatMap((path) => {
  const [all, matrix] = [path.getTotalLength(), path.getScreenCTM()];
  const points = Array.from({ length: 41 }, (_, k) => path.getPointAtLength((k / 40) * all));
  return points.map((point) => point.matrixTransform(matrix)).map(({ x, y }) => [x, y]);
})
"""
Box = Sequence[float]


def overlap(one: Box, other: Box) -> float:
    """By how many pixels two boxes lie over each other, at their narrower side."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return min(across, down)


def holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[2] >= inner[2] and overlap(outer, inner) > 0


@pytest.mark.parametrize("spread", ["0", ".5px"], ids=["as it is", "in a wider font"])
@pytest.mark.parametrize("url", URLS)
def test_no_label_lies_over_anything_else(page: Page, url: str, spread: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    settle(page, url)
    page.add_style_tag(content=f".graph text {{ letter-spacing: {spread} }}")
    for graph in page.locator("[data-graph]").all():
        labels, shapes = graph.evaluate(BOXES), graph.evaluate(SHAPES)
        whole = graph.locator("svg").bounding_box()
        assert whole
        assert len(labels) > 8
        for one, other in combinations(labels, 2):
            assert overlap(one, other) <= 1.5, (one[4], other[4])
        for label in labels:
            assert whole["x"] <= label[0], label[4]
            assert label[2] <= whole["x"] + whole["width"], label[4]
            assert whole["y"] - 1 <= label[1], label[4]
            assert label[3] <= whole["y"] + whole["height"] + 1, label[4]
            for shape in shapes:
                assert overlap(label, shape) <= 1.5 or holds(shape, label), label[4]
        for one, other in combinations(shapes, 2):
            assert overlap(one, other) <= 0
        outside = [box for box in labels if not any(holds(shape, box) for shape in shapes)]
        for x, y in graph.evaluate(POINTS):
            for left, top, right, bottom, text in outside:
                assert not (left < x < right and top + 3 < y < bottom - 3), text


@pytest.mark.parametrize("width", [390, 800, 1280])
@pytest.mark.parametrize("url", URLS)
def test_words_are_never_small_and_the_figure_scrolls_by_itself(
    page: Page, url: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    settle(page, url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for graph in page.locator(".graph > div").all():
        expect(graph).to_have_attribute("tabindex", "0")
        drawing = graph.locator("svg")
        scale = drawing.evaluate("e => e.getBoundingClientRect().width / e.viewBox.baseVal.width")
        sizes = drawing.evaluate(
            "e => [...e.querySelectorAll('text, tspan')].map("
            "one => parseFloat(getComputedStyle(one).fontSize))"
        )
        assert min(sizes) * scale >= 12
        assert scale < 1.3


BARS = """
(graph) => [...graph.querySelectorAll(".o")].map((bar) => {
  const [letter, text] = [bar.previousSibling.textContent, bar.parentNode];
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = '18px "LM Math"';
  const ink = (sign, place) => {
    const at = text.getStartPositionOfChar(place), box = pen.measureText(sign);
    return [
      at.x - box.actualBoundingBoxLeft,
      at.x + box.actualBoundingBoxRight,
      at.y - box.actualBoundingBoxAscent,
      at.y + box.actualBoundingBoxDescent,
    ];
  };
  const colours = [bar, text].map((one) => getComputedStyle(one).fill);
  return [ink(letter, 0), ink(bar.textContent, letter.length), colours];
})
"""


@pytest.mark.parametrize("url", URLS)
def test_bars_sit_on_their_letters_in_the_colour_of_adjoints(page: Page, url: str) -> None:
    settle(page, url)
    graph = page.locator("[data-graph]").first
    bars = graph.evaluate(BARS)
    assert len(bars) == len(GRAPHS[graph.get_attribute("data-graph") or ""])
    for sign, bar, (colour, around) in bars:
        assert sign[0] - 3.5 < bar[0] < bar[1] < sign[1] + 2
        assert 1 < sign[2] - bar[3] < 4.5  # above the letter, and near it
        assert colour == around


def test_the_graph_of_the_home_page_is_seen_at_once(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    settle(page, "")
    expect(page.locator(".graph svg")).to_be_in_viewport(ratio=1)
    box = page.locator(".graph svg").bounding_box()
    assert box
    assert box["width"] > 900
    page.get_by_role("link", name="How this works").click()
    expect(page.locator("#top")).to_have_text("Chain rule for one variable")


HIDDEN = "[data-step][style*=hidden]"


def test_the_keyboard_steps_forth_and_back_and_each_step_is_said(page: Page) -> None:
    settle(page, "notes/chain-rule-scalar/")
    graph = page.locator("[data-graph]")
    region, said = graph.locator("[role=group]"), graph.get_by_role("status")
    expect(graph.locator(HIDDEN)).to_have_count(0)
    region.focus()
    sentences = []
    for known in range(1, 9):
        page.keyboard.press("ArrowRight")
        sentences.append(said.text_content() or "")
        parts = graph.locator("[data-step]").evaluate_all(
            "all => all.map(e => [+e.dataset.step, getComputedStyle(e).visibility])"
        )
        assert {visible for step, visible in parts if step <= known} == {"visible"}
        assert {visible for step, visible in parts if step > known} <= {"hidden"}
    listed = graph.locator("ol > li").all_text_contents()
    assert [re.sub(r"\s", "", one) for one in sentences] == [re.sub(r"\s", "", o) for o in listed]
    assert "0.8415" in sentences[2]
    assert "1.253" in sentences[6]
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("1.253")
    expect(graph.locator("text", has_text="2.507")).to_be_hidden()
    page.emulate_media(media="print")
    expect(graph.locator("text", has_text="2.507")).to_be_visible()
    expect(graph.locator(".steps")).to_be_hidden()
    page.emulate_media(media="screen")
    page.keyboard.press("Alt+ArrowRight")  # the browser's own
    expect(said).to_contain_text("1.253")


def test_the_buttons_step_too_on_every_page_that_is_reached(page: Page) -> None:
    settle(page, "notes/automatic-differentiation/")
    page.locator("article a", has_text="reverse").first.click()
    expect(page.locator("#top")).to_have_text("Reverse-mode differentiation")
    graph = page.locator("[data-graph]")
    said = graph.get_by_role("status")
    last = 2 * len(GRAPHS["reverse_mode_ad"])
    names = ("Back one step", "Forward one step", "Show all")
    button = {name: graph.get_by_role("button", name=name) for name in names}
    for one in button.values():
        box = one.bounding_box()
        assert box
        assert box["height"] >= 24
    values = graph.locator("text:visible", has_text="=")
    button["Forward one step"].click()  # from the whole it starts over
    expect(values).to_have_count(1)
    button["Forward one step"].click()
    expect(values).to_have_count(2)
    button["Back one step"].click()
    expect(values).to_have_count(1)
    button["Show all"].click()
    expect(graph.locator(HIDDEN)).to_have_count(0)
    button["Back one step"].focus()
    page.keyboard.press("Enter")
    expect(graph.locator(HIDDEN)).not_to_have_count(0)
    expect(said).to_contain_text("1.716")
    button["Forward one step"].click()
    expect(said).to_contain_text("5.5")
    expect(graph.locator(HIDDEN)).to_have_count(0)
    button["Back one step"].click()
    assert last == len(graph.locator("ol > li").all())


def test_a_step_that_is_out_of_sight_is_brought_there(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page, "notes/worked-mazur/")
    graph = page.locator("[data-graph]")
    graph.locator("[role=group]").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(graph.locator("text", has_text="0.2984")).to_be_in_viewport()


@pytest.mark.parametrize("url", URLS)
def test_without_scripts_everything_is_seen_and_no_button_is_offered(
    browser: Browser, site: Path, address: str, url: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    graph = page.locator("[data-graph]").first
    for text in graph.locator("text").all():
        expect(text).to_be_visible()
    expect(graph.get_by_role("button")).to_have_count(0)
    graph.locator("summary").click()
    expect(graph.locator("table")).to_be_visible()
    name = graph.get_attribute("data-graph") or ""
    expect(graph.locator("ol > li")).to_have_count(2 * len(GRAPHS[name]))
    context.close()
