"""Each construct of the house notation: a true formula holds, its slips fail or are refused."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from zettelkasten.formulas.verdict import judge

from snippets.wengert_list import record


def chain(p: Any) -> tuple[Any, Any, Any]:
    q = p**2
    return p, q, np.sin(q)


def table(seed: int) -> dict[str, Any]:
    """Functions, columns, matrices, a recorded chain, steps, sets and random variables."""
    rng = np.random.default_rng(seed)
    x, g = rng.normal(size=(3, 1)), rng.normal(size=(4, 3))
    A = g.T @ g + np.eye(3)  # noqa: N806 - the name in the formulas
    b = rng.normal(size=(3, 1))
    p, q, r = record(chain, rng.normal())
    w = {t: rng.normal() for t in range(4)}
    batches = [{0, 1}, {0, 2}, {1, 2}]
    z = rng.normal() + 3 * (-1) ** seed
    return {
        "f": lambda x: np.exp(np.sin(x)),
        "g": lambda x: x**3 + 1,
        "Q": lambda x: (0.5 * x.T @ A @ x - b.T @ x).item(),
        "x": x,
        r"x^\ast": np.linalg.solve(A, b),
        "A": A,
        "b": b,
        "u": rng.normal(),
        "h": 0.1 + 0.1 * rng.random(),
        "n": 3,
        "z": z,
        "R": max(z, 0.0),
        "p": p,
        "q": q,
        "r": r,
        "w": w,
        "v": {t: w[t] - w[t - 1] for t in range(1, 4)},
        "c": rng.normal(size=3),
        "B": batches,
        "S": {0, 2},
        "U": [set(), {0}, {0, 1}],
        "m": 1.0,
        r"m \leftarrow": 1.5,
        "s": 2.0,
        r"s \leftarrow": 3.5,
        "N": lambda n: n**2 + n,
        "T": lambda u: np.exp(np.sin(u)) + u**3 + 1,
        r"\le": {"u": 1.0},
        "<": {"u": 30.0},
        "F": lambda x: np.vstack([x[0] * x[1], x[2]]),
    }


DRAWS = [table(seed) for seed in range(4)]

CONSTRUCTS: dict[str, tuple[list[str], list[str]]] = {
    "signs that mean nothing here": (
        [r"\frac{dr}{dq} = \cos q", r"4 \cdot 6 = 24", r"c_j = c_j + 0 \quad \text{for all } j"],
        [
            r"\frac{d_0 r}{dq} = \cos q",
            r"\frac{dr}{d^2 q} = \cos q",
            r"\frac{dr}{dq'} = \cos q",
            r"u' = u + 0",
            r"c_j = c_{j'} + 0",
            r"c_j = c_j + 0 \quad \text{if } j' = j",
            r"0.138498562 \cdot 0.593269992 \ge 0.082167041",
            r"f' = f'(u)",
            r"4 6 = 24",
            r"c_j = c_j + 0 \quad \text{for all } S",
            r"c_j = c_j + 0 \quad \top \text{if } n = 3",
            r"x \in -\mathbb{R}^n",
        ],
    ),
    "bounds": (
        [r"\tanh u < 1", r"2 u - u^2 \le 1 \quad \text{if } u < 9"],
        [r"u < u + 0", r"u > u + 1", r"c_i^2 < c_i^2 + 0"],
    ),
    "definitions": (
        [r"T(u) := f(u) + g(u)", r"r := \sin(q)"],
        [r"\sin(q) := r", r"2 \cdot 3 := 6", r"r = \sin(q) \leftarrow r", r"r \leftarrow r + 1"],
    ),
    "one meaning each": (
        [r"\sum_i c_i = \sum_j c_j"],
        [r"\sum_{n=0}^{n-1} c_n = \sum_i c_i", r"\sum_{i=0}^{2} c_i = \sum_i c_0"],
    ),
    "rows": (
        [r"Q(x) = Q(x + 0 x)"],
        [r"Q(x^\top) = Q(x)", r"\nabla Q'(x) = A x - b", r"\nabla Q^2(x) = A x - b"],
    ),
    "cases": (
        [
            r"R = \begin{cases} z & \text{if } z > 0 \\ 0 & \text{otherwise} \end{cases}",
            r"R = \begin{cases} 0, & z \le 0 \\ z, & z > 0 \end{cases}",
            r"R = \max(z, 0) = \operatorname{relu}(z)",
        ],
        [
            r"R = \begin{cases} z & \text{if } z < 0 \\ 0 & \text{otherwise} \end{cases}",
            r"R = \begin{cases} z & \text{if } z > 0 \\ 0 & \text{if } z \le 9 \end{cases}",
            r"R = \begin{cases} z & \text{if } z > 0 \\ 0 & \text{if } z < -9 \end{cases}",
            r"z = \begin{cases} z & \text{if } n = 3 \\ 0 & \text{otherwise} \end{cases}",
        ],
    ),
    "limit": (
        [
            r"\lim_{h \to 0} \frac{f(u + h) - f(u)}{h} = f'(u)",
            r"\lim_{k \to \infty} \left( 1 + \frac{1}{k} \right)^k = e",
        ],
        [
            r"\lim_{h \to 0} \frac{f(u + h) - f(u)}{h} = f(u)",
            r"\lim_{h \to 0} \frac{\lvert h \rvert}{h} = 1",
            r"\lim_{h \to 0} \frac{1}{h} = 0",
        ],
    ),
    "place": (
        [
            r"\left. \frac{d}{dy} y^2 \right|_{y=3} = 6",
            r"\left. \frac{dr}{dq} \right|_{q=0} = 1",
            r"\left. f \right|_{x=u} = f(u)",
        ],
        [
            r"\left. \frac{d}{dy} y^2 \right|_{y=2} = 6",
            r"\left. \frac{dr}{dq} \right|_{q=1} = 1",
            r"\left. f \right|_{x=u} = f(z)",
        ],
    ),
    "optimum": (
        [
            r"x^\ast = \arg\min_x Q(x)",
            r"\min_x Q(x) = Q(x^\ast)",
            r"\min_{\eta > 0} \left( \eta + \frac{4}{\eta} \right) = 4",
            r"10^{-8} = \arg\min_{\eta > 0} \left( \eta + \frac{10^{-16}}{\eta} \right)",
            r"\min_{\eta > 0} \max(\lvert 1 - \eta \rvert, \lvert 1 - 3 \eta \rvert) = \frac{1}{2}",
            r"c_k = \max_i c_i \quad \text{where } k = \arg\max_i c_i",
        ],
        [
            r"x^\ast = \arg\max_x Q(x)",
            r"\min_x \min_x Q(x) = Q(x^\ast)",
            r"\min_x Q(x) = Q(x)",
            r"\min_{\eta > 0} \left( \eta + \frac{4}{\eta} \right) = 2",
            r"c_k = \max_i c_i \quad \text{where } k = \arg\min_i c_i",
        ],
    ),
    "order": (
        [
            r"f(u + h) = f(u) + h f'(u) + O(h^2)",
            r"e^h - 1 - h = O(h^2) \quad (h \to 0)",
            r"N(n) = n^2 + O(n)",
            r"\sin h \approx h - \frac{h^3}{6} \quad (h \to 0)",
            r"e^h \approx \sum_{k=0}^{3} \frac{h^k}{k!} \quad (h \to 0)",
        ],
        [
            r"f(u + h) = f(u) + h f'(u) + O(h^3)",
            r"f(u + h) = f(u) + h f'(u) + O(h)",
            r"e^h - 1 - h = O(h^2) \quad (h \to 1)",
            r"e^h \approx 1 + h \quad (h \to 0) + 1",
            r"e^h \approx 1 + h \quad -(h \to 0)",
            r"N(n) = n^2 + O(n^2)",
            r"\sin h \approx h + \frac{h^3}{6} \quad (h \to 0)",
            r"e^h \approx 1 + \sum_{k=2}^{3} \frac{h^k}{k!} \quad (h \to 0)",
            r"e^h = 1 + h \quad (h \to 0)",
        ],
    ),
    "expectation": (
        [
            r"\mathbb{E}_B\left[ \frac{1}{\lvert B \rvert} \sum_{i \in B} c_i \right]"
            r"= \frac{1}{n} \sum_i c_i",
            r"\mathbb{E}_i[c_i] = \frac{1}{n} \sum_i c_i",
            r"\operatorname{Var}_i[c_i] = \mathbb{E}_i[c_i^2] - \mathbb{E}_i[c_i]^2",
        ],
        [
            r"\mathbb{E}_B\left[ \sum_{i \in B} c_i \right] = \frac{1}{n} \sum_i c_i",
            r"\operatorname{Var}_i[c_i] = \mathbb{E}_i[c_i^2]",
            r"\mathbb{E}[u] = u",
        ],
    ),
    "indicator": (
        [
            r"\frac{\partial x_i}{\partial x_j} = \mathbb{1}[i = j]",
            r"R = z \, \mathbb{1}[z > 0]",
        ],
        [
            r"\frac{\partial x_i}{\partial x_j} = \mathbb{1}[i \ne j]",
            r"R = \mathbb{1}[z > 0]",
        ],
    ),
    "Hessian": (
        [
            r"\nabla^2 Q(x) = A",
            r"\nabla Q(x) = A x - b",
            r"A_{ij} = \frac{\partial^2 Q}{\partial x_i \partial x_j}",
            r"x - (\nabla^2 Q(x))^{-1} \nabla Q(x) = x^\ast",
        ],
        [r"\nabla^2 Q(x) = A + I", r"\nabla^2 Q(x) = A^{-1}", r"\nabla^3 Q(x) = A"],
    ),
    "sizes that fit": (
        [
            r"A I = A = I A",
            r"\mathbf{1}^\top x = \sum_i x_i",
            r"(A + 2 I) x = A x + 2 x",
            r"\left( I - \frac{1}{n} \mathbf{1} \mathbf{1}^\top \right) x"
            r"= x - \frac{1}{n} \mathbf{1} \sum_i x_i",
        ],
        [
            r"(A + 2 I) x = A x + 3 x",
            r"\mathbf{1}^\top \mathbf{1}^\top x = \sum_i x_i",
            r"A + \mathbf{1} = A",
            r"\left( I + \frac{1}{n} \mathbf{1} \mathbf{1}^\top \right) x"
            r"= x - \frac{1}{n} \mathbf{1} \sum_i x_i",
            r"\mathbf{1}^\top \mathbf{1} = n",
        ],
    ),
    "powers": (
        [
            r"A^{-1} b = x^\ast",
            r"A^{-\top} b = x^\ast",
            r"\sqrt[3]{8} = 2",
            r"4! = 24",
            r"\lvert S \rvert = 2",
            r"\lvert U_2 \rvert = 2",
        ],
        [r"A^{-1} x = x^\ast", r"\sqrt[3]{8} = 3", r"4! = 12", r"\lvert S \rvert = 3"],
    ),
    "derivatives of any order": (
        [
            r"\frac{d^k}{du^k} e^u = e^u \quad \text{for } k = 0, 1, \dots, 3",
            r"g''(u) = 6 u",
            r"(f \circ g)(u) = f(g(u))",
            r"\left. \frac{d^2}{dt^2} e^{3 t u} \right|_{t=0} = 9 u^2",
            r"f'''(0) = 0",
            r"(f \circ g)'(u) = f'(g(u)) g'(u)",
            r"\tanh'(u) = 1 - \tanh^2 u",
        ],
        [
            r"g''(u) = 3 u",
            r"(f \circ g)(u) = g(f(u))",
            r"(f \circ g)'(u) = f'(g(u))",
            r"\tanh'(u) = \tanh u",
        ],
    ),
    "ranges": (
        [
            r"v_t = w_t - w_{t-1}",
            r"\sum_{i=0}^{1} c_{2i} = c_0 + c_2",
            r"v_t = w_t - w_{t-1} \quad \text{for } t = 1, \dots, 3",
            r"v_t = w_t - w_{t-1} \quad \text{for } t \ge 1",
            r"\sum_{i, j, i \ne j} c_i c_j = \left( \sum_i c_i \right)^2 - \sum_i c_i^2",
            r"\sum_{i \ne 0} c_i = c_1 + c_2",
            r"w_3 = w_0 + \sum_{t=1}^{3} v_t",
        ],
        [
            r"v_t = w_{t-1} - w_t",
            r"v_t = w_t - w_{t-1} \quad \text{for } t = 0, \dots, 3",
            r"v_t = w_t - w_{t-1} \quad \text{for } j = 1, \dots, 3",
            r"\sum_{i, j} c_i c_j = \left( \sum_i c_i \right)^2 - \sum_i c_i^2",
            r"\sum_{i \ne 1} c_i = c_1 + c_2",
        ],
    ),
    "updates in order": (
        [r"m \leftarrow m + 0.5, \quad s \leftarrow s + m"],
        [r"m \leftarrow m + 0.5, \quad s \leftarrow s + 1", r"s \leftarrow s + m"],
    ),
    "spaces": (
        [
            r"x \in \mathbb{R}^n",
            r"A \in \mathbb{R}^{n \times n}",
            r"u \in \mathbb{R}",
            r"F: \mathbb{R}^n \to \mathbb{R}^2",
        ],
        [
            r"x \in \mathbb{R}^2",
            r"A \in \mathbb{R}^{n \times 2}",
            r"F: \mathbb{R}^n \to \mathbb{R}^n",
            r"x \in \mathbb{N}",
        ],
    ),
    "dots in matrices": (
        [
            r"A = \begin{bmatrix} A_{0,0} & \cdots & A_{0,n-1} \\ \vdots & \ddots & \vdots \\"
            r"A_{n-1,0} & \cdots & A_{n-1,n-1} \end{bmatrix}",
        ],
        [
            r"A = \begin{bmatrix} A_{0,0} & \cdots & A_{0,n-1} \\ \vdots & \ddots & \vdots \\"
            r"A_{n-1,0} & \cdots & A_{n-1,n-2} \end{bmatrix}",
        ],
    ),
    "several statements": (
        [
            r"\begin{aligned} v_t &= w_t - w_{t-1} \quad \text{for } t \ge 1 \\"
            r"c_i &= c_0 \quad \text{if } i = 0 \end{aligned}",
            r"\begin{aligned} g(u) &= u^3 + 1, \quad g'(u) = 3 u^2 \\ 4 &= 2^2 \end{aligned}",
            r"g(u) = u^3 + 1, \quad g'(u) = 3 u^2.",
            r"4 = 2^2 \quad \text{and} \quad 9 = 3^2",
        ],
        [
            r"g(u) = u^3 + 1, \quad g'(u) = 3 u",
            r"g(u) = u^3 + 1, \quad g(u)",
            r"y = u + z \quad \text{where } y = u + z",
            r"\begin{aligned} v_t &= w_t - w_{t-1} \\"
            r"c_i &= c_0 \quad \text{if } i = 1 \end{aligned}",
        ],
    ),
}
TRUE = [(name, latex) for name, (true, _) in CONSTRUCTS.items() for latex in true]
FALSE = [(name, latex) for name, (_, false) in CONSTRUCTS.items() for latex in false]


def verdict(latex: str, draws: list[Mapping[str, Any]] = DRAWS) -> Any:
    return judge(latex, draws)


@pytest.mark.parametrize(("construct", "latex"), TRUE)
def test_what_is_true_holds(construct: str, latex: str) -> None:
    found = verdict(latex)
    assert (found.verdict, found.reason) == ("holds", ""), construct
    assert found.comparisons > 0


@pytest.mark.parametrize(("construct", "latex"), FALSE)
def test_what_is_false_does_not_hold(construct: str, latex: str) -> None:
    found = verdict(latex)
    assert found.verdict in {"fails", "refused"}, construct
    assert found.reason


def test_a_single_neuron_is_still_an_array_with_an_index() -> None:
    draws = [{"a": np.array([[value]]), "y": value} for value in (0.5, 0.7)]
    assert verdict(r"a_0 = y", draws).verdict == "holds"
    assert verdict(r"a_j = y", draws).verdict == "holds"
    assert verdict(r"a_1 = y", draws).verdict == "refused"
    assert verdict(r"y_0 = a", draws).verdict == "refused"


def test_a_small_number_hides_no_slip() -> None:
    draws = [{"h": value} for value in (1e-7, 2e-7)]
    assert verdict(r"e^h \approx 1 + h + \frac{h^2}{2} \quad (h \to 0)", draws).verdict == "holds"
    assert verdict(r"e^h \approx 1 + h + h^2 \quad (h \to 0)", draws).verdict == "fails"


def test_a_claim_about_no_step_is_refused() -> None:
    for latex in (
        r"v_t = O(h) \quad \text{for } t > 9",
        r"v_t \in \mathbb{R} \quad \text{for } t > 9",
    ):
        assert verdict(latex).reason == "there was nothing to compare"


def test_a_range_may_stand_by_itself() -> None:
    assert verdict(r"t = 1, \dots, n").verdict == "holds"
    assert verdict(r"w_0, \dots, w_n").verdict == "holds"


def test_a_slip_in_a_bound_does_not_keep_the_checker_busy() -> None:
    assert "runs over more than" in verdict(r"\sum_{i=0}^{9^{99}} c_0 = u").reason
    assert verdict(r"\binom{9^{99}}{2} = u").verdict == "refused"
