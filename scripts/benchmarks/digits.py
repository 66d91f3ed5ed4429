"""Training a network 64-64-32-10 on scikit-learn's digits: twenty epochs, in batches of 32."""

import warnings
from collections.abc import Callable, Iterator
from functools import cache
from statistics import mean
from typing import Any

import numpy as np

from benchmarks.goals import Goal, Times, ratio

SIZES, EPOCHS, BATCH, RATE, MOMENTUM = (64, 64, 32, 10), 20, 32, 0.1, 0.9
SEEDS = 20
CASES = {"digits": 0}
"""The seed of the split and of the weights."""
Arrays = tuple[np.ndarray, np.ndarray]


@cache
def digits() -> Arrays:
    """Pixels from 0 to 1, (1797, 64), and labels."""
    from sklearn.datasets import load_digits

    X, labels = load_digits(return_X_y=True)
    return (X / 16).astype(np.float32), labels


def split(seed: int) -> tuple[Arrays, Arrays]:
    """Of each digit a fifth to test, the others to train."""
    (X, labels), rng = digits(), np.random.default_rng(seed)
    kinds = [rng.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]
    test = np.concatenate([kind[: round(len(kind) / 5)] for kind in kinds])
    train = rng.permutation(np.setdiff1d(np.arange(len(labels)), test))
    return (X[train], labels[train]), (X[test], labels[test])


def he_parameters(rng: np.random.Generator) -> list[Arrays]:
    """Random weights, biases zero."""
    shapes = zip(SIZES[1:], SIZES, strict=False)
    arrays = [rng.normal(scale=(2 / shape[1]) ** 0.5, size=shape) for shape in shapes]
    return [(W.astype(np.float32), np.zeros((len(W), 1), np.float32)) for W in arrays]


def batches(
    X: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray, np.float32]]:
    """Samples in rows, labels, and the rate, which falls to zero; a new order in each epoch."""
    steps = len(labels) // BATCH
    for epoch in range(EPOCHS):
        order = rng.permutation(len(labels))[: steps * BATCH]
        parts = (np.split(array[order], steps) for array in (X, labels))
        for step, (X_i, labels_i) in enumerate(zip(*parts, strict=True)):
            yield X_i, labels_i, np.float32(RATE * (1 - (epoch + step / steps) / EPOCHS))


def as_one_row(params: list[Arrays]) -> tuple[np.ndarray, list[Arrays]]:
    """All numbers in one row, and the same parameters as parts of it: one update moves them all."""
    row = np.concatenate([array.ravel() for pair in params for array in pair])
    sizes = [array.size for pair in params for array in pair]
    parts = iter(np.split(row, np.cumsum(sizes)[:-1]))
    return row, [(next(parts).reshape(W.shape), next(parts).reshape(b.shape)) for W, b in params]


def trained(gradient_of: Callable, seed: int) -> list[Arrays]:
    """The parameters after training. gradient_of: makes value_and_grad for parameters and data."""
    (X, labels), _ = split(seed)
    rng = np.random.default_rng(seed)
    row, params = as_one_row(he_parameters(rng))
    velocity = np.zeros_like(row)
    loss_and_gradients = gradient_of(params, X[:BATCH].T, labels[:BATCH])
    for X_i, labels_i, rate in batches(X, labels, rng):
        _, gradients = loss_and_gradients(params, X_i.T, labels_i)
        slopes = np.concatenate([array.ravel() for pair in gradients for array in pair])
        slopes *= rate
        velocity *= np.float32(MOMENTUM)
        velocity -= slopes
        row += velocity
    return params


def by_hand(*_arguments: Any) -> Callable:
    """The hand-written gradient."""
    from snippets.backprop_matrix_form import loss_and_gradients

    return loss_and_gradients


def by_array_tape(*_arguments: Any) -> Callable:
    """The gradient of our tape."""
    from snippets.array_tape import value_and_grad
    from snippets.backprop_matrix_form import loss

    return value_and_grad(loss)


def by_emission(*arguments: Any) -> Callable:
    """The gradient of our emitted program; tracing is part of the training."""
    from snippets.backprop_matrix_form import loss
    from snippets.emission import emit

    return emit(loss, *arguments)


def with_numpy(gradient_of: Callable) -> Callable[[int], float]:
    """Train, and give back the accuracy."""

    def run(seed: int) -> float:
        params = trained(gradient_of, seed)
        X, labels = split(seed)[1]
        A = X.T
        for W, b in params[:-1]:
            A = np.maximum(W @ A + b, 0)
        W, b = params[-1]
        return float(np.mean((W @ A + b).argmax(axis=0) == labels))

    return run


def with_sklearn(seed: int) -> float:
    """The same architecture, epochs and batches; its rate stays constant."""
    from sklearn.neural_network import MLPClassifier

    (X, labels), test = split(seed)
    model = MLPClassifier(
        SIZES[1:-1],
        solver="sgd",
        alpha=0,
        batch_size=BATCH,
        learning_rate_init=RATE,
        momentum=MOMENTUM,
        nesterovs_momentum=False,
        max_iter=EPOCHS,
        tol=0,
        n_iter_no_change=EPOCHS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged is what was asked for
        model.fit(X, labels)
    return float(model.score(*test))


def with_torch(seed: int) -> float:
    """The usual loop: modules and an optimiser."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    train, (X_test, labels_test) = split(seed)
    rng = np.random.default_rng(seed)
    layers: list[nn.Module] = []
    for W, _ in he_parameters(rng):
        layers += [nn.Linear(*W.shape[::-1]), nn.ReLU()]
        with torch.no_grad():
            layers[-2].weight.copy_(torch.tensor(W))
            layers[-2].bias.zero_()
    model, loss = nn.Sequential(*layers[:-1]), nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    for X, labels, rate in batches(*train, rng):
        optimiser.param_groups[0]["lr"] = float(rate)
        optimiser.zero_grad()
        loss(model(torch.from_numpy(X)), torch.from_numpy(labels)).backward()
        optimiser.step()
    found = model(torch.from_numpy(X_test)).argmax(dim=1).numpy()
    return float(np.mean(found == labels_test))


TRAINING = {
    "hand": with_numpy(by_hand),
    "array tape": with_numpy(by_array_tape),
    "emission": with_numpy(by_emission),
    "scikit-learn": with_sklearn,
    "torch": with_torch,
}
CONTESTANTS = {
    name: lambda seed, train=train: lambda: train(seed) for name, train in TRAINING.items()
}
FIGURES = {
    "mean accuracy": lambda name: mean(TRAINING[name](seed) for seed in range(SEEDS)),
}


def check(_seed: int, accuracy: float) -> None:
    """ValueError for one that has not learned."""
    if accuracy < 0.9:
        raise ValueError(f"only {accuracy:.1%} of the digits are right after training")


def goals(times: Times, figures: dict[str, dict[str, Any]]) -> list[Goal]:
    """Accuracy, and time beside the others."""
    found = []
    for engine in ("hand", "array tape", "emission"):
        percent = figures["mean accuracy"].get(engine)
        percent = None if percent is None else 100 * percent
        found += [
            Goal(f"digits: {engine}, mean accuracy in percent", percent, 97.5),
            Goal(
                f"digits: scikit-learn / {engine}",
                ratio(times, "digits", "scikit-learn", engine),
                4,
            ),
            Goal(f"digits: torch / {engine}", ratio(times, "digits", "torch", engine), 6),
        ]
    return found
