"""Derivative: the one slope whose line leaves an error that is small even beside the step.

    f(x + h) = f(x) + f'(x) h + r(h)      where r(h) / h goes to 0 with h

With another slope s in the place of f'(x), what is left beside the step goes to f'(x) - s. x, h, s
and f(x) are numbers.

Source: the parabola and the slopes are chosen for round numbers.
"""

from functools import partial


# --8<-- [start:line]
def f(x):
    """A parabola."""
    return 3 * x**2 - 4 * x + 5


def f_prime(x):
    """Its derivative: a power xᵏ has the slope k xᵏ⁻¹."""
    return 6 * x - 4


def left_over(s, x, h):
    """What the line of slope s through f(x) misses at x + h."""
    return f(x + h) - (f(x) + s * h)


# --8<-- [end:line]


# --8<-- [start:example]
def example():
    """At x = 3: what two slopes leave beside ever shorter steps, and the slip of a whole step."""
    x, s, steps = 3.0, 13.0, [1.0, 0.1, 0.01, 0.001]
    return {
        "x": x,
        "f": f(x),
        "slope": f_prime(x),
        "rival": s,
        "steps": steps,
        "left": [left_over(f_prime(x), x, h) / h for h in steps],
        "left_by_rival": [left_over(s, x, h) / h for h in steps],
        "rise_over_one": f(x + 1) - f(x),
        "slope_at_two_thirds": f_prime(2 / 3),
    }


# --8<-- [end:example]


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: the function, here a parabola
    x: the place where its slope is wanted
    h: a step away from it
    s: some slope for a line through f(x)
    r: what that line misses after a given step
    """
    x, s, h = (3.0, 13.0, 0.1) if rng is None else (*rng.uniform(-3, 3, size=2), -0.1)
    return {"f": f, "x": x, "h": h, "s": s, "r": partial(left_over, s, x)}


if __name__ == "__main__":
    numbers = example()
    print("missed, divided by the step")
    print("step     slope {slope:.0f}  slope {rival:.0f}".format(**numbers))
    for row in zip(*(numbers[name] for name in ("steps", "left", "left_by_rival")), strict=True):
        print("{:<7g} {:9.3f} {:9.3f}".format(*row))
