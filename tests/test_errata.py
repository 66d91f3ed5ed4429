"""Slips of real texts and real readers: the right formula holds, the wrong one does not.

A comment names a text where the slip, or one of its kind, is documented for that text.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from zettelkasten.formulas.verdict import Verdict, judge

from snippets import (
    chain_rule_scalar,
    forward_pass,
    gradient,
    gradient_descent,
    jacobian,
    loss_functions,
    reverse_mode_ad,
)
from snippets.backprop_is_not_training import Network, step
from snippets.error_signal_delta import deltas
from snippets.wengert_list import record

Table = Mapping[str, Any]


def network(rng: np.random.Generator) -> dict[str, Any]:
    """Layers of 5, 2, 4 and 3 neurons, their deltas, and V: the weights after one step."""
    x, y, weights, biases = forward_pass.network(rng)
    symbols = forward_pass.recorded(x, y, weights, biases)
    zs = [z.value for z in symbols["z"].values()]
    found = deltas(weights, zs, symbols["a"][len(weights)].value, y)
    after = Network(weights, biases)
    after.backward(x, y, n=1)
    step(after, eta=0.5)
    widths = {layer: len(a) for layer, a in symbols["a"].items()}
    later = {r"\delta": dict(enumerate(found, 1)), "V": dict(enumerate(after.weights, 1))}
    return symbols | later | {"n_l": widths}


def softmax(rng: np.random.Generator) -> dict[str, Any]:
    """Scores z, their softmax p, a target y whose entries sum to one, and the cross-entropy C."""
    y = rng.dirichlet(np.ones(4))

    def run(z: Any) -> tuple[Any, Any, Any]:
        p = np.exp(z) / np.sum(np.exp(z))
        return z, p, -np.sum(y * np.log(p))

    z, p, C = record(run, rng.normal(size=4))  # noqa: N806 - as in the formulas
    return {"z": z, "p": p, "y": y, "C": C}


def two_paths(rng: np.random.Generator) -> dict[str, Any]:
    """A result z that depends on x through u and through v."""

    def run(x: Any) -> tuple[Any, ...]:
        u, v = np.cos(x), x**3
        return x, u, v, u * v + u

    return dict(zip("xuvz", record(run, rng.uniform(0.5, 2)), strict=True))


def root(rng: np.random.Generator) -> dict[str, Any]:
    """The square root y of a quadratic polynomial of x."""
    a, b, c = rng.uniform(1, 2, size=3)
    x, y = record(lambda x: (x, np.sqrt(a - b * x + c * x**2)), rng.uniform(2, 3))
    return {"a": a, "b": b, "c": c, "x": x, "y": y}


def matrices(rng: np.random.Generator) -> dict[str, Any]:
    """Products and squares of a column x, weights w, and matrices A, X, W and F, by plain NumPy."""
    X, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))  # noqa: N806 - as in the formulas
    A, F = rng.normal(size=(4, 4)), rng.normal(size=(4, 3))  # noqa: N806 - as in the formulas
    x = rng.normal(size=(4, 1))
    x, q, s = record(lambda x: (x, (x.T @ A @ x).item(), np.sum(x**2)), x)
    pairs = sum(
        F[i] @ F[j] * x.value[i, 0] * x.value[j, 0] for i in range(4) for j in range(i + 1, 4)
    )
    plain = {"X": X, "W": W, "O": X @ W, "A": A, "F": F, "d": 4, "k": 3, "P": float(pairs)}
    return plain | {"x": x, "q": q, "s": s}


def averages(rng: np.random.Generator) -> dict[str, Any]:
    """Gradients g of four steps and their moving averages m, as Adam keeps them."""
    g, beta, m = rng.normal(size=4), rng.uniform(0.5, 0.9), [0.0]
    for slope in g:
        m.append(beta * m[-1] + (1 - beta) * slope)
    return {"g": dict(enumerate(g, 1)), r"\beta_1": beta, "m": m}


def functions(rng: np.random.Generator) -> dict[str, Any]:
    """Functions of one number, and a place and a step for them."""
    x, h = rng.uniform(0.5, 2), 1e-2
    return {"x": x, "h": h, "f": lambda x: np.sin(x) * x**2, "s": lambda u: 1 / (1 + np.exp(-u))}


TABLES = {
    "batch": loss_functions.symbols,
    "chain": chain_rule_scalar.symbols,
    "descent": gradient_descent.symbols,
    "gradient": gradient.symbols,
    "jacobian": jacobian.symbols,
    "trace": reverse_mode_ad.symbols,
    "network": network,
    "softmax": softmax,
    "two paths": two_paths,
    "root": root,
    "matrices": matrices,
    "averages": averages,
    "functions": functions,
}

SUM = r"z_j^{(l)} = \sum_k w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}"
BOUNDED_SUM = r"z_j^{(l)} = \sum_{k=0}^{n_{l-1}-1} w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}"
LOSS = r"C = \frac{1}{2} \sum_j (a_j^{(L)} - y_j)^2"
DELTA_L = r"\delta^{(L)} = (a^{(L)} - y) \odot \sigma'(z^{(L)})"
DELTA = (
    r"\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l)}) \quad \text{for } l < L"
)
ONWARDS = r"\frac{\partial C}{\partial a_k^{(l-1)}} = \sum_j w_{jk}^{(l)} \delta_j^{(l)}"
READ_OFF = r"\frac{\partial C}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l-1)}"
STEP = r"w \leftarrow w - \eta \nabla C"
ADAM = r"m_t = (1 - \beta_1) \sum_{i=1}^{t} \beta_1^{t-i} g_i \quad \text{for } t > 0"
FACTORS = (
    r"P = \sum_{i=0}^{d-1} \sum_{j=i+1}^{d-1} \sum_{m=0}^{k-1} F_{im} F_{jm} x_i x_j",
    r"P = \sum_{i=0}^{d-1} \sum_{j=i+1}^{d-1} \sum_{m=0}^{k-1} F_{im} F_{im} x_i x_j",
)
TWO_PATHS = (
    r"\frac{dz}{dx} = \frac{\partial z}{\partial u} \frac{du}{dx}"
    r"+ \frac{\partial z}{\partial v} \frac{dv}{dx}"
)
PRODUCT = r"\frac{d}{dx} (u v) = \frac{du}{dx} v + u \frac{dv}{dx}"
LEAST_SQUARES = r" \quad \text{where } C = \frac{1}{2} \lVert f(x) \rVert^2"

# Kinds of slip that Dive into Deep Learning has corrected: the sign of a derivative, the bound of
# a sum in Adam, a missing square, ∇ of the place for ∇ of the function, an index of factorisation
# machines, the order of a product, a missing transpose.
CORRECTED = [
    ("functions", r"\frac{d}{dx} \cos x = -\sin x", r"\frac{d}{dx} \cos x = \sin x"),
    (
        "functions",
        r"\frac{d}{dx} \frac{1}{x} = -\frac{1}{x^2}",
        r"\frac{d}{dx} \frac{1}{x} = \frac{1}{x^2}",
    ),
    ("matrices", r"\nabla_x q = (A + A^\top) x", r"\nabla_x q = (A - A^\top) x"),
    (
        "softmax",
        r"\frac{\partial p_i}{\partial z_j} = -p_i p_j \quad \text{for } i \ne j",
        r"\frac{\partial p_i}{\partial z_j} = p_i p_j \quad \text{for } i \ne j",
    ),
    (
        "averages",
        ADAM,
        r"m_t = (1 - \beta_1) \sum_{i=1}^{t-1} \beta_1^{t-i} g_i \quad \text{for } t > 1",
    ),
    (
        "averages",
        ADAM,
        r"m_t = (1 - \beta_1) \sum_{i=0}^{t} \beta_1^{t-i} g_i \quad \text{for } t > 0",
    ),
    ("descent", r"C = \frac{1}{2n} \lVert r \rVert^2", r"C = \frac{1}{2n} \lVert r \rVert"),
    ("network", LOSS, r"C = \frac{1}{2} \sum_j (a_j^{(L)} - y_j)"),
    ("descent", STEP, r"w \leftarrow w - \eta \nabla w"),
    ("matrices", *FACTORS),
    ("matrices", r"O = X W", r"O = W X"),
    ("matrices", r"O_{ij} = \sum_m X_{im} W_{mj}", r"O_{ij} = \sum_m X_{im} W_{jm}"),
    ("matrices", r"q = x^\top A x", r"q = x A x"),
    ("descent", r"r = X^\top w - y", r"r = X w - y"),
]

# Claims and formulas in two public questions with their answers, "What backpropagation actually
# is?" and "Why is it called back-propagation?", in a note on backpropagation of 2021, and in what
# else is named.
CLAIMED = [
    # the note: the loss of a layer that is not the last; no half; no sum over the neurons
    ("network", LOSS, r"C = \frac{1}{2} \sum_j (a_j^{(l)} - y_j)^2"),
    ("network", LOSS, r"C = \sum_j (a_j^{(L)} - y_j)^2"),
    ("network", LOSS, r"C = \frac{1}{2} (a^{(L)} - y)^2"),
    # the note: the bias of the sender, or any bias, under the sum
    ("network", SUM, r"z_j^{(l)} = \sum_k (w_{jk}^{(l)} a_k^{(l-1)} + b_k^{(l)})"),
    ("network", SUM, r"z_j^{(l)} = \sum_k (w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)})"),
    # the note: one path, where a hidden neuron has as many as the layer after it has neurons
    ("network", ONWARDS, r"\frac{\partial C}{\partial a_k^{(l-1)}} = w_{jk}^{(l)} \delta_j^{(l)}"),
    # the note: a mean of gradients without a loss that is a mean
    ("batch", r"C = \frac{1}{n} \sum_i C_i", r"C = \sum_i C_i"),
    # the first: "the Jacobian" for the gradient
    ("jacobian", rf"\nabla_x C = J^\top f(x){LEAST_SQUARES}", rf"\nabla_x C = J{LEAST_SQUARES}"),
    # the first: the negative derivative is added, with no step size
    ("descent", STEP, r"w \leftarrow w - \nabla C"),
    # the first: a derivative as the share that a parameter has in the result
    ("gradient", r"f(x) = (1 - x_0)^2 + 100 (x_1 - x_0^2)^2", r"f(x) = x^\top \nabla f(x)"),
    # the first: back from the value of the loss, where the sweep starts from one
    ("trace", r"\bar v_{n-1} = 1", r"\bar v_{n-1} = y"),
    # the second: what travels back is the error itself
    ("network", DELTA_L, r"\delta^{(L)} = a^{(L)} - y"),
    # the second: derivatives chained by multiplication alone
    ("two paths", TWO_PATHS, r"\frac{dz}{dx} = \frac{\partial z}{\partial u} \frac{du}{dx}"),
    # the tutorial that the second links to, after copies of it: weights times error, and no slope
    ("network", DELTA, r"\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \quad \text{for } l < L"),
    # Mazur 2015: the printed loss needs hidden error signals by weights that are updated already
    ("network", DELTA, DELTA.replace("W^{(l+1)}", "V^{(l+1)}")),
    # an answer that circulates in copies: in a batch, the outputs are averaged first
    (
        "batch",
        r"C = \frac{1}{n} \sum_i C_i",
        r"C = \frac{1}{2} \sum_j (\frac{1}{n} \sum_i (A_{ji}^{(L)} - Y_{ji}))^2",
    ),
    # an archived copy of "Backpropagation" in Wikipedia: a sum over the index that is free
    (
        "network",
        ONWARDS,
        r"\frac{\partial C}{\partial a_k^{(l-1)}} = \sum_k w_{jk}^{(l)} \delta_j^{(l)}",
    ),
    # Leibniz 1676: some sign in the working of a root like this, says "Chain rule" in Wikipedia
    (
        "root",
        r"\frac{dy}{dx} = \frac{2 c x - b}{2 \sqrt{a - b x + c x^2}}",
        r"\frac{dy}{dx} = \frac{2 c x + b}{2 \sqrt{a - b x + c x^2}}",
    ),
]

CONFUSED = [
    # indices, bounds and layers
    ("network", SUM, r"z_j^{(l)} = \sum_k w_{kj}^{(l)} a_k^{(l-1)} + b_j^{(l)}"),
    (
        "network",
        BOUNDED_SUM,
        r"z_j^{(l)} = \sum_{k=1}^{n_{l-1}} w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}",
    ),
    (
        "network",
        BOUNDED_SUM,
        r"z_j^{(l)} = \sum_{k=0}^{n_l-1} w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}",
    ),
    (
        "network",
        ONWARDS,
        r"\frac{\partial C}{\partial a_k^{(l-1)}} = \sum_j w_{kj}^{(l)} \delta_j^{(l)}",
    ),
    ("network", READ_OFF, r"\frac{\partial C}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l)}"),
    ("network", READ_OFF, r"\frac{\partial C}{\partial w_{jk}^{(l)}} = \delta_k^{(l)} a_j^{(l-1)}"),
    ("network", DELTA, DELTA.replace("z^{(l)}", "z^{(l+1)}")),
    ("network", DELTA, DELTA.replace("W^{(l+1)}", "W^{(l)}")),
    ("batch", r"C = \frac{1}{n} \sum_{i=0}^{n-1} C_i", r"C = \frac{1}{n} \sum_{i=1}^{n} C_i"),
    (
        "jacobian",
        r"J_{ij} = \frac{\partial f_i}{\partial x_j}",
        r"J_{ij} = \frac{\partial f_j}{\partial x_i}",
    ),
    ("softmax", r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", r"p_i = \frac{e^{z_i}}{\sum_j e^{z_i}}"),
    ("averages", ADAM, r"m_t = (1 - \beta_1) \sum_{i=1}^{t} \beta_1^i g_i \quad \text{for } t > 0"),
    # transposes and shapes
    ("network", DELTA, DELTA.replace(r"(W^{(l+1)})^\top", "W^{(l+1)}")),
    (
        "network",
        r"\frac{\partial C}{\partial W^{(l)}} = \delta^{(l)} (a^{(l-1)})^\top",
        r"\frac{\partial C}{\partial W^{(l)}} = a^{(l-1)} (\delta^{(l)})^\top",
    ),
    ("descent", r"\nabla C = \frac{1}{n} X r", r"\nabla C = \frac{1}{n} X^\top r"),
    (
        "jacobian",
        rf"\nabla_x C = J^\top f(x){LEAST_SQUARES}",
        rf"\nabla_x C = J f(x){LEAST_SQUARES}",
    ),
    ("matrices", r"\nabla_x q = (A + A^\top) x", r"\nabla_x q = 2 A x"),
    # signs and factors
    ("network", DELTA_L, r"\delta^{(L)} = (y - a^{(L)}) \odot \sigma'(z^{(L)})"),
    ("descent", STEP, r"w \leftarrow w + \eta \nabla C"),
    ("descent", r"\nabla C = \frac{1}{n} X r", r"\nabla C = X r"),
    (
        "batch",
        r"\frac{\partial C}{\partial A_{ji}^{(L)}} = \frac{1}{n} (A_{ji}^{(L)} - Y_{ji})",
        r"\frac{\partial C}{\partial A_{ji}^{(L)}} = A_{ji}^{(L)} - Y_{ji}",
    ),
    ("matrices", r"\nabla_x s = 2 x", r"\nabla_x s = x"),
    ("softmax", r"C = -\sum_i y_i \ln p_i", r"C = \sum_i y_i \ln p_i"),
    (
        "softmax",
        r"\frac{\partial C}{\partial p_i} = -\frac{y_i}{p_i}",
        r"\frac{\partial C}{\partial p_i} = \frac{y_i}{p_i}",
    ),
    (
        "functions",
        r"f'(x) \approx \frac{f(x + h) - f(x - h)}{2 h} \quad (h \to 0)",
        r"f'(x) \approx \frac{f(x + h) - f(x - h)}{h} \quad (h \to 0)",
    ),
    # rules of differentiation
    (
        "chain",
        r"\frac{dy}{dx} = e^u \cdot \cos v \cdot 2x",
        r"\frac{dy}{dx} = e^u \cdot \cos x \cdot 2x",
    ),
    ("functions", r"s'(x) = s(x) (1 - s(x))", r"s'(x) = x (1 - x)"),
    (
        "network",
        r"\delta_j^{(l)} = \frac{\partial C}{\partial z_j^{(l)}}",
        r"\delta_j^{(l)} = \frac{\partial C}{\partial a_j^{(l)}}",
    ),
    ("network", DELTA, DELTA.replace("z^{(l)}", "a^{(l)}")),
    (
        "softmax",
        r"\frac{\partial C}{\partial z_i} = p_i - y_i",
        r"\frac{\partial C}{\partial z_i} = (p_i - y_i) p_i (1 - p_i)",
    ),
    (
        "chain",
        r"\frac{dy}{dx} = \frac{dy}{dv} \cdot \frac{dv}{dx}",
        r"\frac{dy}{dx} = \frac{dy}{dv} \cdot \frac{du}{dx}",
    ),
    ("two paths", PRODUCT, r"\frac{d}{dx} (u v) = \frac{du}{dx} v"),
    ("two paths", PRODUCT, r"\frac{d}{dx} (u v) = \frac{du}{dx} \frac{dv}{dx}"),
    ("two paths", TWO_PATHS, TWO_PATHS.replace(r"\frac{dz}{dx} =", r"2 \frac{dz}{dx} =")),
    ("trace", r"\bar v_1 = v_0 \bar v_3 + \cos v_1 \cdot \bar v_4", r"\bar v_1 = v_0 \bar v_3"),
    ("functions", r"\frac{d}{dx} \tanh x = 1 - \tanh^2 x", r"\frac{d}{dx} \tanh x = 1 - \tanh x^2"),
]
UNREAD = ("no symbol of this note", "house notation", "not evaluated here", "cannot compute")
"""What a refusal says of a formula that it has not understood."""


@cache
def draws(table: str) -> list[Table]:
    return [TABLES[table](np.random.default_rng(seed)) for seed in range(3)]


@cache
def judged(table: str, latex: str) -> Verdict:
    return judge(latex, draws(table))


SLIPS = CORRECTED + CLAIMED + CONFUSED


@pytest.mark.parametrize(("table", "right", "wrong"), SLIPS, ids=[wrong for *_, wrong in SLIPS])
def test_the_slip_is_noticed(table: str, right: str, wrong: str) -> None:
    assert judged(table, right).verdict == "holds", judged(table, right).reason
    assert judged(table, right).comparisons > 0
    verdict = judged(table, wrong)
    assert verdict.verdict in {"fails", "refused"}
    assert not any(words in verdict.reason for words in UNREAD), verdict.reason


def test_no_slip_is_listed_twice() -> None:
    slips = [(table, wrong) for table, _, wrong in SLIPS]
    assert len(slips) == len(set(slips)) > 60
