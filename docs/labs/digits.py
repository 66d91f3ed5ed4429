# ---
# id: 2026-11-22t08-10-00z
# title: Reading digits
# claim: A network with one hidden layer learns to read handwritten digits, by gradients on which
#   hand, tapes, a printed program and measured slopes agree, and then learns its examples by heart.
# aliases: [optdigits, handwritten digits, MNIST, training a network]
# needs: [backprop-matrix-form, gradient-descent]
# sources: [alpaydin-kaynak-1998]
# date: 2026-11-22
# ---

# %% [markdown]
# Thirteen people wrote these 1797 digits on a form, for a [data
# set](../sources/alpaydin-kaynak-1998.md) of 1998, which has them shrunk to 8 by 8 pixels. The
# first 1440 are for training; the rest is kept to see what was learnt.

# %%
import numpy as np
from zettelkasten.data import data
from zettelkasten.plot import Curve, plot, tiles

from snippets.array_tape import value_and_grad
from snippets.backprop_matrix_form import (
    by_inputs,
    deltas,
    forward,
    he_parameters,
    loss,
    loss_and_delta,
    loss_and_gradients,
)
from snippets.emission import emit
from snippets.gradient_checking import check_grad
from snippets.scalar_tape import Tape, Value

table = np.loadtxt(data("digits.csv.gz"), delimiter=",")
X, labels = table[:, :64].T / 16, table[:, 64].astype(int)  # a column for each digit
X_train, labels_train = X[:, :1440], labels[:1440]
X_test, labels_test = X[:, 1440:], labels[1440:]
print(f"{X_train.shape[1]} digits to learn from, {X_test.shape[1]} to be tested on")

# %%
tiles(
    [X[:, i].reshape(8, 8) for i in range(10)],
    [str(label) for label in labels[:10]],
    title="The first ten digits",
    text="Handwritten digits from zero to nine, 8 by 8 grey pixels each. The nine is hard to tell "
    "from an eight.",
    columns=10,
)

# %% [markdown]
# ## Five roads to one gradient
#
# The network has 64 inputs, 32 hidden neurons and a score for each digit. Its gradient is that of
# the [matrix form](../notes/backprop-matrix-form.md), written by hand:
#
# $$
# \Delta^{(L)} = \frac{1}{n} (P - Y), \quad
# \frac{\partial C}{\partial W^{(l)}} = \Delta^{(l)} (A^{(l-1)})^\top
# $$
#
# The [scalar tape](../notes/scalar-tape.md) knows no matrices and nothing of softmax. It writes
# down each product and each sum of the same loss as it happens, and finds the slopes by itself.


# %%
def taped(params, X, labels):
    """The gradient as one row, and how many operations the tape holds."""
    with Tape() as tape:
        weights = [[[Value(w) for w in row] for row in W] for W, _ in params]
        biases = [[Value(entry) for entry in b.flat] for _, b in params]
        C = sum(sample_loss(weights, biases, x, y) for x, y in zip(X.T, labels, strict=True))
        (C / len(labels)).backward()
        leaves = []
        for W, b in zip(weights, biases, strict=True):
            leaves += [*(w for row in W for w in row), *b]
        return np.array([leaf.grad for leaf in leaves]), len(tape)


def weighted(row, a):
    """The sum of products."""
    return sum(w * v for w, v in zip(row, a, strict=True))


def sample_loss(weights, biases, x, label):
    """Log of the sum of exponentials, minus the score of the right class."""
    a = [float(entry) for entry in x]
    for W, b in zip(weights, biases, strict=True):
        z = [weighted(row, a) + bias for row, bias in zip(W, b, strict=True)]
        a = [value.relu() for value in z]
    return sum(score.exp() for score in z).log() - z[label]


params = he_parameters((64, 32, 10), np.random.default_rng(0))
few, labels_few = X_train[:, :5], labels_train[:5]
_, gradients = loss_and_gradients(params, few, labels_few)
by_hand = np.concatenate([part.ravel() for pair in gradients for part in pair])
by_tape, steps = taped(params, few, labels_few)
print(f"{by_hand.size} parameters, {steps} records on the tape")
print(f"by hand and by scalar tape: largest difference {np.abs(by_hand - by_tape).max():.0e}")

# %% [markdown]
# The [array tape](../notes/array-tape.md) records whole matrices, so it can take the forward half
# of the program above as it stands, and find the backward half by itself.

# %%
by_arrays = value_and_grad(loss)
C, gradients = by_arrays(params, few, labels_few)
row = np.concatenate([part.ravel() for pair in gradients for part in pair])
print(f"by hand and by array tape: largest difference {np.abs(by_hand - row).max():.0e}")

# %% [markdown]
# What the tape does is the same for any five digits. So it can be [printed as a
# program](../notes/emission.md), once, and run without a tape.

# %%
program = emit(loss, params, few, labels_few)
_, gradients = program(params, few, labels_few)
by_program = np.concatenate([part.ravel() for pair in gradients for part in pair])
print(f"a program of {len(program.source.splitlines())} lines")
print(f"by hand and by program: largest difference {np.abs(by_hand - by_program).max():.0e}")

# %% [markdown]
# The fifth road is to measure. A [gradient check](../notes/gradient-checking.md) moves all
# parameters at once in random directions and looks at what the loss of all training digits does.

# %%
calls = []


