"""Computational graph: a node for each value, an edge from each operand, a slope on each edge.

    q = x + y,   f = q z        edges  x → q: 1,   y → q: 1,   q → f: z,   z → f: q

All values are numbers. An edge's slope needs the operands of its step and nothing else; the effect
of a value on the result is the sum over the paths between them.

Source: the function at (-2, 5, -4) is that of the CS231n course notes, section Backpropagation.
"""

from graphlib import TopologicalSorter

from snippets.wengert_list import record


def check_inputs(graph, inputs):
    """ValueError unless each node without a step has a value."""
    missing = set(order(graph)) - set(graph) - set(inputs)
    if missing:
        raise ValueError(f"no value for {', '.join(sorted(missing))}: give one for each input")


# --8<-- [start:graph]
RULES = {  # a step, and its slope by each operand
    "add": (lambda v, w: v + w, lambda v, w: (1, 1)),
    "mul": (lambda v, w: v * w, lambda v, w: (w, v)),
}
GRAPH = {"f": ("mul", "q", "z"), "q": ("add", "x", "y")}


def order(graph):
    """All nodes, operands before the steps that use them."""
    uses = {node: operands for node, (_, *operands) in graph.items()}
    return list(TopologicalSorter(uses).static_order())


def evaluate(graph, inputs):
    """The value of each node, by its name."""
    check_inputs(graph, inputs)
    value = dict(inputs)
    for node in order(graph):
        if node in graph:
            rule, *operands = graph[node]
            value[node] = RULES[rule][0](*(value[v] for v in operands))
    return value


def edges(graph, value):
    """The slope on each edge, by (operand, node)."""
    slopes = {}
    for node, (rule, *operands) in graph.items():
        local = RULES[rule][1](*(value[v] for v in operands))
        for v, slope in zip(operands, local, strict=True):
            slopes[v, node] = slopes.get((v, node), 0) + slope
    return slopes


# --8<-- [end:graph]


# --8<-- [start:effects]
def effects(graph, value, result):
    """The slope of the result by each node, over all paths."""
    slopes = edges(graph, value)
    effect = {result: 1}
    for v in reversed(order(graph)):
        below = [(node, s) for (u, node), s in slopes.items() if u == v]
        effect.setdefault(v, sum(s * effect[node] for node, s in below))
    return effect


# --8<-- [end:effects]

SPLIT = {"p": ("mul", "x", "z"), "r": ("mul", "y", "z"), "g": ("add", "p", "r")}
INPUTS = {"x": -2.0, "y": 5.0, "z": -4.0}


def example():
    """Two graphs of one function, at the place of the course notes."""
    value, split = evaluate(GRAPH, INPUTS), evaluate(SPLIT, INPUTS)
    return {
        "order": order(GRAPH),
        "value": value,
        "edges": edges(GRAPH, value),
        "effects": effects(GRAPH, value, "f"),
        "split": split,
        "split edges": edges(SPLIT, split),
        "split effects": effects(SPLIT, split, "g"),
    }


def picture(graph=GRAPH, result="f"):
    """The graph at that place: node → (operation, slope by each operand, value, effect)."""
    value = evaluate(graph, INPUTS)
    slopes, effect = edges(graph, value), effects(graph, value, result)
    arriving = {v: {u: s for (u, w), s in slopes.items() if w == v} for v in value}
    signs = {"add": "+", "mul": "×"}
    return {
        v: (signs.get(graph.get(v, [""])[0], ""), arriving[v], value[v], effect[v])
        for v in order(graph)
    }


def picture_multiplied_out():
    """The other graph of the same function."""
    return picture(SPLIT, "g")


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the first input
    y: the second input
    z: the third input
    q: the sum of the first two, a node of the first graph
    f: the result of the first graph
    p: x times z, a node of the second graph
    r: y times z, another node of it
    g: the result of the second graph
    \bar x: the effect of the first input on f, as `effects` finds it
    \bar z: the effect of the third input on f, likewise
    """
    inputs = INPUTS if rng is None else dict(zip("xyz", rng.uniform(-5, 5, size=3), strict=True))

    def run(inputs):
        return evaluate(GRAPH, inputs), evaluate(SPLIT, inputs)

    effect = effects(GRAPH, evaluate(GRAPH, inputs), "f")
    first, second = record(run, inputs)
    first |= {r"\bar x": effect["x"], r"\bar z": effect["z"]}
    return first | {"p": second["p"], "r": second["r"], "g": second["g"]}


if __name__ == "__main__":
    numbers = example()
    print("node  value  edges from          effect on f")
    for node in numbers["order"]:
        value, effect = numbers["value"][node], numbers["effects"][node]
        slopes = {v: s for (v, user), s in numbers["edges"].items() if user == node}
        arriving = ", ".join(f"{v}: {s:g}" for v, s in slopes.items())
        print(f"{node:<4} {value:6g}  {arriving:<20} {effect:10g}")
