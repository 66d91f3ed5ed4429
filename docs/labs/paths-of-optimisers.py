# ---
# id: 2026-11-22t08-30-00z
# title: Paths of three optimisers
# claim: From the same gradients, descent, momentum and Adam go different ways; if a valley is
#   turned, the paths of the first two turn with it, and that of Adam becomes another.
# aliases: [optimiser trajectories, optimizer trajectories, comparing optimisers, Rosenbrock]
# needs: [momentum, adam, convergence-quadratic]
# sources: []
# date: 2026-11-22
# ---

# %% [markdown]
# A gradient says which way is down here. What a step makes of it is the choice of an optimiser.
# Three of them start at the same places and are compared by where they go and how many gradients
# they take: [descent](../notes/gradient-descent.md), [momentum](../notes/momentum.md),
#
# $$
# v_t = \mu v_{t-1} - \eta \nabla C(w_{t-1}), \quad w_t = w_{t-1} + v_t
# \quad \text{for } t \ge 1
# $$
#
# and [Adam](../notes/adam.md), which divides each coordinate of the step by the usual size of its
# slopes.

# %%
import numpy as np
from zettelkasten.plot import Curve, plot

from snippets import adam, momentum, sgd
from snippets.convergence_quadratic import best_rate, gradient
from snippets.gradient_checking import check_grad

valley = np.diag([1.0, 10.0])  # ten times as steep across as along
start = np.array([[10.0], [1.0]])


def path(optimiser, slope, start, etas, **settings):
    """All places on the way, (2, steps + 1)."""
    found = sgd.descend(optimiser.step, optimiser.START, start, slope, etas, **settings)
    return np.hstack(found)


def on(matrix):
    """The gradient of half wᵀ matrix w."""
    return lambda w: gradient(w, matrix, np.zeros((2, 1)))


eta, mu = momentum.best_settings(1.0, 10.0)
paths = {
    "descent": path(sgd, on(valley), start, [best_rate(valley)] * 100),
    "momentum": path(momentum, on(valley), start, [eta] * 100, mu=mu),
    "Adam": path(adam, on(valley), start, [1.0] * 100),
}
print("distance from the minimum")
print("step   ", *(f"{name:>9}" for name in paths))
for step in (0, 10, 20, 40, 80):
    print(f"{step:4}   ", *(f"{np.linalg.norm(found[:, step]):9.1e}" for found in paths.values()))


# %%
def ellipse(matrix, level):
    """Where half wᵀ matrix w has a value."""
    angle = np.linspace(0, 2 * np.pi, 60)
    x, y = np.linalg.inv(np.linalg.cholesky(matrix).T) @ [np.cos(angle), np.sin(angle)]
    return Curve("", np.sqrt(2 * level) * x, np.sqrt(2 * level) * y, "ground")


def three(paths, steps):
    """The first steps of each path as a curve; of a few steps, each is marked."""
    styles = "forward", "backward", "dotted"
    return [
        Curve(name, *found[:, : steps + 1], style, marks=steps < 50)
        for (name, found), style in zip(paths.items(), styles, strict=True)
    ]


plot(
    [*(ellipse(valley, level) for level in (1, 8, 25, 55)), *three(paths, 14)],
    x="first coordinate",
    y="second coordinate",
    title="Fourteen steps in a valley",
    text="Ellipses of equal loss, long from left to right. Descent jumps from one wall to the "
    "other on its way along the valley. Momentum overshoots at first and comes in quickly. Adam "
    "goes slantwise, as far in one coordinate as in the other.",
    x_range=(-6, 12),
    y_range=(-3, 3),
)

# %% [markdown]
# Fourteen steps of Adam are not enough to see it arrive: it comes back twice from beyond the
# minimum, as the table shows.
#
# ## Each at its best
#
# To compare them by settings that suit one of them would be unfair. So each gets many learning
# rates at once, momentum several shares $\mu$ as well, and the best counts: the fewest gradients
# until less than a thousandth of the distance is left, for good. Then the valley is turned.

# %%
RATES = np.logspace(-3, 0.5, 71)


def fewest(optimiser, matrix, start, steps, **settings):
    """Gradients needed with the best of the rates."""
    near = 1e-3 * np.linalg.norm(start)
    w, state = start + 0 * RATES, optimiser.START
    needed = np.ones(RATES.size, dtype=int)
    with np.errstate(all="ignore"):  # some rates diverge
        for step in range(1, steps + 1):
            w, state = optimiser.step(w, on(matrix)(w), state, RATES, **settings)
            needed[~(np.linalg.norm(w, axis=0) < near)] = step + 1
    return needed.min()


