"""Gradient check: hold slopes that rules gave against slopes that are only measured.

    ∇f(x)ᵀ v = d/dt f(x + t v) at t = 0       for a number f(x) and any direction v
    x̄ᵀ v = uᵀ ẏ  with x̄ = Jᵀu and ẏ = J v     for several outputs y and any weights u of them

Reverse mode finds ∇f and x̄, forward mode ẏ. A random v moves every entry at once, so a few values
of f test all of them. x, ∇f, x̄ and v are alike: an array, or lists, tuples and dicts of arrays; so
are y, ẏ and u. Inside, each of them is one row, (n,) or (m,).

Source: the network is the random one of snippets/backpropagation.py; the slip is ours.
"""

import textwrap
from functools import partial

import numpy as np

from snippets.backpropagation import backward, random_network
from snippets.complex_step import slope
from snippets.forward_pass import forward, forward_with_tangent, network
from snippets.loss_functions import squared_error
from snippets.numerical_differentiation import EPS, best_central_step, central_gradient, largest
from snippets.wengert_list import mapped

DIRECTIONS = 2  # by bad luck, one of them may hardly move the entry that is wrong
FEW = 100  # as many entries are looked at one by one, to say which is furthest off
NO_SLOPE = (
    "f has no slope at x that can be measured: there is a kink, a jump or a nan close by, or its "
    "value differs from call to call; take another x, and fix the random numbers in f"
)


def leaves(nested, name="x"):
    """The arrays of a nesting by where they stand: {"x['W'][0]": array}."""
    if not isinstance(nested, dict | list | tuple):
        return {name: np.asarray(nested)}
    parts = nested.items() if isinstance(nested, dict) else enumerate(nested)
    named = [leaves(part, f"{name}[{key!r}]") for key, part in parts]
    return {place: leaf for part in named for place, leaf in part.items()}


def flat(nested):
    """All entries in one row, (n,)."""
    return np.concatenate([np.ravel(leaf) for leaf in leaves(nested).values()])


def like(x, row):
    """The n numbers of a row in the nesting and the shapes of x."""
    sizes = [leaf.size for leaf in leaves(x).values()]
    parts = iter(np.split(row, np.cumsum(sizes)[:-1]))

    def shaped(leaf):
        return next(parts).reshape(np.shape(leaf))

    return mapped(shaped, x)


def moving(x, some, entry):
    """A row, (n,), in the precision of x: `entry` for some of its entries, zero for the others."""
    v = np.zeros_like(flat(x))
    v[some] = entry
    return v


def groups(x):
    """Numbers of entries to move together: all, then each array, whose slopes may be smaller."""
    sizes = [leaf.size for leaf in leaves(x).values()]
    everything = np.arange(sum(sizes))
    return [everything, *np.split(everything, np.cumsum(sizes)[:-1])]


def entries(nested, name):
    """What each number of the row is called: ["x['W'][0][2, 1]", ...]."""
    return [
        f"{place}{list(k)}" if k else place
        for place, leaf in leaves(nested, name).items()
        for k in np.ndindex(leaf.shape)
    ]


def matched(found, model, what, name):
    """`found` as a row in the order of `model`. AssertionError unless places and shapes agree."""
    have, need = leaves(found, name), leaves(model, name)
    for place in need | have:
        is_so, should = (
            f"shape {side[place].shape}" if place in side else "nothing" for side in (have, need)
        )
        if is_so != should:
            raise AssertionError(f"{what} gives {is_so} for {place}, where {should} belongs")
    return np.concatenate([np.ravel(have[place]) for place in need])


def floats_only(x):
    """TypeError unless all arrays of x hold floats."""
    for place, leaf in leaves(x).items():
        if leaf.dtype.kind != "f":
            advice = "write 1.0 for 1, and keep what stays constant out of x"
            raise TypeError(f"{place} holds {leaf.dtype}, and only floats have slopes: {advice}")


def one_number_only(y):
    """ValueError unless y is a single number."""
    if flat(y).size != 1:
        shapes = ", ".join(f"{place} {leaf.shape}" for place, leaf in leaves(y, "f(x)").items())
        raise ValueError(f"a gradient belongs to one number, not to {shapes}: try check_vjp")


# --8<-- [start:measured]
def measured(f, x, v):
    """Slope of each output of f at x along v, (m,), and a bound."""
    start, move = flat(x), v.astype(float)  # in double precision

    def walk(t):
        return flat(f(like(x, start + t * move)))

    return slope(walk, largest(start))


# --8<-- [end:measured]


# --8<-- [start:tolerance]
def tolerance(x):
    """τ = √ε: half the digits of the coarsest array in x."""
    eps = [np.finfo(leaf.dtype).eps for leaf in leaves(x).values()]
    return max(eps) ** 0.5


