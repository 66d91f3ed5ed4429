# ---
# id: 2026-11-22t07-45-00z
# title: XOR and its surprises
# claim: Two hidden neurons can compute exclusive or, but whether training finds them depends on the
#   loss function, the learning rate and the start.
# aliases: [exclusive or, XOR problem, worked XOR]
# needs: [error-signal-delta, gradient-descent]
# sources: [goodfellow-2016]
# date: 2026-11-22
# ---

# %% [markdown]
# Exclusive or is one where exactly one of two inputs is one. It is the smallest problem that
# needs a hidden layer, and small enough to train a hundred networks at once and to watch what
# becomes of them.
#
# ## No line will do
#
# A single layer without a hidden one draws a line. The best line in the sense of least squares
# ignores both inputs:

# %%
import numpy as np
from zettelkasten.plot import Curve, plot, tiles

from snippets.gradient_checking import check_grad
from snippets.neuron_weights_biases import sigmoid, sigmoid_prime

X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])  # a column for each sample
Y = np.array([[0.0, 1.0, 1.0, 0.0]])

lines = np.vstack([X, np.ones(4)]).T
(w_1, w_2, b), *_ = np.linalg.lstsq(lines, Y.ravel(), rcond=None)
print(f"weights {abs(w_1):.2f} and {abs(w_2):.2f}, bias {b:.2f}")
print("outputs", *(f"{a:.2f}" for a in lines @ [w_1, w_2, b]))

# %% [markdown]
# ## Two hidden neurons, by hand
#
# The textbook of [Goodfellow and others](../sources/goodfellow-2016.md) sets the weights of two
# hidden neurons by hand. The first counts the ones, the second notices when there are two, and
# the output takes the second off twice.

# %%
hidden = np.maximum([[1, 1], [1, 1]] @ X + [[0], [-1]], 0)
output = [[1, -2]] @ hidden
print("hidden 1", *hidden[0].astype(int))
print("hidden 2", *hidden[1].astype(int))
print("output  ", *output[0].astype(int))

# %% [markdown]
# So there is a solution. Will [gradient descent](../notes/gradient-descent.md) find one? The
# gradient comes from the [error signals](../notes/error-signal-delta.md). For half the squared
# error the slope of the last activation is a factor of the first of them:
#
# $$
# \begin{aligned}
# \delta^{(L)} &= (a^{(L)} - y) \odot \sigma'(z^{(L)}) \\
# \delta^{(l)} &= (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l)}) \quad \text{for } l < L
# \end{aligned}
# $$
#
# With the cross-entropy that factor is gone, and the signal is output minus target alone. This is
# the only difference between the two in the program below. It trains many networks at once,
# stacked along a first axis.


# %%
def forward(params):
    """Weighted inputs and outputs of both layers, for all networks and samples."""
    W_1, b_1, W_2, b_2 = params
    z_1 = W_1 @ X + b_1
    a_1 = sigmoid(z_1)
    z_2 = W_2 @ a_1 + b_2
    return z_1, a_1, z_2, sigmoid(z_2)


def gradients(params, is_squared):
    """Of the mean loss of the four samples, by each parameter."""
    z_1, a_1, z_2, a_2 = forward(params)
    delta_2 = (a_2 - Y) * (sigmoid_prime(z_2) if is_squared else 1) / 4
    delta_1 = params[2].swapaxes(1, 2) @ delta_2 * sigmoid_prime(z_1)
    dC_db_1, dC_db_2 = delta_1.sum(axis=2, keepdims=True), delta_2.sum(axis=2, keepdims=True)
    return [delta_1 @ X.T, dC_db_1, delta_2 @ a_1.swapaxes(1, 2), dC_db_2]


def loss(params, is_squared):
    """The mean loss of each network."""
    _, _, z_2, a_2 = forward(params)
    squares = (a_2 - Y) ** 2 / 2
    entropies = np.logaddexp(0, z_2) - Y * z_2
    return np.mean(squares if is_squared else entropies, axis=(1, 2))


def starts(networks, hidden, seed=0):
    """Normal weights and biases for some networks."""
    rng = np.random.default_rng(seed)
    shapes = (hidden, 2), (hidden, 1), (1, hidden), (1, 1)
    return [rng.normal(size=(networks, *shape)) for shape in shapes]


for is_squared in (True, False):
    check_grad(
        lambda params, kind=is_squared: loss(params, kind).sum(),
        lambda params, kind=is_squared: gradients(params, kind),
        starts(5, hidden=2),
        np.random.default_rng(1),
    )
print("both gradients agree with the complex step")


# %% [markdown]
# ## Most starts arrive, some never do


# %%
def train(params, eta, is_squared, steps):
    """The loss of each network along the way, and the parameters at the end."""
    losses = [loss(params, is_squared)]
    for _ in range(steps):
        changes = gradients(params, is_squared)
        params = [p - eta * g for p, g in zip(params, changes, strict=True)]
        losses.append(loss(params, is_squared))
    return np.array(losses), params


def solved(params):
    """Which networks have all four samples on the right side of one half."""
    return (np.abs(forward(params)[-1] - Y) < 0.5).all(axis=(1, 2))


losses, ends = train(starts(100, hidden=2), eta=3.0, is_squared=True, steps=4000)
print(f"{np.sum(solved(ends))} of 100 networks have learnt XOR")
print("what the others answer:")
stuck = forward(ends)[-1][~solved(ends), 0].round(1)
for answers, count in zip(*np.unique(stuck, axis=0, return_counts=True), strict=True):
    print("  ", *(f"{a:.1f}" for a in answers), f" {count:3} times")