def turned(steepness, degrees):
    """A valley in another direction, and a start with the same place in it."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.diag([1.0, steepness]) @ turn.T, turn @ np.ones((2, 1))


print("steepness  turned by  descent  momentum  Adam")
for steepness in (10.0, 100.0):
    for degrees in (0, 45):
        matrix, there = turned(steepness, degrees)
        by_descent = fewest(sgd, matrix, there, 600)
        shares = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
        by_momentum = min(fewest(momentum, matrix, there, 600, mu=mu) for mu in shares)
        by_adam = fewest(adam, matrix, there, 600)
        print(f"{steepness:9.0f}  {degrees:9}  {by_descent:7}  {by_momentum:8}  {by_adam:4}")

# %% [markdown]
# Descent and momentum do not notice the turn: their steps turn with the valley. A valley that is
# ten times as steep costs descent about ten times as many gradients, and momentum about the root
# of ten times. Adam needs the same number for both, as long as they lie along the axes. There its
# coordinates never meet, and each brings its own scale. In a steeper valley that is turned it
# pays as well:

# %%
DEGREES = range(0, 46, 5)
by_angle = {
    steepness: [fewest(adam, *turned(steepness, degrees), 1500) for degrees in DEGREES]
    for steepness in (10.0, 100.0, 1000.0)
}
print("degrees ", *(f"{degrees:4}" for degrees in DEGREES))
for steepness, found in by_angle.items():
    print(f"{steepness:7.0f} ", *(f"{count:4}" for count in found))

# %%
plot(
    [
        Curve(f"{steepness:.0f} : 1", DEGREES, found, marks=True)
        for steepness, found in by_angle.items()
    ],
    x="degrees",
    y="gradients that Adam needs",
    log="y",
    title="Adam in a valley that is turned",
    text="Three curves begin at the same number. For a steepness of ten it stays there. For a "
    "hundred it grows a little, for a thousand to many times as much.",
)

# %% [markdown]
# ## A bent valley
#
# Rosenbrock's function has a valley along a parabola. The way leads round a bend, along a floor
# that hardly falls. Each optimiser gets 200 gradients and the rate with which it comes lowest.


# %%
def rosenbrock(w):
    """(1 - x)² + 100 (y - x²)²."""
    x, y = w
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def rosenbrock_gradient(w):
    """In the shape of w."""
    x, y = w
    across = 200 * (y - x**2)
    return np.stack([-2 * (1 - x) - 2 * x * across, across])


there = np.array([[-1.2], [1.0]])
check_grad(lambda w: rosenbrock(w).sum(), rosenbrock_gradient, there, np.random.default_rng(0))


def lowest(optimiser, **settings):
    """The path that ends lowest, and its rate."""
    rates = np.logspace(-5, 0, 101)
    with np.errstate(all="ignore"):
        slope = rosenbrock_gradient
        found = sgd.descend(
            optimiser.step, optimiser.START, there + 0 * rates, slope, [rates] * 200, **settings
        )
        ends = np.nan_to_num(rosenbrock(found[-1]), nan=np.inf)
    return np.array([w[:, ends.argmin()] for w in found]).T, rates[ends.argmin()]


found = {
    "descent": lowest(sgd),
    "momentum": lowest(momentum, mu=0.9),
    "Adam": lowest(adam),
}
print("           rate     after 200 gradients: x, y and loss")
for name, (bent, rate) in found.items():
    x, y = bent[:, -1]
    print(f"{name:9}  {rate:.0e}    {x:5.2f}  {y:5.2f}  {rosenbrock((x, y)):.0e}")


# %%
def level_line(level):
    """Where Rosenbrock's function has a value."""
    angle = np.linspace(0, 2 * np.pi, 90)
    x = 1 - np.sqrt(level) * np.cos(angle)
    return Curve("", x, x**2 + np.sqrt(level) / 10 * np.sin(angle), "ground")


styles = "forward", "backward", "dotted"
plot(
    [
        *map(level_line, (0.1, 1.0, 4.0, 12.0)),
        *(
            Curve(name, *bent, style)
            for (name, (bent, _)), style in zip(found.items(), styles, strict=True)
        ),
    ],
    x="x",
    y="y",
    title="200 steps along a bent valley",
    text="Curved level lines around a valley like a parabola, open above, with the minimum on its "
    "right arm, at one and one. All three paths begin on the left arm with long jumps across. "
    "Descent then lands beyond the bend and creeps up the right arm. Momentum swings to and fro "
    "and reaches the minimum. Adam passes it and waits a little above.",
    x_range=(-2, 2),
    y_range=(-1, 3),
)

# %% [markdown]
# The best rates are daring: each path begins with jumps over the walls, and a slightly different
# rate lands elsewhere. On a floor as flat as this one a lucky jump saves more than any rule.
#
# !!! mistake "Common mistake"
#     Comparing optimisers at one learning rate. The rates above differ by orders of magnitude,
#     since a rate of Adam is a length and one of descent a factor of the slope. At the same rate,
#     any of them can be made to win.
