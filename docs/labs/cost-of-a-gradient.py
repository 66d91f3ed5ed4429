# ---
# id: 2026-11-22t08-20-00z
# title: The cost of a gradient
# claim: Counted operation by operation, every road to a gradient takes work that grows with the
#   number of inputs, except the sweep back, which takes at most five times that of the function.
# aliases: [cheap gradient, operation count, cost of backpropagation, N plus 1 evaluations]
# needs: [reverse-mode-ad, numerical-differentiation]
# sources: []
# date: 2026-11-22
# ---

# %% [markdown]
# What does a gradient cost? A clock answers differently on each machine and each day, so here
# additions and multiplications of real numbers are counted. The numbers do that themselves.

# %%
import numpy as np
from zettelkasten.plot import Curve, plot


class Counted:
    """A number that counts what is done with it, in real additions and multiplications."""

    done = 0

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return self.after(self.value + other.value, real=1, complex=2)

    def __sub__(self, other):
        return self.after(self.value - other.value, real=1, complex=2)

    def __mul__(self, other):
        return self.after(self.value * other.value, real=1, complex=6)

    def after(self, value, **cost):
        """The result of an operation; four products and two sums make a complex product."""
        Counted.done += cost["complex" if isinstance(value, complex) else "real"]
        return Counted(value)


# %% [markdown]
# ## A function as a list
#
# A [Wengert list](../notes/wengert-list.md) of sums and products is enough for two functions: the
# product of all inputs, and a network with one hidden layer, whose inputs are its weights. All
# roads walk the same list.


# %%
def product(n):
    """The plan of the product of n inputs; behind n stands how many data there are."""
    return n, 0, [("*", 0, 1), *(("*", n + i, i + 2) for i in range(n - 2))]


def network(hidden):
    """As many data as hidden neurons; these square their sums, and so does the output."""
    n, plan = hidden * hidden + hidden, []

    def step(operation, j, k):
        plan.append((operation, j, k))
        return n + hidden + len(plan) - 1

    def inner(first, places):
        """The sum of products of the weights from `first` on with what stands at the places."""
        total, *others = [step("*", first + i, place) for i, place in enumerate(places)]
        for other in others:
            total = step("+", total, other)
        return total

    data = range(n, n + hidden)
    sums = [inner(j * hidden, data) for j in range(hidden)]
    output = inner(hidden * hidden, [step("*", z, z) for z in sums])
    step("*", output, output)
    return n, hidden, plan


def values(plan, x):
    """All numbers of the list, inputs first."""
    found = list(x)
    for operation, j, k in plan:
        found.append(found[j] + found[k] if operation == "+" else found[j] * found[k])
    return found


# %% [markdown]
# ## The roads
#
# Four of them need a run or a sweep for each input: differences from one side or both, the
# [complex step](../notes/complex-step.md), and [forward mode](../notes/forward-mode-ad.md), which
# carries a tangent along. [Reverse mode](../notes/reverse-mode-ad.md) needs one sweep for all of
# them, by
#
# $$
# \bar v_j = \sum_{i \in U_j} \bar v_i \frac{\partial \varphi_i}{\partial v_j}
# \quad \text{for } j < n - 1
# $$


# %%
def nudged(x, k, h):
    """The inputs, with one of them moved."""
    return [entry + Counted(h) if i == k else entry for i, entry in enumerate(x)]


def one_side(plan, x, n, h=1e-7):
    """Forward differences: the value at x is shared."""
    here = values(plan, x)[-1]
    return [(values(plan, nudged(x, k, h))[-1] - here) * Counted(1 / h) for k in range(n)]


def both_sides(plan, x, n, h=1e-5):
    """Central differences."""
    ends = [[values(plan, nudged(x, k, s * h))[-1] for s in (1, -1)] for k in range(n)]
    return [(right - left) * Counted(0.5 / h) for right, left in ends]


def complex_step(plan, x, n, h=1e-30):
    """A run with complex numbers for each input."""
    x = [Counted(complex(entry.value)) for entry in x]
    ends = [values(plan, nudged(x, k, 1j * h))[-1] for k in range(n)]
    return [Counted(end.value.imag) * Counted(1 / h) for end in ends]


def forward_mode(plan, x, n):
    """A run, then a sweep of tangents for each input."""
    v = values(plan, x)
    return [
        tangents(plan, v, [Counted(float(i == k)) for i in range(len(x))])[-1] for k in range(n)
    ]


def tangents(plan, v, seeds):
    """The tangent of each number."""
    found = list(seeds)
    for operation, j, k in plan:
        if operation == "+":
            found.append(found[j] + found[k])
        else:
            found.append(found[j] * v[k] + v[j] * found[k])
    return found


