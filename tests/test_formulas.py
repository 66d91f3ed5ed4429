"""The formula checker: true formulas hold, false ones fail or are refused, each with its place."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from zettelkasten.formulas.verdict import judge

from snippets.backpropagation import backward
from snippets.error_signal_delta import deltas
from snippets.forward_pass import forward
from snippets.loss_functions import squared_error
from snippets.neuron_weights_biases import sigmoid
from snippets.wengert_list import record

SIZES = [3, 2, 4, 3]


def by_layer(values: list, first: int = 1) -> dict[int, Any]:
    return dict(enumerate(values, first))


def network(seed: int) -> dict[str, Any]:
    """Three layers of distinct widths, their forward pass recorded, and hand-written deltas."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(m, n)) for n, m in pairwise(SIZES)]
    biases = [rng.normal(size=(m, 1)) for m in SIZES[1:]]
    x, y = rng.normal(size=(3, 1)), rng.normal(size=(3, 1))

    def run(x: Any, weights: Any, biases: Any) -> Any:
        zs, activations = forward(x, weights, biases)
        return weights, biases, zs, activations, squared_error(activations[-1], y)

    w, b, zs, a, loss = record(run, x, weights, biases)
    values = [z.value for z in zs]
    delta = deltas(weights, values, a[-1].value, y)
    gradients, _ = backward(weights, values, [one.value for one in a], y)
    eta = 0.1
    return {
        "L": 3,
        "n_l": by_layer(SIZES, 0),
        "w": by_layer(w),
        "W": by_layer(w),
        r"W \leftarrow": by_layer([m - eta * g for m, g in zip(weights, gradients, strict=True)]),
        "b": by_layer(b),
        "z": by_layer(zs),
        "a": by_layer(a, 0),
        "C": loss,
        "y": y,
        r"\delta": by_layer(delta),
        r"\sigma": sigmoid,
        r"\eta": eta,
    }


def calculus(seed: int) -> dict[str, Any]:
    """A function of four variables, a direction, matrices to multiply, and numbers."""
    rng = np.random.default_rng(seed)
    x, u = rng.normal(size=(4, 1)), rng.normal(size=(4, 1))
    chain = {1: rng.normal(size=(2, 3)), 2: rng.normal(size=(4, 2)), 3: rng.normal(size=(2, 4))}
    slope = np.cos(x) * x + np.sin(x)

    def f(x: np.ndarray) -> np.ndarray:
        return np.sum(np.sin(x) * x)

    return {
        "n": 4,
        "L": 3,
        "x": x,
        "u": u / np.linalg.norm(u),
        "f": f,
        "g": slope,
        "h": 0.1,
        "J": chain,
        "K": chain[3] @ chain[2] @ chain[1],
        "A": rng.normal(size=(2, 3)),
        "S": {0, 2},
        "s": float(x[0, 0] + x[2, 0]),
        r"\le": {"u": slope / np.linalg.norm(slope)},
    }


NETWORK = [network(seed) for seed in range(4)]
CALCULUS = [calculus(seed) for seed in range(4)]

