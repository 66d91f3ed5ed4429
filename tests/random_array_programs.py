"""Random programs of NumPy, for whoever has to treat any program rightly.

Each is a row of steps on 3 x 4 arrays, where any step may use any earlier result.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from snippets.vjp import logsumexp

Array = Any
FACTORS = np.linspace(0.5, 1.5, 12).reshape(3, 4)

# Of two arrays a and b, of other inputs x: a row c, a column d, a number s, three integers labels.
STEPS: list[Callable[[Array, Array, dict], Array]] = [
    lambda a, b, x: a + b,
    lambda a, b, x: a - b,
    lambda a, b, x: a * b,
    lambda a, b, x: a / (2 + b * b),
    lambda a, b, x: a * a,
    lambda a, b, x: -a,
    lambda a, b, x: np.tanh(a),
    lambda a, b, x: np.exp(-a * a) + b,
    lambda a, b, x: np.sin(a) * np.cos(b),
    lambda a, b, x: np.sqrt(1 + a * a),
    lambda a, b, x: np.log(2 + np.abs(a)) * b,
    lambda a, b, x: np.maximum(a, b),
    lambda a, b, x: np.minimum(a, 0.1),
    lambda a, b, x: np.maximum(a, 0) + b,
    lambda a, b, x: np.where(a > b, a, 2 * b),
    lambda a, b, x: a * (a > 0),
    lambda a, b, x: 1 * a + 0,
    lambda a, b, x: a**2 - b**1,
    lambda a, b, x: a @ (b.mT @ a),
    lambda a, b, x: (a.T @ b @ a.T).T,
    lambda a, b, x: a.T.reshape(3, 4),
    lambda a, b, x: a.reshape(4, 3).T + b,
    lambda a, b, x: np.reshape(a, (4, 3), order="F").T,
    lambda a, b, x: a.ravel()[::-1].reshape(3, 4) * b,
    lambda a, b, x: a[::-1] + a[:, ::-1],
    lambda a, b, x: a[[2, 0, 0]] + b,
    lambda a, b, x: a[x["labels"]] * b,
    lambda a, b, x: np.take(a, x["labels"], axis=0) + b,
    lambda a, b, x: a + b[np.arange(3), x["labels"]][:, None],
    lambda a, b, x: a[:, 1:2] * b + a[1, 2] + a[..., :1],
    lambda a, b, x: a + b[np.argmax(b[:, 0])],
    lambda a, b, x: a * (x["labels"][:, None] > 1) + b,
    lambda a, b, x: a - np.sum(a),
    lambda a, b, x: a - a.mean(axis=0),
    lambda a, b, x: a - np.mean(b, axis=-1, keepdims=True),
    lambda a, b, x: a * b.sum(axis=1, keepdims=True) + np.add.reduce(a),
    lambda a, b, x: a * np.mean(b),
    lambda a, b, x: a / np.max(1 + np.abs(b), axis=1, keepdims=True),
    lambda a, b, x: a + np.min(b),
    lambda a, b, x: a - logsumexp(a, axis=1, keepdims=True),
    lambda a, b, x: (a.T - logsumexp(b, axis=1)).T,
    lambda a, b, x: a * logsumexp(b),
    lambda a, b, x: np.stack([a, b, a])[1:].sum(axis=0),
    lambda a, b, x: np.concatenate([a[:1], b[1:]]),
    lambda a, b, x: np.hstack([a[:, :2], a[:, :2]]) + b,
    lambda a, b, x: np.broadcast_to(a[0], (3, 4)) * b,
    lambda a, b, x: np.squeeze(a[None], 0) - np.swapaxes(b, 0, 1).T,
    lambda a, b, x: np.flip(a) + np.roll(b, 1, axis=1),
    lambda a, b, x: a.copy() + np.repeat(b[:, :2], 2, axis=1),
    lambda a, b, x: a * FACTORS + FACTORS,
    lambda a, b, x: a + x["c"] * b,
    lambda a, b, x: a * x["d"],
    lambda a, b, x: a * x["s"] + b,
    lambda a, b, x: a * x["c"].reshape(1, 4) + np.sum(x["c"] * x["c"]),
    lambda a, b, x: a,
]
LOSSES: list[Callable[[Array, Array, dict], Array]] = [
    lambda a, b, x: np.sum(a * b),
    lambda a, b, x: np.mean(np.tanh(a)) + np.sum(x["c"]),
    lambda a, b, x: np.mean(logsumexp(a, axis=1) - a[np.arange(3), x["labels"]]),
    lambda a, b, x: a[1, 2] + x["s"],
    lambda a, b, x: np.ravel(a) @ np.ravel(b),
    lambda a, b, x: np.sqrt(np.sum(a**2)),
]


def random_program(rng: np.random.Generator, length: int) -> Callable[[Array, Array, dict], Array]:
    """A loss f(a, b, x)."""
    picks = [(STEPS[i], rng.random(2)) for i in rng.integers(len(STEPS), size=length)]
    loss = LOSSES[rng.integers(len(LOSSES))]

    def f(a: Array, b: Array, x: dict) -> Array:
        values = [a, b]
        for step, places in picks:
            last = [values[-1 - int(place * min(len(values), 4))] for place in places]
            values.append(step(*last, x) * 0.5)
        return loss(values[-1], values[-2], x)

    return f


def random_arguments(rng: np.random.Generator, dtype: Any = float) -> tuple:
    """What it is called with."""

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(dtype)

    labels = rng.integers(3, size=3)
    return (
        normal(3, 4),
        normal(3, 4),
        {"c": normal(4), "d": normal(3, 1), "s": float(rng.normal()), "labels": labels},
    )
