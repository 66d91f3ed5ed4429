"""The schedule is right, within its memory, and no schedule of any kind does with fewer runs."""

import heapq
import itertools
from collections.abc import Iterator
from math import comb

import numpy as np
import pytest

from snippets.gradient_checking import check_vjp
from snippets.reverse_mode_memory import (
    backward,
    busiest,
    example,
    first_part,
    measured_reach,
    network,
    reach,
    schedule,
)
from tests.independent import complex_step


def all_stored(Ws: list, x: np.ndarray, u: np.ndarray) -> list:
    """Gradients from a plain sweep that keeps every state, written without the module."""
    states = list(itertools.accumulate(Ws, lambda a, W: np.tanh(W @ a), initial=x))
    gradients, a_bar = [], u
    for W, before, after in zip(Ws[::-1], states[-2::-1], states[:0:-1], strict=True):
        delta = a_bar * (1 - after**2)
        gradients.insert(0, np.outer(delta, before))
        a_bar = W.T @ delta
    return gradients


@pytest.mark.parametrize("L", [1, 2, 3, 7, 20, 31])
@pytest.mark.parametrize("c", [1, 2, 3, 5, 40])
def test_the_gradient_is_that_of_a_sweep_with_everything_stored(L: int, c: int) -> None:
    Ws, x, u = network(np.random.default_rng(L), L)
    gradients, most, runs = backward(Ws, x, u, c)
    for found, right in zip(gradients, all_stored(Ws, x, u), strict=True):
        assert np.array_equal(found, right)
    assert (most, runs) == carried_out(L, c)


def test_the_gradient_against_a_complex_step() -> None:
    Ws, x, u = network(np.random.default_rng(1), 6)
    gradients, _, _ = backward(Ws, x, u, 2)
    for number in range(6):

        def loss(W: np.ndarray, number: int = number) -> complex:
            a = x
            for other, V in enumerate(Ws):
                a = np.tanh((W if other == number else V) @ a)
            return np.sum(u * a)

        assert gradients[number] == pytest.approx(complex_step(loss, Ws[number]), abs=1e-13)


def test_by_the_check_of_gradients() -> None:
    rng = np.random.default_rng(2)
    Ws, x, _ = network(rng, 10)

    def output(Ws: list) -> np.ndarray:
        a = x
        for W in Ws:
            a = np.tanh(W @ a)
        return a

    check_vjp(output, lambda Ws, u: backward(Ws, x, u, 3)[0], Ws, rng)


def test_binomial_checkpointing() -> None:
    """`binomial_checkpointing`: the reach of four pairs of c and t, by running the schedule."""
    for c, t, most_steps in (3, 3, 20), (5, 3, 56), (10, 3, 286), (10, 5, 3003):
        assert reach(c, t) == most_steps == comb(c + t, c)
        assert busiest(most_steps, c) == t
        assert busiest(most_steps + 1, c) == t + 1
    assert example()["reach"] == {(3, 3): 20, (5, 3): 56}


@pytest.mark.parametrize("c", range(1, 6))
@pytest.mark.parametrize("t", range(1, 5))
def test_counts_at_full_reach(c: int, t: int) -> None:
    L = measured_reach(c, t)
    assert comb(c + t, c) == L
    _, most, runs = backward([np.eye(1)] * L, np.ones((1, 1)), np.ones((1, 1)), c)
    assert most == c
    assert runs * (c + 1) == c * t * L


def carried_out(n: int, c: int) -> tuple[int, int]:
    """Most states kept, and runs, of a schedule obeyed to the letter, with numbers for states."""
    kept, at_hand, most, runs, left = set(), 0, 0, 0, n
    for what, number in schedule(0, n, c):
        if what == "keep":
            assert number == at_hand
            kept.add(number)
            most = max(most, len(kept))
        elif what == "take":
            kept.remove(number)
            at_hand = number
        elif what == "run":
            assert number == at_hand + 1
            at_hand, runs = number, runs + 1
        else:
            assert number == left == at_hand + 1
            left -= 1
    assert left == 0
    assert not kept
    assert most <= c
    return most, runs