TRUE_OF_NETWORKS = [
    r"z_j^{(l)} = \sum_k w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}",
    r"z^{(l)}_j = \sum_{k=0}^{n_{l-1}-1} w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}",
    r"z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}",
    r"a_j^{(l)} = \sigma(z_j^{(l)})",
    r"C = \frac{1}{2} \sum_j (a_j^{(L)} - y_j)^2",
    r"C = \tfrac12 \lVert a^{(L)} - y \rVert^2",
    r"\frac{\partial C}{\partial a_j^{(L)}} = a_j^{(L)} - y_j",
    r"\nabla_{a^{(L)}} C = a^{(L)} - y",
    r"\delta_j^{(l)} = \frac{\partial C}{\partial z_j^{(l)}}",
    r"\delta_j^{(l)} := \partial C / \partial z_j^{(l)}",
    r"\delta_j^{(l)} = \frac{\partial C}{\partial a_j^{(l)}} \sigma'(z_j^{(l)})",
    r"\delta^{(L)} = (a^{(L)} - y) \odot \sigma'(z^{(L)})",
    r"\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l)})"
    r"\quad \text{for } l < L",
    r"\delta^{(l)} = W^{(l+1)\top} \delta^{(l+1)} \odot \sigma'(z^{(l)}) \quad \text{for } l < L",
    r"\frac{\partial C}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l-1)}",
    r"\frac{\partial C}{\partial W^{(l)}} = \delta^{(l)} (a^{(l-1)})^\top",
    r"\frac{\partial C}{\partial b_j^{(l)}} = \delta_j^{(l)}",
    r"\frac{\partial C}{\partial a_k^{(l-1)}} = \sum_j w_{jk}^{(l)} \delta_j^{(l)}",
    r"\frac{\partial z_j^{(l)}}{\partial b_j^{(l)}} = 1",
    r"\frac{\partial C}{\partial w_{jk}^{(l)}} = \frac{\partial z_j^{(l)}}{\partial w_{jk}^{(l)}}"
    r"\cdot \frac{\partial a_j^{(l)}}{\partial z_j^{(l)}}"
    r"\cdot \frac{\partial C}{\partial a_j^{(l)}}",
    r"W^{(l)} \leftarrow W^{(l)} - \eta \frac{\partial C}{\partial W^{(l)}}",
]
FALSE_OF_NETWORKS = [
    r"z_j^{(l)} = \sum_k w_{jk}^{(l)} a_k^{(l-1)} - b_j^{(l)}",
    r"z_j^{(l)} = \sum_k w_{jk}^{(l)} a_k^{(l-1)} + b_k^{(l)}",
    r"z_j^{(l)} = \sum_{k=1}^{n_{l-1}-1} w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}",
    r"z_j^{(l)} = \sum_{k=0}^{n_l-1} w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}",
    r"C = \sum_j (a_j^{(L)} - y_j)^2",
    r"C = \frac{1}{2} \sum_j (a_j^{(L)} - y_j)",
    r"\delta_j^{(l)} = \frac{\partial C}{\partial a_j^{(l)}}",
    r"\delta_j^{(l)} = \frac{\partial C}{\partial a_j^{(l)}} \sigma(z_j^{(l)})",
    r"\delta^{(L)} = (y - a^{(L)}) \odot \sigma'(z^{(L)})",
    r"\frac{\partial C}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l)}",
    r"\frac{\partial C}{\partial b_j^{(l)}} = -\delta_j^{(l)}",
    r"\frac{\partial z_j^{(l)}}{\partial b_j^{(l)}} = 2",
    r"W^{(l)} \leftarrow W^{(l)} + \eta \frac{\partial C}{\partial W^{(l)}}",
]
REFUSED_OF_NETWORKS = [
    (r"z_j^{(l)} = \sum_k w_{kj}^{(l)} a_k^{(l-1)}", "j runs over"),
    (r"z^{(l)} = W^{(l)\top} a^{(l-1)} + b^{(l)}", "cannot be multiplied"),
    (r"\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l)})", "has no layer 4"),
    (r"\delta^{(L)} = (a^{(L)} - y) \sigma'(z^{(L)})", "cannot be multiplied"),
    (r"C = \frac{1}{2} \sum_j (a_j^{(L)} - q_j)^2", "q is no symbol of this note"),
    (r"z_j^{(l)} = z_j^{(l)}", "both sides are the same"),
    (r"a_j^{(l)} = \sigma(z_j^{(l)}) \quad \text{for } l > L", "there was nothing to compare"),
    (r"\delta_j^{(l)} = \frac{\partial C}{\partial \delta_j^{(l)}}", "not recorded"),
    (r"a^{(l)} = \sigma(z_j^{(l)})", "on the left"),
    (r"C = \sum_{j=0}^{3} y_j", "it has no entry 3"),
    (r"z = y", "z is a family"),
]
TRUE_OF_CALCULUS = [
    r"\nabla f(x) = g",
    r"g_i = \frac{\partial f}{\partial x_i}",
    r"\nabla f(x) = \begin{bmatrix} \frac{\partial f}{\partial x_0} \\ \vdots \\"
    r"\frac{\partial f}{\partial x_{n-1}} \end{bmatrix}",
    r"f(x + h u) \approx f(x) + h \nabla f(x)^\top u \quad (h \to 0)",
    r"\nabla f(x)^\top u \le \lVert \nabla f(x) \rVert \quad \text{if } \lVert u \rVert = 1",
    r"K = J^{(L)} J^{(L-1)} \cdots J^{(1)}",
    r"s = \sum_{i \in S} x_i",
    r"x_0 + x_1 + \cdots + x_{n-1} = \sum_i x_i",
    r"\lVert x \rVert^2 = x^\top x = \sum_i x_i^2",
    r"\frac{d}{dh} h^3 = 3 h^2",
    r"\frac{d^2}{dh^2} h^3 = 6h",
    r"\frac{\partial^2 f}{\partial x_i \partial x_j}"
    r"= \frac{\partial^2 f}{\partial x_j \partial x_i}",
    r"\begin{aligned} e^{2h} &= e^h e^h \\ &= \exp(2h) \end{aligned}",
    r"A = \begin{bmatrix} A_{0,0} & \cdots & A_{0,2} \\ A_{1,0} & \cdots & A_{1,2} \end{bmatrix}",
    r"a = 2 h \quad \text{where } a = h + h",
    r"\binom{n}{2} = 6",
    r"h = 0.1",
    r"\frac{1}{3} + \frac{1}{6} = \frac{1}{2}",
    r"0.15 \cdot 0.05 + 0.20 \cdot 0.10 + 0.35 = 0.3775",
    r"\sqrt{h^2} = h",
    r"\max_i x_i = \max(x_0, \max(x_1, \max(x_2, x_3)))",
]
FALSE_OF_CALCULUS = [
    r"\nabla f(x) = 2 g",
    r"f(x + h u) \approx f(x) - h \nabla f(x)^\top u \quad (h \to 0)",
    r"\nabla f(x)^\top u \le 2 \lVert \nabla f(x) \rVert",
    r"\nabla f(x)^\top u \ge \lVert \nabla f(x) \rVert",
    r"s = \sum_i x_i",
    r"\frac{d}{dh} h^3 = 3 h",
    r"h = 0.2",
    r"\frac{1}{3} + \frac{1}{6} = \frac{2}{3}",
    r"0.15 \cdot 0.05 + 0.20 \cdot 0.10 + 0.35 = 0.3785",
    r"\max_i x_i = \min_i x_i",
]


