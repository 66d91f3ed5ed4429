"""The ramp has no slope at zero, and no number that stands in for one is always right.

    relu(z) = max(z, 0)      relu(x) - relu(-x) = x      relu(relu(x)) - relu(-x) = x

α is the number that a program uses for relu'(0). The rules of differentiation then give 2α and
α² + α for the two functions at x = 0, whose slope is 1 everywhere.

Source: the first identity is common knowledge among those who write such programs; the second is
ours. z, x and α are numbers.
"""

from snippets.numerical_differentiation import central_difference


# --8<-- [start:ramp]
def relu(z):
    """The ramp: z where it is positive, elsewhere 0."""
    return z if z > 0 else 0.0


def relu_prime(z, alpha):
    """Its slope; alpha stands in where there is none."""
    if z == 0:
        return alpha
    return 1.0 if z > 0 else 0.0


def difference(x, alpha):
    """relu(x) - relu(-x), and its slope by the rules."""
    slope = relu_prime(x, alpha) + relu_prime(-x, alpha)
    return relu(x) - relu(-x), slope


def nested(x, alpha):
    """relu(relu(x)) - relu(-x), and its slope by the rules."""
    outer = relu_prime(relu(x), alpha)
    slope = outer * relu_prime(x, alpha) + relu_prime(-x, alpha)
    return relu(relu(x)) - relu(-x), slope


# --8<-- [end:ramp]


def measured(f):
    """The slope at zero by a central difference, which knows no alpha."""
    return central_difference(lambda x: f(x, 0.0)[0], 0.0, 1e-5)


def example():
    """Slopes of both functions at zero for three choices of alpha, and what differences say."""
    choices = [0.0, 0.5, 1.0]
    return {
        "alpha": choices,
        "difference": [difference(0.0, alpha)[1] for alpha in choices],
        "nested": [nested(0.0, alpha)[1] for alpha in choices],
        "measured": [measured(difference), measured(nested)],
        "measured_ramp": central_difference(relu, 0.0, 1e-5),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    z: any number
    x: another number
    h: a step, a number that is not zero
    \alpha: what stands in for the slope of the ramp at zero, between 0 and 1
    s: slope by the rules at zero of the ramp less its mirror image, as `difference` finds it
    r: slope by the rules at zero with the ramp applied twice, as `nested` finds it
    \ge: where the line through the corner touches the ramp
    """
    alpha, z, x, h = (0.5, 1.5, -0.5, -0.1) if rng is None else (rng.uniform(), *rng.normal(size=3))
    slopes = {"s": difference(0.0, alpha)[1], "r": nested(0.0, alpha)[1]}
    return {r"\alpha": alpha, "z": z, "x": x, "h": h, r"\ge": {"z": 0.0}} | slopes


if __name__ == "__main__":
    numbers = example()
    print(
        "alpha                    ", *(f"{alpha:5.2f}" for alpha in numbers["alpha"]), "  measured"
    )
    names = {"difference": "relu(x) - relu(-x)", "nested": "relu(relu(x)) - relu(-x)"}
    for (name, formula), measured in zip(names.items(), numbers["measured"], strict=True):
        slopes = " ".join(f"{slope:5.2f}" for slope in numbers[name])
        print(f"{formula:<25} {slopes}      {measured:.2f}")