def moves(kept: frozenset, at_hand: int, left: int, c: int) -> Iterator[tuple]:
    """All that can be done: (cost, kept, at hand, left)."""
    if at_hand == left - 1:
        yield 0, kept, at_hand, left - 1
    if at_hand < left:
        yield 1, kept, at_hand + 1, left
    if len(kept) < c:
        yield 0, kept | {at_hand}, at_hand, left
    for number in kept:
        yield 0, kept, number, left
        yield 0, kept - {number}, at_hand, left


def fewest_runs(n: int, c: int) -> int:
    """By Dijkstra's search over all ways to keep, drop, fetch and run."""
    heap, done, ticket = [(0, 0, frozenset(), 0, n)], set(), itertools.count(1)
    while True:
        runs, _, *place = heapq.heappop(heap)
        kept, at_hand, left = place
        if left == 0:
            return runs
        if (key := tuple(place)) in done:
            continue
        done.add(key)
        for cost, *then in moves(kept, at_hand, left, c):
            heapq.heappush(heap, (runs + cost, next(ticket), *then))


@pytest.mark.parametrize("c", [1, 2, 3])
@pytest.mark.parametrize("n", range(1, 9))
def test_no_schedule_does_with_fewer_runs(n: int, c: int) -> None:
    assert carried_out(n, c)[1] == fewest_runs(n, c)


@pytest.mark.parametrize("c", [1, 2, 3, 4, 7])
def test_the_runs_of_any_depth_are_those_of_the_best_split(c: int) -> None:
    """Best splits by trying all of them, and a closed form: t n - (c+t choose c+1)."""
    best = {(1, k): 0 for k in range(c + 1)}
    for n, k in itertools.product(range(2, 61), range(1, c + 1)):
        parts = [m + best[m, k] + best[n - m, k - 1] for m in range(1, n) if (n - m, k - 1) in best]
        best[n, k] = min(parts)
    for n in range(2, 61):
        t = busiest(n, c)
        assert carried_out(n, c)[1] == best[n, c] == t * n - comb(c + t, c + 1)


def within(n: int, c: int, t: int) -> bool:
    """Whether any schedule at all goes back through n layers and runs none more than t times."""
    seen, todo = set(), [(frozenset(), 0, n, (0,) * n)]
    while todo:
        place = todo.pop()
        kept, at_hand, left, counts = place
        if left == 0:
            return True
        if place in seen:
            continue
        seen.add(place)
        for cost, *then in moves(kept, at_hand, left, c):
            after = list(counts)
            if cost:
                after[at_hand] += 1
            if max(after) <= t:
                todo.append((*then, tuple(after)))
    return False


@pytest.mark.parametrize(("c", "t"), [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (2, 2)])
def test_no_schedule_reaches_further(c: int, t: int) -> None:
    assert within(comb(c + t, c), c, t)
    assert not within(comb(c + t, c) + 1, c, t)


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["kept"] == {19: 19, 3: 3, 1: 1}
    assert numbers["runs"] == {19: 19, 3: 45, 1: 190}
    assert numbers["runs_3003"] == 13650 == carried_out(3003, 10)[1]


class DrawnAnew:
    """Weights of which a fifth are switched off, other ones whenever a layer is looked up."""

    def __init__(self, Ws: list) -> None:
        self.Ws, self.rng = Ws, np.random.default_rng(0)

    def __len__(self) -> int:
        return len(self.Ws)

    def __getitem__(self, number: int) -> np.ndarray:
        W = self.Ws[number]
        return W * (self.rng.random(W.shape) < 0.8)


def test_other_random_numbers_make_another_gradient() -> None:
    """The slip of the note: drawn once the masks do no harm, drawn for each run they do."""
    Ws, x, u = network(np.random.default_rng(0), 10)
    once = list(DrawnAnew(Ws))
    assert all(map(np.array_equal, backward(once, x, u, 2)[0], all_stored(once, x, u)))
    anew = backward(DrawnAnew(Ws), x, u, 2)[0]
    errors = [np.linalg.norm(g - h) for g, h in zip(anew, all_stored(once, x, u), strict=True)]
    assert max(errors) > 0.1


def test_what_cannot_be_done_is_refused() -> None:
    Ws, x, u = network(np.random.default_rng(0), 4)
    with pytest.raises(ValueError, match="4 layers, 0 states: it takes one layer or more"):
        backward(Ws, x, u, 0)
    with pytest.raises(ValueError, match="0 layers, 3 states"):
        first_part(0, 3)