# %% [markdown]
# About one start in five ends in a valley that leads nowhere. Two samples are right there, and
# the other two get one half, or three get two thirds: the best that one neuron can do when the
# other is of no use. The gradient vanishes, and nothing in it tells that a solution exists.
#
# Those that arrive do not arrive steadily. Here are the quickest, one that takes long and one
# that stays.

# %%
order = np.argsort(np.argmax(losses < 0.01, axis=0) + 5000 * ~solved(ends), kind="stable")
shown = {"quickest": order[0], "slow": order[70], "stuck": order[-1]}
steps = np.arange(len(losses))[::10]
plot(
    [Curve(name, steps, losses[::10, which]) for name, which in shown.items()],
    x="step",
    y="loss",
    title="Three of the hundred networks",
    text="Two start at an eighth, where the answer is one half for all samples, and one above that "
    "falls at once. Of the two, one stays on a plateau first and then falls steeply, the other "
    "settles on a second plateau.",
)

# %% [markdown]
# The plateau at one eighth is where every answer is one half, like that of the line above. What
# the slow network answers between the four corners shows how it leaves.

# %%
WHEN = [400, 600, 750, 4000]
grid = np.stack(np.meshgrid(np.linspace(-0.25, 1.25, 30), np.linspace(1.25, -0.25, 30)))


def answers(params, places):
    """Output of one network at all places, (2, rows, columns)."""
    W_1, b_1, W_2, b_2 = (p[0] for p in params)
    points = places.reshape(2, -1)
    return sigmoid(W_2 @ sigmoid(W_1 @ points + b_1) + b_2).reshape(places.shape[1:])


one = [p[[shown["slow"]]] for p in starts(100, hidden=2)]
pictures = [answers(train(one, 3.0, True, steps)[1], grid) for steps in WHEN]
tiles(
    pictures,
    [f"step {steps}" for steps in WHEN],
    title="What the slow network answers",
    text="Four squares whose corners are the four samples; dark is one. At first all is grey, then "
    "the corner where both inputs are one grows pale, at last a dark band runs from corner to "
    "corner between two pale ones.",
    columns=4,
)

# %% [markdown]
# ## The loss and the learning rate
#
# Each pair of a loss and a rate gets the same hundred starts and 2000 steps.

# %%
RATES = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
shares = {True: [], False: []}
print("rate     squared error   cross-entropy")
for eta in RATES:
    for is_squared, found in shares.items():
        _, ends = train(starts(100, hidden=2), eta, is_squared, steps=2000)
        found.append(np.sum(solved(ends)))
    print(f"{eta:5}    {shares[True][-1]:4}            {shares[False][-1]:4}")

# %%
plot(
    [
        Curve("squared", RATES, shares[True], marks=True),
        Curve("entropy", RATES, shares[False], marks=True),
    ],
    x="rate",
    y="networks of 100 that learn XOR in 2000 steps",
    log="x",
    y_range=(0, 100),
    title="No loss is better at every learning rate",
    text="With small rates the cross-entropy is far ahead, with large ones the squared error. Both "
    "have a broad top near four fifths.",
)

# %% [markdown]
# At small rates the cross-entropy is ahead, because its error signal is not damped by a slope of
# at most one quarter. At large rates the same lack of damping drives it into saturation. Neither
# curve reaches the top of the figure: the blind valleys belong to the network, and no rate avoids
# them for every start.
#
# ## Equal neurons stay equal
#
# If both hidden neurons start with the same weights, [they get the same
# gradient](../notes/weight-initialization-symmetry.md) in every step, to the last bit. Two
# neurons then do the work of one, and one cannot separate XOR. How different must they be?

# %%
rng = np.random.default_rng(2)
twins = [rng.normal(size=shape) for shape in ((1, 1, 2), (1, 1, 1), (1, 1, 1), (1, 1, 1))]
nudge = rng.normal(size=(1, 2, 2))
differences = [0.0, *(10.0**-power for power in range(1, 14, 2))]
params = [
    np.concatenate([twins[0].repeat(2, axis=1) + size * nudge for size in differences]),
    twins[1].repeat(2, axis=1).repeat(len(differences), axis=0),
    twins[2].repeat(2, axis=2).repeat(len(differences), axis=0),
    twins[3].repeat(len(differences), axis=0),
]
arrived = np.full(len(differences), -1)
for step in range(1500):
    params = [p - 3.0 * g for p, g in zip(params, gradients(params, False), strict=True)]
    arrived[(arrived < 0) & solved(params)] = step + 1
print("difference   steps until XOR is learnt")
for size, step in zip(differences, arrived, strict=True):
    print(f"{size:8.0e}     {step if step >= 0 else 'never'}")
print("weights of the equal twins, apart by:", np.abs(params[0][0, 0] - params[0][0, 1]).max())

# %%
plot(
    [Curve("", differences[1:], arrived[1:], marks=True)],
    x="difference",
    y="steps until XOR is learnt",
    log="x",
    title="A small difference is only a delay",
    text="The steps grow along a straight line while the difference shrinks by powers of ten.",
)

# %% [markdown]
# Each hundredth of the difference costs the same number of further steps: near the saddle a
# difference grows by the same factor in every step, so a difference of one in $10^{13}$ is only a
# delay, and none at all is for ever. From other twin starts it stops growing halfway, when the
# pair rolls into one of the blind valleys first.
#
# !!! mistake "Common mistake"
#     Starting with all weights zero to be neutral. Then every answer is one half, the four errors
#     cancel, and the gradient of every parameter is zero before the first step.

# %%
zero = [0 * p for p in starts(1, hidden=2)]
print("largest entry of the gradient:", max(np.abs(g).max() for g in gradients(zero, True)))