def excess(claimed, found, bound, tau):
    """How much further apart they are than rounding explains."""
    allowed = tau * (np.abs(claimed) + np.abs(found)) + bound
    # A slope below τ√τ, 2e-12 in double precision, is noise.
    return np.abs(claimed - found) - allowed - tau**1.5


# --8<-- [end:tolerance]


def relative_error(g, g_hat):
    """0 where they agree; 1 where one of them is zero, or has the other sign."""
    sizes = np.linalg.norm(g) + np.linalg.norm(g_hat)
    return np.linalg.norm(g - g_hat) / sizes if sizes else 0.0


def off(claimed, f, x, v):
    """The excess of each output along v, (m,). ValueError where no slope can be measured."""
    found, bound = measured(f, x, v)
    if np.isnan(found).any():
        raise ValueError(NO_SLOPE)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(excess(claimed(v), found, bound, tolerance(x)), nan=np.inf)


def worst(claimed, f, x, some, rng):
    """Which slope is furthest off by one of these entries, in words.

    Of many, the half that is further off is kept, again and again, until few are left.
    """

    def furthest(some):
        return np.max(off(claimed, f, x, moving(x, some, rng.normal(size=some.size))))

    while some.size > FEW:
        some = max(np.array_split(some, 2), key=furthest)
    table = np.array([off(claimed, f, x, moving(x, k, 1)) for k in some])
    if np.max(table) <= 0:
        return "along random directions, though along no entry of x: is it linear in v?"
    k, i = np.unravel_index(np.argmax(table), table.shape)
    return "at " + told(claimed, f, x, some[k], i)


def told(claimed, f, x, k, i):
    """The slope of output i by entry k, as claimed and as measured, in words."""
    v = moving(x, k, 1)
    (found, bound), says = measured(f, x, v), claimed(v)
    place = "" if found.size == 1 else f"{entries(f(x), 'f(x)')[i]} by "
    way = "a difference" if bound[i] else "the complex step"
    with np.errstate(invalid="ignore"):
        error = relative_error(says[i], found[i])
    place += f"{entries(x, 'x')[k]}: it says {says[i]:.9g}, {way} {found[i]:.9g}"
    return f"{place} (relative error {error:.1g}, allowed {tolerance(x):.1g})"


# --8<-- [start:check]
def compare(what, claimed, f, x, rng):
    """AssertionError unless claimed(v), (m,), holds along any v."""
    for some in DIRECTIONS * groups(x):
        v = moving(x, some, rng.normal(size=some.size))
        if np.max(off(claimed, f, x, v)) > 0:
            which = worst(claimed, f, x, some, rng)
            raise AssertionError(f"{what} is wrong {which}")


def check_grad(f, grad, x, rng, what="grad"):
    """AssertionError unless grad(x) is the gradient of f at x.

    f(x) is one number; grad(x) is nested and shaped like x.
    """
    floats_only(x)
    one_number_only(f(x))
    g = matched(grad(x), x, what, "x")

    def claimed(v):
        move = v != 0  # so that a nan elsewhere does not matter
        return np.array([g[move] @ v[move]])

    compare(what, claimed, f, x, rng)


# --8<-- [end:check]


def check_jvp(f, jvp, x, rng, what="jvp"):
    """The same for jvp(x, v), the slopes of f along v, nested and shaped like f(x)."""
    floats_only(x)

    def claimed(v):
        return matched(jvp(x, like(x, v)), f(x), what, "f(x)")

    compare(what, claimed, f, x, rng)


def check_vjp(f, vjp, x, rng, what="vjp"):
    """The same for vjp(x, u), the gradient of uᵀ f(x), where u is like f(x)."""
    y = f(x)
    u = rng.normal(size=flat(y).size).astype(flat(y).dtype)

    def weighted(x):
        return u @ flat(f(x))

    def pulled_back(x):
        return vjp(x, like(y, u))

    check_grad(weighted, pulled_back, x, rng, what)


# --8<-- [start:network]
def loss(params, x, y):
    """Half the squared error, a number."""
    _, activations = forward(x, params["W"], params["b"])
    return squared_error(activations[-1], y)


def gradient(params, x, y):
    """Its gradient by backpropagation, like params."""
    passed = forward(x, params["W"], params["b"])
    dC_dWs, dC_dbs = backward(params["W"], *passed, y)
    return {"W": dC_dWs, "b": dC_dbs}


def gradient_with_slip(params, x, y):
    """The first biases without the slope of their layer."""
    g = gradient(params, x, y)
    g["b"][0] = params["W"][1].T @ g["b"][1]
    return g


# --8<-- [end:network]


def outputs(params, x):
    """The prediction of the network, (n_L, 1)."""
    return forward(x, params["W"], params["b"])[1][-1]


def output_rates(params, rates, x):
    """ẏ: how fast the prediction moves when params move at these rates. Forward mode."""
    return forward_with_tangent(x, params["W"], params["b"], rates["W"], rates["b"])[1]


