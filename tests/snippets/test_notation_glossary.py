"""What the letters stand for has the sizes, the order of indices and the slopes that are said."""

import re
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
from zettelkasten.formulas.relations import Status
from zettelkasten.formulas.verdict import judge

from snippets import reverse_mode_ad
from snippets.forward_pass import forward, network
from snippets.loss_functions import squared_error
from snippets.notation_glossary import arrays, example, small, symbols
from tests.conftest import ROOT
from tests.independent import complex_step, complex_step_jacobian
from tests.test_constructs import DRAWS

SEEDS = [None, 0, 1, 2]


def drawn(seed: int | None) -> dict[str, Any]:
    return symbols() if seed is None else symbols(np.random.default_rng(seed))


def inputs(seed: int | None) -> tuple[Any, Any, Any, Any]:
    """The network that these symbols belong to."""
    return small(np.random.default_rng(0)) if seed is None else network(np.random.default_rng(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_sizes_agree_so_that_no_transpose_hides(seed: int | None) -> None:
    found = drawn(seed)
    sizes = [*found["n_l"].values(), found["n"]]
    assert len(set(sizes)) == len(sizes)
    assert found["L"] == len(sizes) - 2 > 1


@pytest.mark.parametrize("make", [small, network])
def test_shapes(make: Callable[..., Any]) -> None:
    x, y, weights, biases = make(np.random.default_rng(3))
    below = x.size
    layers = arrays(x, y, weights, biases)
    for W, b, z, a, delta, dC_dW in layers:
        assert W.shape == dC_dW.shape == (b.size, below)
        assert b.shape == z.shape == a.shape == delta.shape == (b.size, 1)
        below = b.size
    assert len(layers) == len(weights)
    assert y.shape == (below, 1)


def test_arrays_are_those_that_their_columns_say() -> None:
    x, y, weights, biases = small(np.random.default_rng(4))
    before = x
    for number, (W, b, z, a, delta, dC_dW) in enumerate(arrays(x, y, weights, biases)):
        assert np.array_equal(W, weights[number])
        assert np.array_equal(b, biases[number])
        assert z == pytest.approx(W @ before + b)
        assert a == pytest.approx(1 / (1 + np.exp(-z)))

        def loss_of_bias(b: np.ndarray, number: int = number) -> complex:
            changed = [*biases[:number], b, *biases[number + 1 :]]
            return squared_error(forward(x, weights, changed)[1][-1], y)

        def loss_of_weights(W: np.ndarray, number: int = number) -> complex:
            changed = [*weights[:number], W, *weights[number + 1 :]]
            return squared_error(forward(x, changed, biases)[1][-1], y)

        # A bias is added to z, so the slope along it is the slope along z.
        assert delta == pytest.approx(complex_step(loss_of_bias, b), rel=1e-11, abs=1e-15)
        assert dC_dW == pytest.approx(complex_step(loss_of_weights, W), rel=1e-11, abs=1e-15)
        before = a


@pytest.mark.parametrize("seed", SEEDS)
def test_adjoint_and_tangent_of_the_prediction(seed: int | None) -> None:
    x, y, weights, biases = inputs(seed)
    found = drawn(seed)
    assert found["x"].value == pytest.approx(x)
    v = forward(x, weights, biases)[1][-1]
    assert found["v"].value == pytest.approx(v)

    def predictions(first: np.ndarray) -> np.ndarray:
        W = weights[0].astype(complex)
        W[0, 0] = first[0]
        return forward(x, [W, *weights[1:]], biases)[1][-1]

    moves = complex_step_jacobian(predictions, weights[0][0, :1])
    assert found[r"\dot v"] == pytest.approx(moves, rel=1e-11, abs=1e-15)
    effect = complex_step(lambda v: squared_error(v, y), v)
    assert found[r"\bar v"] == pytest.approx(effect, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_share_the_weights_and_the_first_is_the_one_spoken_of(seed: int | None) -> None:
    found = drawn(seed)
    losses = [one.value.item() for one in found["C_i"]]
    assert len(losses) == len(set(losses)) == found["n"]
    assert found["C_i"][0] is found["C"]
    nudged = found["w"][1].value + 0.1
    replayed = found["C"].list.replay({found["w"][1]: nudged})
    assert all(replayed[one.number] != one.value for one in found["C_i"])


def test_a_flat_target_is_compared_with_every_output() -> None:
    numbers = example()
    assert numbers["C"] == pytest.approx(0.2983711087600027, rel=1e-14)
    a, y = (0.7513650695523157, 0.7729284653214625), (0.01, 0.99)
    all_pairs = sum((one - other) ** 2 for one in a for other in y) / 2
    assert numbers["C_flat"] == pytest.approx(all_pairs, rel=1e-12)


def draws(module_symbols: Callable[..., Any]) -> list[dict[str, Any]]:
    return [module_symbols(), *(module_symbols(np.random.default_rng(i)) for i in range(3))]


def rows_of_the_page() -> dict[str, list[tuple[str, str]]]:
    """The first two code spans of each row of the page on writing formulas, by heading."""
    found: dict[str, list[tuple[str, str]]] = {}
    heading = ""
    for line in (ROOT / "docs/writing-formulas.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.strip("# ")
        spans = re.findall(r"`([^`]+)`", line)
        if line.startswith("|") and spans:
            found.setdefault(heading, []).append((spans[0], spans[-1]))
    return found


ROWS = rows_of_the_page()
BOUND, WRONG, CLAIMS = "How symbols are bound", "What is an error", "What a relation claims"
EXAMPLES = {latex for heading in ROWS.keys() - {BOUND, WRONG} for latex, _ in ROWS[heading]}


@pytest.mark.parametrize("latex", sorted(EXAMPLES))
def test_examples_of_the_page_on_writing_formulas_hold(latex: str) -> None:
    verdicts = [
        judge(latex, one) for one in (draws(symbols), DRAWS, draws(reverse_mode_ad.symbols))
    ]
    held = [one for one in verdicts if one.verdict == "holds"]
    assert held, [one.reason for one in verdicts]
    assert held[0].comparisons > 0 or latex == "w_{jk}^{(l)}"


def test_no_example_is_missed() -> None:
    assert len(EXAMPLES) > 45
    assert len(ROWS[WRONG]) == 9


@pytest.mark.parametrize(("latex", "message"), ROWS[WRONG])
def test_messages_of_the_page_on_writing_formulas_are_the_real_ones(
    latex: str, message: str
) -> None:
    verdict = judge(latex, draws(symbols))
    assert verdict.verdict in {"fails", "refused"}
    assert verdict.reason == message


def test_each_status_is_listed_with_an_example_that_has_it() -> None:
    page = (ROOT / "docs/writing-formulas.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| `([^`]+)` \|", page.partition(f"## {CLAIMS}")[2], re.MULTILINE)
    listed = {}
    for status, latex in rows[: len(ROWS[CLAIMS])]:
        verdicts = [judge(latex, one) for one in (draws(symbols), DRAWS)]
        listed[status] = next(one.status for one in verdicts if one.verdict == "holds")
    assert all(status == found for status, found in listed.items())
    assert listed.keys() == set(get_args(Status)) - {"schematic"}