def reverse_mode(plan, x, n):
    """A run, then one sweep of adjoints."""
    v = values(plan, x)
    adjoints = [None] * len(v)
    adjoints[-1] = Counted(1.0)

    def give(j, share):
        adjoints[j] = share if adjoints[j] is None else adjoints[j] + share

    for i, (operation, j, k) in reversed([*enumerate(plan, start=len(x))]):
        give(j, adjoints[i] if operation == "+" else adjoints[i] * v[k])
        give(k, adjoints[i] if operation == "+" else adjoints[i] * v[j])
    return adjoints[:n]


ROADS = [one_side, both_sides, complex_step, forward_mode, reverse_mode]

# %% [markdown]
# ## The bill


# %%
def cost(road, plan, x, n):
    """Operations of a road, and what it finds."""
    Counted.done = 0
    found = road(plan, x, n)
    return Counted.done, np.array([entry.value for entry in found])


def bill(function, sizes):
    """By number of inputs: operations of the function, and of each road in units of these."""
    rows = []
    for size in sizes:
        n, data, plan = function(size)
        start = np.random.default_rng(size).uniform(0.9, 1.1, size=n + data)
        x = [Counted(float(entry)) for entry in start]
        costs, gradients = zip(*(cost(road, plan, x, n) for road in ROADS), strict=True)
        for found in gradients:  # a road that is cheap and wrong is no road
            np.testing.assert_allclose(found, gradients[-1], rtol=1e-4)
        rows.append([n, len(plan), *(operations / len(plan) for operations in costs)])
    return rows


def show(what, rows):
    """The bill as a table."""
    print(f"{what}\ninputs  operations   one side  both sides  complex  forward  reverse")
    for n, operations, *ratios in rows:
        row = "{:8.1f}  {:10.1f}  {:7.1f}  {:7.1f}  {:7.2f}".format(*ratios)
        print(f"{n:6}  {operations:10}   {row}")


of_product = bill(product, [2, 4, 8, 16, 32, 64, 128, 256])
of_network = bill(network, [1, 2, 4, 6, 8, 11, 15])
show("product", of_product)
show("network", of_network)

# %%
inputs, _, *columns = zip(*of_network, strict=True)
plot(
    [
        Curve("complex step", inputs, columns[2], "dotted"),
        Curve("forward mode", inputs, columns[3], "plain"),
        Curve("one side", inputs, columns[0], "forward"),
        Curve("reverse mode", inputs, columns[4], "backward", marks=True),
    ],
    x="inputs",
    y="operations of the gradient, by those of the network",
    log="xy",
    title="What the gradient of a network costs",
    text="Three lines rise in proportion to the number of inputs. That of reverse mode stays "
    "level, between two and four.",
)

# %% [markdown]
# The three lines are parallel: each road pays for every input again, one run with real numbers,
# with complex ones, or a sweep of tangents. The sweep back pays once. For the product it needs
# three operations for each one of the function, whatever the number of inputs.
#
# It can never be more than five. A product in the list is done once on the way there. On the way
# back its adjoint is multiplied by either factor, and each share may have to be added to what has
# already arrived. A sum costs less.
#
# ## What is paid instead
#
# The sweep needs the factors of each product again, in the opposite order. So they must all be
# there when it starts, where a run alone can forget a number after its last use.


# %%
def held_by_a_run(plan, inputs):
    """The most numbers, besides the inputs, that a run holds at one time."""
    last = {j: i for i, (_, *operands) in enumerate(plan) for j in operands}
    held, most = set(), 0
    for i in range(len(plan)):
        held = {j for j in held | {inputs + i} if last.get(j, len(plan)) > i}
        most = max(most, len(held))
    return most


def held_for_the_sweep(plan, inputs):
    """How many numbers, besides the inputs, are factors of products."""
    factors = {j for operation, *operands in plan if operation == "*" for j in operands}
    return sum(j >= inputs for j in factors)


print("         inputs  run alone  run and sweep")
for function, size in [(product, 16), (product, 256), (network, 4), (network, 15)]:
    n, data, plan = function(size)
    held = held_by_a_run(plan, n + data), held_for_the_sweep(plan, n + data)
    print(f"{function.__name__:7}  {n:6}  {held[0]:9}  {held[1]:13}")

# %% [markdown]
# A run of the product holds one number at a time, a sweep needs nearly all of them. In the
# network a run holds a whole layer anyway. With many layers it would still be one at a time for
# the run, and all of them for the sweep.
#
# !!! mistake "Common mistake"
#     Concluding that reverse mode is always the cheap one. It is so for one result and many
#     inputs. With one input and many results the same list is swept once forward, and once back
#     for each result.
