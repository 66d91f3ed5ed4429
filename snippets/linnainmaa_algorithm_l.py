"""Linnainmaa's Algorithm L: record every step, then sweep the records backwards with COEFF.

    COEFF(operand) += ∂φᵢ/∂vⱼ · COEFF(i),    rⱼ = vⱼ v̄ⱼ / y

COEFF(j) is the adjoint v̄ⱼ; the relative coefficient rⱼ says how many relative errors of vⱼ reach
the result y. All quantities are scalars. A record is (value, operation, two links to operands); a
plan lists the operations with their links, by which inputs and earlier values are numbered from 0.

Source: S. Linnainmaa, thesis, University of Helsinki, 1970: chapter 7, and equation 8.3 for the
example a² - c² = (a + c)(a - c). Values and links are his; the Python and a = 3, c = 2 are ours.
"""

from functools import partial

import numpy as np

from snippets.wengert_list import record

# --8<-- [start:records]
OPERATIONS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
PARTIALS = {
    "+": lambda v, w: (1, 1),
    "-": lambda v, w: (1, -1),
    "*": lambda v, w: (w, v),
    "/": lambda v, w: (1 / w, -v / w**2),
}
PLAN = [("+", 0, 1), ("-", 0, 1), ("*", 2, 3)]  # (a + c)(a - c) of the inputs a, c


def part_1(inputs, plan, epsilon):
    """Records; value i, inputs first, is rounded by the factor 1 + εᵢ."""
    stack = []
    for i, value in enumerate(inputs):
        stack.append((value * (1 + epsilon[i]), "input", None, None))
    for i, (operation, j, k) in enumerate(plan, start=len(inputs)):
        value = OPERATIONS[operation](stack[j][0], stack[k][0])
        stack.append((value * (1 + epsilon[i]), operation, j, k))
    return stack


# --8<-- [end:records]


# --8<-- [start:sweep]
def part_2(stack, result=-1):
    """COEFF of every record: its effect on one of them, the last if none is named."""
    values = [record[0] for record in stack]
    coeff = np.zeros(len(stack))
    coeff[result] = 1
    for i in reversed(range(len(stack))):
        _, operation, j, k = stack[i]
        if operation != "input":
            d_j, d_k = PARTIALS[operation](values[j], values[k])
            coeff[j] += d_j * coeff[i]
            coeff[k] += d_k * coeff[i]
    return coeff


def by_reruns(inputs, plan, u):
    """One rerun per error source, nudged by the factor 1 + u."""
    n = len(inputs) + len(plan)
    y = part_1(inputs, plan, np.zeros(n))[-1][0]
    nudged = [part_1(inputs, plan, u * row)[-1][0] for row in np.eye(n)]
    return (np.array(nudged) - y) / (u * y)


# --8<-- [end:sweep]


def relative(stack, result=-1):
    """Relative coefficient of every record: how a relative error of its value shows in one.

    Raises ValueError if that one is zero, since a relative error of zero means nothing.
    """
    values = np.array([value for value, *_ in stack])
    if values[result] == 0:
        raise ValueError(f"record {result} is zero and has no relative error: use part_2")
    return values * part_2(stack, result) / values[result]


def example():
    """At a = 3, c = 2: values, COEFF, relative coefficients, and the same from reruns."""
    a, c, u = 3.0, 2.0, 1e-7
    stack = part_1((a, c), PLAN, np.zeros(5))
    values = np.array([value for value, *_ in stack])
    coeff = part_2(stack)
    return {
        "a": a,
        "c": c,
        "values": values,
        "coeff": coeff,
        "relative": relative(stack),
        "reruns": by_reruns((a, c), PLAN, u),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    a: the first input
    c: the second input
    v: v_j is the value of record j
    y: the result, the value of the last record
    \varepsilon: the relative rounding errors of the five values, all zero here
    \bar v: the coefficients that the sweep finds, a column (5, 1)
    r: the relative coefficients, a column (5, 1)
    u: the relative nudge of a rerun
    t: what the reruns find with a nudge u, a column (5, 1)
    """
    a, c = (3.0, 2.0) if rng is None else rng.uniform(0.5, 4, size=2)
    stack = part_1((a, c), PLAN, np.zeros(5))
    reruns = partial(by_reruns, (a, c), PLAN)
    found = {r"\bar v": part_2(stack), "r": relative(stack), "t": reruns}
    epsilon, stack = record(lambda epsilon: (epsilon, part_1((a, c), PLAN, epsilon)), np.zeros(5))
    v = [value for value, *_ in stack]
    return {"a": a, "c": c, "v": v, "y": v[-1], r"\varepsilon": epsilon, "u": 1e-3} | found


if __name__ == "__main__":
    numbers = example()
    print("record       value   COEFF   relative   by reruns")
    for i, name in enumerate(["a", "c", "a + c", "a - c", "product"]):
        row = [numbers[column][i] for column in ("values", "coeff", "relative", "reruns")]
        print("{:<10} {:7.1f} {:7.1f} {:10.4f} {:11.4f}".format(name, *row))
    print("sweeps back: 1   reruns:", len(numbers["reruns"]))