def counted(params):
    """The loss of all training digits."""
    calls.append(params)
    return loss(params, X_train, labels_train)


def gradient(params):
    """Its gradient, written by hand."""
    return loss_and_gradients(params, X_train, labels_train)[1]


check_grad(counted, gradient, params, np.random.default_rng(1))
print(f"the check passes, with {len(calls)} runs of the network")
print(f"central differences, entry by entry, would take {2 * by_hand.size}")

# %% [markdown]
# ## Training
#
# The rest is [gradient descent](../notes/gradient-descent.md), with a gradient of 32 digits at a
# time. After each epoch every training digit has been used once.

# %%
ETA, BATCH, EPOCHS = 0.1, 32, 200


def steps_of_an_epoch(params, rng, loss_and_gradients):
    """Gradient descent on small batches, in a new order."""
    for batch in np.array_split(rng.permutation(len(labels_train)), len(labels_train) // BATCH):
        _, gradients = loss_and_gradients(params, X_train[:, batch], labels_train[batch])
        params = [
            (W - ETA * dC_dW, b - ETA * dC_db)
            for (W, b), (dC_dW, dC_db) in zip(params, gradients, strict=True)
        ]
    return params


def read(params, X):
    """The digit with the largest score, for each column."""
    return forward(params, X)[-1].argmax(axis=0)


def wrong(params, X, labels):
    """The share that is misread, in percent."""
    return 100 * np.mean(read(params, X) != labels)


start, rng, history = params, np.random.default_rng(2), []
print("        training         test")
print("epoch   loss   misread   loss   misread")
for epoch in range(EPOCHS + 1):
    history.append((loss(params, X_train, labels_train), loss(params, X_test, labels_test)))
    if epoch in (0, 1, 2, 5, 10, 20, 50, 100, 200):
        of_training, of_test = history[-1]
        first, second = wrong(params, X_train, labels_train), wrong(params, X_test, labels_test)
        print(f"{epoch:5}   {of_training:.2f}   {first:4.1f} %    {of_test:.2f}   {second:4.1f} %")
    if epoch < EPOCHS:
        params = steps_of_an_epoch(params, rng, loss_and_gradients)

# %%
plot(
    [
        Curve("training", range(EPOCHS + 1), [of_training for of_training, _ in history]),
        Curve("test", range(EPOCHS + 1), [of_test for _, of_test in history]),
    ],
    x="epoch",
    y="loss",
    log="y",
    title="The loss of digits seen and not seen",
    text="Both fall steeply at first. That of the training digits goes on falling, that of the "
    "test digits turns up again.",
)

# %% [markdown]
# The loss of the training digits falls to almost nothing. That of the others turns up again,
# though no more of them are misread: the network grows surer, also where it is wrong. The
# gradient is right all the time, for it is the gradient of the training loss, and what one wants
# of a network is something else.
#
# Did it matter who wrote the gradient? Here are the first epochs again, in the same order, with
# the one that the array tape finds, and with a program that is printed for batches of 32.

# %%
printed = emit(loss, params, X_train[:, :BATCH], labels_train[:BATCH])
ends = []
for road in (loss_and_gradients, by_arrays, printed):
    trained, rng = start, np.random.default_rng(2)
    for _ in range(5):
        trained = steps_of_an_epoch(trained, rng, road)
    ends.append(np.concatenate([part.ravel() for pair in trained for part in pair]))
for name, end in zip(("array tape", "program"), ends[1:], strict=True):
    apart = np.abs(ends[0] - end).max()
    print(f"after 5 epochs, by hand and by {name}: largest difference {apart:.0e}")

# %% [markdown]
# ## What it misreads

# %%
found = read(params, X_test)
misread = np.flatnonzero(found != labels_test)
tiles(
    [X_test[:, i].reshape(8, 8) for i in misread[:14]],
    [f"{labels_test[i]} read as {found[i]}" for i in misread[:14]],
    title="Test digits that are misread",
    text="Unclear digits, with what was meant and what the network read: "
    + ", ".join(f"{labels_test[i]} as {found[i]}" for i in misread[:14])
    + ".",
    columns=5,
)

# %% [markdown]
# ## A gradient that trains nothing
#
# The sweep can go one layer further, to the pixels. They are no parameters and nobody wants to
# change them, but the slopes say what the network looks at. Here are the pixels that would raise
# the loss of a digit with more ink, and those that would raise it with less.


# %%
def by_pixels(params, X, labels):
    """The slope of the loss by each pixel: (64, n)."""
    *activations, Z = forward(params, X)
    *_, Delta = deltas(params, activations, loss_and_delta(Z, labels)[1])
    return by_inputs(params[0][0], Delta)


some = [int(np.flatnonzero(labels == digit)[0]) for digit in (3, 8, 9)]
slopes = by_pixels(params, X[:, some], labels[some])
slopes /= np.abs(slopes).max(axis=0)
pictures = [X[:, some], np.maximum(slopes, 0), np.maximum(-slopes, 0)]
tiles(
    [part[:, i].reshape(8, 8) for i in range(3) for part in pictures],
    ["digit", "more ink hurts", "less ink hurts"] * 3,
    title="What the slopes say about three digits",
    text="For a three, an eight and a nine: the digit, the pixels where more ink would raise the "
    "loss, and those where less would.",
    columns=3,
)