@pytest.mark.parametrize("latex", TRUE_OF_NETWORKS)
def test_true_formulas_of_networks_hold(latex: str) -> None:
    holds(latex, NETWORK)


@pytest.mark.parametrize("latex", TRUE_OF_CALCULUS)
def test_true_formulas_of_calculus_hold(latex: str) -> None:
    holds(latex, CALCULUS)


def holds(latex: str, draws: list[Mapping[str, Any]]) -> None:
    verdict = judge(latex, draws)
    assert verdict.verdict == "holds", verdict.reason
    assert verdict.comparisons > 0
    assert verdict.error < 1e-7


@pytest.mark.parametrize("latex", FALSE_OF_NETWORKS)
def test_false_formulas_of_networks_fail(latex: str) -> None:
    assert judge(latex, NETWORK).verdict in {"fails", "refused"}


@pytest.mark.parametrize("latex", FALSE_OF_CALCULUS)
def test_false_formulas_of_calculus_fail(latex: str) -> None:
    assert judge(latex, CALCULUS).verdict == "fails"


@pytest.mark.parametrize(("latex", "reason"), REFUSED_OF_NETWORKS)
def test_what_has_no_meaning_is_refused_with_a_reason(latex: str, reason: str) -> None:
    verdict = judge(latex, NETWORK)
    assert verdict.verdict == "refused"
    assert reason in verdict.reason
    assert 0 <= verdict.at < len(latex)


def test_a_failure_says_which_side_gave_what_and_where() -> None:
    verdict = judge(r"a_j^{(l)} = -\sigma(z_j^{(l)})", NETWORK)
    assert verdict.at == 10
    left = NETWORK[0]["a"][1].value[0, 0]
    assert verdict.reason == (
        f"right side is {-left:.4g}, left side is {left:.4g} at l=1, j=0 (draw 0)"
    )


@pytest.mark.parametrize(
    ("latex", "status"),
    [
        (r"\nabla f(x) = g", "identity"),
        (r"g := \nabla f(x)", "definition"),
        (r"h = 0.1", "value"),
        (r"f(x + h u) \approx f(x) \quad (h \to 0)", "approximation"),
        (r"\nabla f(x)^\top u \le \lVert \nabla f(x) \rVert", "bound"),
        (r"x_i", "mention"),
    ],
)
def test_the_status_goes_by_the_relation(latex: str, status: str) -> None:
    assert judge(latex, CALCULUS).status == status


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\delta_j^{(l)} a_k^{(l-1)}", r"a_k^{(l-1)} \, \delta_j^{(l)}"),
        (r"\left( h \right)^2", r"(h)^2"),
    ],
)
def test_harmless_rewriting_changes_no_verdict(one: str, other: str) -> None:
    draws = NETWORK if "delta" in one else CALCULUS
    left = r"\frac{\partial C}{\partial w_{jk}^{(l)}}" if "delta" in one else r"h \cdot h"
    assert judge(f"{left} = {one}", draws).verdict == judge(f"{left} = {other}", draws).verdict
    assert judge(f"{left} = {one}", draws).verdict == "holds"


def test_a_dual_unit_squares_to_zero() -> None:
    draws = [
        {"u": 1.0 + i, "w": 2.0 - i, r"\dot u": 0.3, r"\dot w": 0.7, r"\varepsilon": "dual unit"}
        for i in range(4)
    ]
    product = r"(u + \dot u \varepsilon)(w + \dot w \varepsilon) = u w + "
    assert judge(r"\varepsilon^2 = 0", draws).verdict == "holds"
    assert judge(r"\varepsilon = 0", draws).verdict == "fails"
    assert judge(product + r"(\dot u w + u \dot w) \varepsilon", draws).verdict == "holds"
    assert judge(product + r"(\dot u w - u \dot w) \varepsilon", draws).verdict == "fails"
    assert judge(product + r"\dot u w \varepsilon", draws).verdict == "fails"