def weighted_gradient(params, u, x):
    """x̄: the gradient of uᵀ times the prediction. The sweep starts from a - y, so y is a - u."""
    return gradient(params, x, outputs(params, x) - u)


def verdict(f, grad, params, rng):
    """What `check_grad` says, in words."""
    try:
        check_grad(f, grad, params, rng)
    except AssertionError as error:
        return str(error)
    return "no difference found"


def setting(rng=None):
    """params; input x; then loss, gradient and slip as functions of params alone."""
    x, y, weights, biases = random_network() if rng is None else network(rng, (3, 2, 4))
    of_params = (partial(one, x=x, y=y) for one in (loss, gradient, gradient_with_slip))
    return {"W": weights, "b": biases}, x, *of_params


def by_differences(f, params, h=None):
    """The gradient of f by central differences with a step h, a row (n,)."""

    def of_row(row):
        return f(like(params, row))

    return central_gradient(of_row, flat(params), h or best_central_step(1, 1))


def errors_by_step(h=1e-5):
    r"""What the check by differences says of both gradients, with this step and others.

    h: the step of the central differences
    r: the relative error of the right gradient
    q: the relative error of the slip
    \tau: what is allowed
    """
    params, _, f, right, wrong = setting()
    steps = [float(f"1e{power}") for power in range(-13, 0)]
    gradients = {"right": flat(right(params)), "slip": flat(wrong(params))}

    def errors(h):
        g_hat = by_differences(f, params, h)
        return [relative_error(g, g_hat) for g in gradients.values()]

    (r, q), tau = errors(h), tolerance(params)
    of_right, of_slip = np.transpose([errors(step) for step in steps])
    return {
        "numbers": {"r": r, "q": q, r"\tau": tau},
        "title": "Relative errors by the step of the differences",
        "text": "The error of the right gradient falls and rises again; that of the slip stays.",
        "x": "step h",
        "y": "relative error",
        "log": "xy",
        "x_range": (1e-13, 1e-1),
        "y_range": (1e-12, 1),
        "curves": [
            {"name": "right", "x": steps, "y": of_right, "style": "forward"},
            {"name": "slip", "x": steps, "y": of_slip, "style": "backward"},
            {"name": "allowed", "x": steps, "y": [tau] * len(steps), "style": "dotted"},
            {"name": "", "x": [h, h], "y": [r, q], "style": "plain", "marks": True},
        ],
    }


def example():
    """The check on the network's gradient and on the slip, and their relative errors."""
    params, _, f, right, wrong = setting()
    g_hat, rng = by_differences(f, params), np.random.default_rng(0)
    return {
        "n": flat(params).size,
        "right": verdict(f, right, params, rng),
        "slip": verdict(f, wrong, params, rng),
        "error_right": relative_error(flat(right(params)), g_hat),
        "error_slip": relative_error(flat(wrong(params)), g_hat),
        "error_twice": relative_error(2 * g_hat, g_hat),
        "long_step": errors_by_step(h=0.1)["numbers"],
        "tau": tolerance(params),
        "tau_single": tolerance(np.float32(1)),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: all weights and biases of a network, a column of n numbers
    f: the loss of the network as a function of them
    v: a direction, a column of n numbers
    s: the slope of the loss along v, as the check measures it
    g: the gradient under test, here the one with the slip
    \hat g: the gradient by central differences
    r: the relative error of the two
    u: a weight for each output of the network, a column of m numbers
    \dot y: how fast the outputs move along v, by forward mode
    \bar x: the gradient of the weighted sum of the outputs, by reverse mode
    \tau: the relative error that is allowed
    \varepsilon: the gap between 1 and the next number
    """
    params, sample, loss_of, _, wrong = setting(rng)
    rng = rng or np.random.default_rng(0)
    row, y = flat(params), outputs(params, sample)
    v, u = rng.normal(size=row.size), rng.normal(size=y.shape)

    def f(x):
        return loss_of(like(params, np.ravel(x)))

    g, g_hat = flat(wrong(params)), by_differences(loss_of, params)
    return {
        "x": row[:, None],
        "f": f,
        "v": v[:, None],
        "s": measured(loss_of, params, v)[0].item(),
        "g": g[:, None],
        r"\hat g": g_hat[:, None],
        "r": relative_error(g, g_hat),
        "u": u,
        r"\dot y": output_rates(params, like(params, v), sample),
        r"\bar x": flat(weighted_gradient(params, u, sample))[:, None],
        r"\tau": tolerance(params),
        r"\varepsilon": EPS,
    }


if __name__ == "__main__":
    numbers = example()
    for name in ("right", "slip"):
        print(textwrap.fill(f"{name}: {numbers[name]}", width=68, subsequent_indent="    "))
