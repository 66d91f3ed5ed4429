# ---
# id: 2026-11-22t07-30-00z
# title: The U-curve of finite differences
# claim: As the step of a difference shrinks, its error falls along one line and rises along
#   another, and it is mainly the precision of the numbers that decides where it turns.
# aliases: [V-shaped error, finite difference error curve, step size experiment]
# needs: [numerical-differentiation]
# sources: []
# date: 2026-11-22
# ---

# %% [markdown]
# [Numerical differentiation](../notes/numerical-differentiation.md) says why neither a long step
# nor a short one is good. Here all of them are tried, on the function that the note on the [chain
# rule](../notes/chain-rule-scalar.md) takes apart. Its slope is known from there to all digits,
# so errors can be seen and not only bounded.

# %%
import numpy as np
from zettelkasten.plot import Curve, plot

from snippets.chain_rule_scalar import reverse, values
from snippets.complex_step import complex_step
from snippets.numerical_differentiation import EPS, central_difference, forward_difference


def f(x):
    """exp(sin(x²))."""
    return values(x)[-1]


x, slope = 1.0, reverse(1.0)[-1]
h = 10.0 ** -np.arange(1, 16)
one_side = np.abs(forward_difference(f, x, h) - slope)
both_sides = np.abs(central_difference(f, x, h) - slope)
print("step     one side   both sides")
for row in zip(h, one_side, both_sides, strict=True):
    print("{:.0e}    {:.1e}    {:.1e}".format(*row))

# %% [markdown]
# From the top, each tenth of the step divides the first error by ten and the second by a hundred.
# This is what a difference $D_1$ from one side and a difference $D_2$ from both sides cut off,
# for any smooth $f$ (it is the sine of the note that is checked here):
#
# $$
# \begin{aligned}
# D_1(h) &= f'(x) + \frac{h}{2} f''(x) + O(h^2) \\
# D_2(h) &= f'(x) + \frac{h^2}{6} f'''(x) + O(h^4)
# \end{aligned}
# $$
#
# Further down both errors grow again, and no longer smoothly. What grows is the rounding of two
# values of $f$, magnified by the division by $h$, and rounding looks like chance. A finer sieve
# of steps shows this.

# %%
h = np.logspace(-15, -1, 141)


def errors(difference, x, h):
    """How far the difference is off, for each step; at least the last digit, for the logarithm."""
    return np.maximum(np.abs(difference(f, x, h) - slope), EPS)


plot(
    [
        Curve("one side", h, errors(forward_difference, x, h)),
        Curve("both sides", h, errors(central_difference, x, h)),
    ],
    x="step",
    y="error of the slope",
    log="xy",
    title="Error of a difference by step, 16 digits",
    text="Two curves like a V. On the right they are straight lines, the second twice as steep. On "
    "the left both are ragged and rise together as the step shrinks.",
)

# %% [markdown]
# Single steps of the left branch are lucky. The best step of the bound for $D_1$,
#
# $$
# E_1(h) = \frac{h}{2} M_2 + \frac{2 \varepsilon F}{h}, \quad
# h_1^\ast = 2 \left( \frac{\varepsilon F}{M_2} \right)^{\frac{1}{2}}
# $$
#
# depends on the function only through the sizes $F$ and $M_2$, and mainly on $\varepsilon$. So
# the same curve, computed with numbers of half as many digits, must turn much earlier.

# %%
EPS_32 = float(np.finfo(np.float32).eps)
h_32 = np.logspace(-7, -1, 61).astype(np.float32)
plot(
    [
        Curve("one side", h_32, errors(forward_difference, np.float32(x), h_32)),
        Curve("both sides", h_32, errors(central_difference, np.float32(x), h_32)),
    ],
    x="step",
    y="error of the slope",
    log="xy",
    title="The same with 7 digits",
    text="The same V, moved up and to the right.",
)


# %%
def best_step(difference, precision, eps):
    """The step with the least error, when errors of 201 places around x are averaged."""
    steps = np.logspace(np.log10(eps), -1, 61)
    places = np.linspace(0.5, 1.5, 201)
    slopes = np.array([reverse(place)[-1] for place in places])
    found = [difference(f, places.astype(precision), precision(step)) - slopes for step in steps]
    return steps[np.argmin(np.mean(np.abs(found), axis=1))]


print("digits   difference   best step   guess")
for digits, precision, eps in [(16, np.float64, EPS), (7, np.float32, EPS_32)]:
    for name, difference, power in [
        ("one side", forward_difference, 1 / 2),
        ("both sides", central_difference, 1 / 3),
    ]:
        found = best_step(difference, precision, eps)
        print(f"{digits:4}     {name:10}   {found:.0e}       {eps**power:.0e}")

# %% [markdown]
# The guess in the last column is $\varepsilon$ to the power of one half or one third, with
# nothing known of the function. Averaged over many places it finds the turn to within a factor of
# ten.
#
# One way to a slope has no left branch. The [complex step](../notes/complex-step.md) subtracts
# nothing, so nothing is there to magnify.

# %%
tiny = np.logspace(-30, -1, 59)
plot(
    [
        Curve("both sides", h, errors(central_difference, x, h)),
        Curve("complex step", tiny, errors(complex_step, x, tiny)),
    ],
    x="step",
    y="error of the slope",
    log="xy",
    title="A difference beside the complex step",
    text="The difference turns up again at short steps. The complex step falls in parallel with it "
    "until its error is that of the last digit, and stays there.",
)

# %% [markdown]
# !!! mistake "Common mistake"
#     Taking a step because it gave the best result once. On the left branch that is luck, and a
#     few places further another step has it:

# %%
print("x       luckiest step, one side")
for place in (1.0, 1.01, 1.02, 1.03, 1.04):
    off = np.abs(forward_difference(f, place, h) - reverse(place)[-1])
    print(f"{place:.2f}    {h[np.argmin(off)]:.1e}")
