"""Values, edges and effects of two graphs of one function, and of graphs made at random."""

from graphlib import CycleError

import numpy as np
import pytest

from snippets.computational_graph import (
    GRAPH,
    INPUTS,
    RULES,
    SPLIT,
    edges,
    effects,
    evaluate,
    example,
    order,
)
from tests.independent import complex_step


def test_cs231n_xyz() -> None:
    numbers = example()
    assert numbers["value"] == {"x": -2, "y": 5, "z": -4, "q": 3, "f": -12}
    assert numbers["effects"] == {"x": -4, "y": -4, "z": 3, "q": -4, "f": 1}
    assert numbers["edges"] == {("x", "q"): 1, ("y", "q"): 1, ("q", "f"): -4, ("z", "f"): 3}


def test_multiplied_out_it_has_other_edges_and_the_same_effects() -> None:
    numbers = example()
    assert numbers["split"]["g"] == -12
    assert len(numbers["split edges"]) == 6
    assert {v: numbers["split effects"][v] for v in "xyz"} == {"x": -4, "y": -4, "z": 3}


def test_cs231n_sigmoid_neuron(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut finely, with four gates after the sum, as in the course notes, or with a single gate."""
    gates = {
        "neg": (lambda v: -v, lambda v: (-1,)),
        "exp": (np.exp, lambda v: (np.exp(v),)),
        "inc": (lambda v: 1 + v, lambda v: (1,)),
        "inv": (lambda v: 1 / v, lambda v: (-1 / v**2,)),
        "sigmoid": (
            lambda v: 1 / (1 + np.exp(-v)),
            lambda v: (np.exp(-v) / (1 + np.exp(-v)) ** 2,),
        ),
    }
    for name, gate in gates.items():
        monkeypatch.setitem(RULES, name, gate)
    dot = {
        "p0": ("mul", "w0", "x0"),
        "p1": ("mul", "w1", "x1"),
        "p": ("add", "p0", "p1"),
        "dot": ("add", "p", "w2"),
    }
    fine = {"a": ("neg", "dot"), "b": ("exp", "a"), "c": ("inc", "b"), "f": ("inv", "c")}
    inputs = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    slope = 0.19661193324148185
    wanted = {"w0": -1, "w1": -2, "w2": 1, "x0": 2, "x1": -3, "dot": 1}
    for tail in (fine, {"f": ("sigmoid", "dot")}):
        value = evaluate(dot | tail, inputs)
        assert value["dot"] == 1
        assert value["f"] == pytest.approx(0.7310585786300049, rel=1e-12)
        effect = effects(dot | tail, value, "f")
        for node, factor in wanted.items():
            assert effect[node] == pytest.approx(factor * slope, rel=1e-9)
    gate = effects(dot | fine, evaluate(dot | fine, inputs), "f")
    assert gate["c"] == pytest.approx(-0.534446645388523, rel=1e-12)
    assert gate["b"] == pytest.approx(-0.534446645388523, rel=1e-12)
    assert gate["a"] == pytest.approx(-0.19661193324148188, rel=1e-12)


def random_graph(seed: int) -> dict:
    """Eight steps on three inputs, some with one operand twice, written down in mixed order."""
    rng = np.random.default_rng(seed)
    nodes, graph = list("xyz"), {}
    for i in range(8):
        graph[f"s{i}"] = (str(rng.choice(["add", "mul"])), *map(str, rng.choice(nodes, size=2)))
        nodes.append(f"s{i}")
    names = rng.permutation(list(graph)).tolist()
    return {name: graph[name] for name in names}


@pytest.mark.parametrize("seed", range(20))
def test_effects_on_random_graphs(seed: int) -> None:
    graph, x = random_graph(seed), np.random.default_rng(seed).uniform(-1, 1, size=3)

    def result(x: np.ndarray) -> complex:
        return evaluate(graph, dict(zip("xyz", x, strict=True)))["s7"]

    found = effects(graph, evaluate(graph, dict(zip("xyz", x, strict=True))), "s7")
    slopes = [found.get(name, 0) for name in "xyz"]
    assert slopes == pytest.approx(complex_step(result, x), rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("seed", range(20))
def test_operands_come_before_their_users(seed: int) -> None:
    graph = random_graph(seed)
    place = {node: i for i, node in enumerate(order(graph))}
    assert all(place[v] < place[node] for node, (_, *used) in graph.items() for v in used)


def test_an_edge_knows_its_own_operands_only() -> None:
    """What comes later may change; the slopes of the sum do not."""
    value = evaluate(GRAPH, INPUTS)
    alone = {"q": GRAPH["q"]}
    assert edges(alone, value) == {("x", "q"): 1, ("y", "q"): 1}
    assert edges(SPLIT, evaluate(SPLIT, INPUTS))["z", "p"] == INPUTS["x"]


def test_a_circle_is_refused() -> None:
    with pytest.raises(CycleError, match="nodes are in a cycle"):
        evaluate({"a": ("add", "b", "x"), "b": ("mul", "a", "x")}, {"x": 1.0})


def test_a_missing_input_is_named() -> None:
    with pytest.raises(ValueError, match="no value for y, z: give one for each input"):
        evaluate(GRAPH, {"x": 1.0})
