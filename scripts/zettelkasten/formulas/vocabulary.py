"""The signs that the house notation knows. A new one is added here, and read in `reading`."""

GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "varepsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "rho",
    "sigma",
    "tau",
    "phi",
    "varphi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Phi",
    "Psi",
    "Omega",
    "ell",
]
FUNCTIONS = ["sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "exp", "ln", "det"]
SIGNS = [
    "sum",
    "prod",
    "max",
    "min",
    "arg",
    "lim",
    "nabla",
    "partial",
    "top",
    "infty",
    "cdots",
    "dots",
    "ldots",
    "vdots",
    "ddots",
    "ast",
    "pm",
    "pi",
]
RELATIONS = {
    "=": "=",
    ":=": ":=",
    r"\approx": "≈",
    r"\le": "≤",
    r"\leq": "≤",
    r"\ge": "≥",
    r"\geq": "≥",
    "<": "<",
    ">": ">",
    r"\ne": "≠",
    r"\neq": "≠",
    r"\leftarrow": "←",
    r"\in": "∈",
    r"\to": "→",
    ":": ":",
    r"\colon": ":",
}
INFIXES = {r"\cdot": "·", r"\odot": "⊙", r"\times": "×", r"\circ": "∘", "/": "/"}
WORDS = ["if", "for", "for all", "where", "with", "and", "otherwise"]


def alternatives(names: list[str] | dict[str, str]) -> str:
    """A terminal for any of these; a command ends where its letters end."""
    patterns = []
    for name in sorted(names, key=len, reverse=True):
        plain = name.removeprefix("\\")
        command = isinstance(names, list) or name.startswith("\\")
        patterns.append(rf"\\{plain}(?![a-zA-Z])" if command else name.replace("/", r"\/"))
    return "/" + "|".join(patterns) + "/"
