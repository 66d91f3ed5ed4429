"""Figures: where points lie, what is said of them, and what is refused."""

import math
import re
from typing import Any

import numpy as np
import pytest
from zettelkasten.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Curve, number, plot, tiles


def drawn(*curves: Curve, **options: Any) -> str:
    facts = {"x": "time", "y": "loss", "title": "A title", "text": "It falls."}
    return plot(list(curves), **facts | options)._repr_svg_()


def points(svg: str, place: int = 0) -> list[tuple[float, float]]:
    """The points of a curve, as they lie on the figure."""
    path = re.findall(r'<path class="line \w+" d="([^"]*)"', svg)[place]
    pairs = re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path)
    return [(float(x) + LEFT, float(y) + TOP) for x, y in pairs]


def texts(svg: str) -> dict[str, tuple[float, float]]:
    found = re.findall(r'<text[^>]* x="([-\d.]+)" y="([-\d.]+)"[^>]*>([^<]*)<', svg)
    return {words: (float(x), float(y)) for x, y, words in found}


def test_a_point_lies_where_the_numbers_of_the_axes_say() -> None:
    svg = drawn(Curve("c", [0, 5, 10], [0, 50, 100]))
    assert points(svg)[0] == (LEFT, HEIGHT - BOTTOM)
    assert points(svg)[2] == (WIDTH - RIGHT, TOP)
    at = texts(svg)
    middle = points(svg)[1]
    assert middle[0] == pytest.approx((at["4"][0] + at["6"][0]) / 2, abs=0.1)
    assert middle[1] == pytest.approx((at["40"][1] + at["60"][1]) / 2 - 4, abs=0.1)


def test_a_logarithmic_axis_has_powers_of_ten_at_equal_distances() -> None:
    svg = drawn(Curve("c", [1e-4, 1e-2, 1], [10, 1000, 100]), log="xy")
    places = [x for x, _ in points(svg)]
    assert places[1] == pytest.approx((places[0] + places[2]) / 2)
    at = texts(svg)
    assert at["10⁻⁴"][0] == places[0] == LEFT
    assert places[2] == WIDTH - RIGHT
    assert at["10⁰"][0] == places[2]
    assert at["10³"][1] - 4 == points(svg)[1][1]
    assert drawn(Curve("c", [1, 2], [1e-30, 1e-1]), log="y").count("10⁻") <= 7


def test_a_gap_is_left_where_there_is_no_number_and_nothing_is_joined_over_it() -> None:
    svg = drawn(Curve("c", [0, 1, 2, 3, 4], [0, 1, math.nan, 3, 4]))
    assert re.search(r'd="M[^L"]*L[^ML"]*M[^ML"]*L[^ML"]*"', svg)
    zero = drawn(Curve("c", [1, 2, 3], [1, 0, 10]), log="y")
    assert len(points(zero)) == 2


def test_names_stand_beside_the_ends_and_apart() -> None:
    svg = drawn(Curve("one", [0, 1], [0, 1]), Curve("two", [0, 1], [0, 1.01]))
    (x, y), (_, other) = texts(svg)["one"], texts(svg)["two"]
    assert x > WIDTH - RIGHT
    assert abs(y - other) >= 18
    assert abs(min(y, other) - 4 - points(svg, 1)[-1][1]) <= 1


def test_names_of_curves_that_end_low_are_pushed_up_and_keep_clear_of_the_axis() -> None:
    svg = drawn(*(Curve(name, [0, 1], [1, i / 100]) for i, name in enumerate("abc")))
    places = [texts(svg)[name][1] for name in "abc"]
    assert places[0] == HEIGHT - BOTTOM + 4
    assert [places[0] - place for place in places] == [0, 18, 36]


def test_a_path_that_turns_back_has_a_piece_of_its_line_beside_its_name() -> None:
    turns, goes_on = Curve("turns", [0, 2, 1], [0, 1, 2]), Curve("goes on", [0, 1, 2], [0, 1, 2])
    svg = drawn(turns, goes_on)
    assert re.findall(r'<path class="line (\w+)" d="M[-\d.]+ [-\d.]+h18"/>', svg) == ["forward"]
    assert texts(svg)["turns"][0] > texts(svg)["goes on"][0] + 18


def test_ground_lines_are_thin_and_not_spoken_of() -> None:
    svg = drawn(Curve("", [0, 1], [0, 1], "ground"), Curve("c", [0, 1], [1, 0]))
    assert 'class="line ground"' in svg
    assert svg.count(", loss by time") == 1


def test_a_curve_that_leaves_the_range_is_cut_off_and_named_where_it_left() -> None:
    svg = drawn(Curve("up", [0, 1, 2], [0, 1, 100]), y_range=(0, 2))
    assert texts(svg)["up"][1] == pytest.approx((TOP + HEIGHT - BOTTOM) / 2 + 4, abs=0.1)
    assert f'<svg x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}"' in svg
    assert (
        drawn(Curve("up", [0, 1, 2], [0, 1, 100], marks=True), y_range=(0, 2)).count("<circle") == 2
    )


def test_curves_differ_by_more_than_colour() -> None:
    svg = drawn(*(Curve(name, [0, 1], [0, i], marks=True) for i, name in enumerate("abcd")))
    assert re.findall(r'class="line (\w+)"', svg) == ["forward", "backward", "plain", "dotted"]
    assert svg.count("<circle") == svg.count("h6v6h-6z") == 4
    assert "stroke-dasharray" in svg


def test_points_that_are_not_joined_have_marks_alone() -> None:
    svg = drawn(Curve("c", [0, 1, 2], [0, 2, 1], marks=True, is_joined=False))
    assert svg.count("<circle") == 3
    assert 'class="line' not in svg


def test_ends_and_extremes_are_said_in_words_and_what_is_typed_is_escaped() -> None:
    svg = drawn(Curve("a < b", [0, 1, 2, 3], [4, 1, 7, 5]), title="A & B")
    label = re.search(r'aria-label="([^"]*)"', svg)
    assert label
    assert label[1] == (
        "A &amp; B. It falls. a &lt; b, loss by time: first 4 at 0, last 5 at 3, lowest 1 at 1, "
        "highest 7 at 2."
    )
    assert ">a &lt; b</text>" in svg


def test_numbers_of_axes_have_a_real_minus_and_no_stray_digits() -> None:
    assert [number(value) for value in (-0.5, 0.1 + 0.2, 1000.0)] == ["−0.5", "0.3", "1000"]
    assert number(1e-12, is_log=True) == "10⁻¹²"


def test_a_tile_has_a_pixel_for_each_entry_by_shade() -> None:
    image = np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]])
    svg = tiles([image], ["two rows"], title="T", text="Words.", columns=3).svg
    shades = dict(re.findall(r'opacity="([\d.]+)" d="([^"]*)"', svg))
    assert shades == {"0.5": "M2 0h1v1h-1z", "1": "M1 0h1v1h-1zM0 1h1v1h-1z"}
    assert 'viewBox="0 0 3 2"' in svg
    assert ">two rows</text>" in svg


def test_a_title_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="the title has 53 characters: use at most 52"):
        drawn(Curve("c", [0, 1], [0, 1]), title="x" * 53)
