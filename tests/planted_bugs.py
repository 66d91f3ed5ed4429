"""Bugs for `tests/test_planted_bugs.py`, which plants them in snippets.

A formula notices those in `SEEN`. Those in `STOPPED` end the run of a snippet, so that no formula
of its note can be judged. Those in `UNSEEN` are out of reach of the formulas, each for the reason
given: where a reason goes away, its bug belongs in `SEEN`.
"""

KEPT = "zs.append(z)\n        activations.append(a)\n    return zs, activations\n\n\n# --8<--"
Bugs = dict[str, dict[str, tuple[str, ...]]]
"""By module and name: what is replaced, by what, and why it is not seen where it is not."""

SEEN: Bugs = {
    "neuron_weights_biases": {
        "slope without its second factor": ("sigmoid(z) * (1 - sigmoid(z))", "sigmoid(z)"),
        "sign in the exponent": ("1 + np.exp(-z)", "1 + np.exp(z)"),
        "bias subtracted": ("z = W @ a + b", "z = W @ a - b"),
        "bias forgotten": ("z = W @ a + b", "z = W @ a"),
        "bias of one neuron": ("in senders) + b", "in senders) - b"),
        "bias for each sender": (" for k in senders) + b[j, 0]", " + b[j, 0] for k in senders)"),
    },
    "forward_pass": {
        "tangent without a term": ("dz = dW @ a + W @ da + db", "dz = dW @ a + db"),
        "tangent without the weights' rate": ("dz = dW @ a + W @ da + db", "dz = W @ da + db"),
        "tangent without the biases' rate": ("dz = dW @ a + W @ da + db", "dz = dW @ a + W @ da"),
        "tangent without slope": ("da = sigmoid_prime(z) * dz", "da = dz"),
        "tangent's slope at the activation": ("sigmoid_prime(z) * dz", "sigmoid_prime(a) * dz"),
        "activation kept as sum": (KEPT, KEPT.replace("append(z)", "append(a)")),
        "sum kept as activation": (KEPT, KEPT.replace("append(a)", "append(z)")),
    },
    "error_signal_delta": {
        "target minus output": ("return (a - y) *", "return (y - a) *"),
        "no slope at the output": ("return (a - y) * sigmoid_prime(z)", "return a - y"),
        "slope at the activation": ("(a - y) * sigmoid_prime(z)", "(a - y) * sigmoid_prime(a)"),
        "no slope in a hidden layer": ("delta_next * sigmoid_prime(z)", "delta_next"),
        "reshaped, not transposed": ("W_next.T @", "W_next.reshape(W_next.T.shape) @"),
        "wrong layer": (
            "found.insert(0, delta_before(W_next, found[0]",
            "found.append(delta_before(W_next, found[-1]",
        ),
        "sign of the weight derivatives": ("return delta @ a.T", "return -delta @ a.T"),
    },
    "backpropagation": {
        "target minus output": ("dC_da = activations[-1] - y", "dC_da = y - activations[-1]"),
        "no slope": ("delta = dC_da * sigmoid_prime(z)", "delta = dC_da"),
        "bias before the activation": ("dC_dbs.insert(0, delta)", "dC_dbs.insert(0, dC_da)"),
        "wrong layer": ("dC_dbs.insert(0, delta)", "dC_dbs.append(delta)"),
        "one path only": ("dC_da = W.T @ delta", "dC_da = W[:1].T @ delta[:1]"),
        "reshaped, not transposed": ("dC_da = W.T @", "dC_da = W.reshape(W.T.shape) @"),
        "sign of the weight derivatives": ("insert(0, delta @", "insert(0, -delta @"),
        "weights of the wrong layer": ("dC_dWs.insert(0, delta", "dC_dWs.append(delta"),
        "activation behind the weight": ("activations[:-1], strict", "activations[1:], strict"),
        "1/n forgotten": ("sum(arrays) / len(arrays)", "sum(arrays)"),
        "one sample only": ("sum(arrays) / len(arrays)", "arrays[0]"),
        "biases for weights": ("return mean_by_layer(of_Ws)", "return mean_by_layer(of_bs)"),
    },
    "loss_functions": {
        "target minus output": ("    return a - y", "    return y - a"),
        "half forgotten": ("return 0.5 * np.sum", "return np.sum"),
        "square forgotten": ("np.sum((a - y) ** 2)", "np.sum(a - y)"),
        "1/n forgotten": ("np.mean(sample_losses", "np.sum(sample_losses"),
        "rows for columns": ("zip(A.T, Y.T, strict", "zip(A, Y, strict"),
    },
    "gradient_descent": {
        "target added": ("return X.T @ w - y", "return X.T @ w + y"),
        "half forgotten": ("/ (2 * r.size)", "/ r.size"),
        "1/n forgotten": ("residual(w, X, y) / y.size", "residual(w, X, y)"),
        "uphill": ("w = w - eta *", "w = w + eta *"),
        "step size forgotten": ("w - eta * gradient", "w - gradient"),
        "always from the start": (
            "gradient(w, X, y)\n        path",
            "gradient(path[0], X, y)\n        path",
        ),
    },
    "sgd": {"sum for the mean": ("y[batch])", "y[batch]) * len(batch)")},
    "momentum": {"an average": ("v = mu * v - eta * g", "v = mu * v - (1 - mu) * eta * g")},
    "adam": {
        "no corrections": ("return average / (1 - beta**t)", "return average"),
        "epsilon below the root": ("np.sqrt(v_hat) + epsilon", "np.sqrt(v_hat + epsilon)"),
    },
    "convergence_quadratic": {"half the best rate": ("return 2 /", "return 1 /")},
    "fan_out_accumulation": {"slopes added": ("partial * rest", "partial + rest")},
    "bptt": {
        "not transposed": ("from_next = W.T @", "from_next = W @"),
        "no slope": ("h_bar * (z > 0)", "h_bar"),
        "the last copy only": ("sum(shares(deltas, hs[:-1]))", "shares(deltas, hs[:-1])[-1]"),
    },
    "reverse_mode_memory": {
        "no square": ("1 - run(W, a) ** 2", "1 - run(W, a)"),
        "all but one layer first": ("return min(", "return n - 1 or min("),
    },
    "weight_transport": {
        "no slope": ("back @ Delta2 * (1 - A1**2)", "back @ Delta2"),
        "half the error": ("(A2 - Y) / X.shape[1]", "(A2 - Y) / 2 / X.shape[1]"),
    },
    "vanishing_exploding_gradients": {"no slope": ("W_next * slope(z).T", "W_next")},
    "derivative": {"line turned over": ("(f(x) + s * h)", "(f(x) - s * h)")},
    "partial_derivative": {"whole perimeter": ("p / 2 - a", "p - a")},
    "chain_rule_multivariate": {"no logarithm": ("u**v * np.log(u)", "u**v")},
    "directional_derivative": {"backwards": ("return f(x + t * u)", "return f(x - t * u)")},
    "jvp": {"biases move": ("W @ a_dot", "W @ a_dot + b")},
    "chain_rule_jacobian": {"rows for columns": ("A.size * B.shape[1]", "A.size * B.shape[0]")},
    "computational_graph": {"factor of its own": ("(w, v)", "(v, w)")},
    "adjoint": {"one user forgotten": ("v7_bar * v6 + v6_bar", "v7_bar * v6")},
    "cheap_gradient_principle": {"overwritten": ("v_bar[j] += y_bar * v[k]", "v_bar[j] = y_bar")},
    "gradient": {
        "square forgotten": ("100 * (x_1 - x_0**2) ** 2", "100 * (x_1 - x_0**2)"),
        "sign of a term": ("(1 - x_0) - 400 *", "(1 - x_0) + 400 *"),
        "direction not of length one": ("return u / np.linalg.norm(u)", "return u"),
        "twice as long": ("return np.array([df_dx_0", "return 2 * np.array([df_dx_0"),
        "entries exchanged": ("array([df_dx_0, df_dx_1])", "array([df_dx_1, df_dx_0])"),
        "measured over twice the walk": ("return f(x + t * u)", "return f(x + 2 * t * u)"),
        "measured backwards": ("return f(x + t * u)", "return f(x - t * u)"),
    },
    "jacobian": {
        "product rule without a term": ("x_0_dot * x_1 + x_0 * x_1_dot", "x_0_dot * x_1"),
        "power rule without its factor": ("+ 2 * x_1 * x_2 * x_2_dot", "+ x_1 * x_2 * x_2_dot"),
        "one of two uses": ("x_1_bar = u_0 * x_0 + u_1", "x_1_bar = u_1"),
        "step uphill": ("lstsq(J, -r", "lstsq(J, r"),
        "sign of a residual's slope": ("[-20 * w", "[20 * w"),
        "residual without its factor": ("[10 * (w_1 - w_0**2)]", "[w_1 - w_0**2]"),
    },
    "chain_rule_scalar": {
        "step from the wrong place": ("u = np.sin(v)", "u = np.sin(x)"),
        "double for square": ("v = x**2", "v = 2 * x"),
        "slope at the wrong place": ("du_dv = np.cos(v)", "du_dv = np.cos(x)"),
        "power rule without its factor": ("dv_dx = 2 * x", "dv_dx = x"),
        "forward in reverse": ("[1.0, dv_dx, du_dv, dy_du]", "[1.0, dy_du, du_dv, dv_dx]"),
        "reverse going forward": ("[1.0, dy_du, du_dv, dv_dx]", "[1.0, dv_dx, du_dv, dy_du]"),
    },
    "reverse_mode_ad": {
        "adjoint overwritten": ("v_bar[j] += v_bar[i] * partial", "v_bar[j] = v_bar[i] * partial"),
        "factors of a product": ("lambda v, w: (w, v)", "lambda v, w: (v, w)"),
        "sign of a difference": ("(1.0, -1.0)", "(1.0, 1.0)"),
        "same operand twice": ('"mul", 0, 1)', '"mul", 0, 0)'),
    },
    "automatic_differentiation": {
        "another map": ("v = 4 * v * (1 - v)", "v = 4 * v * (2 - v)"),
        "seed of two": ("f(Dual(x, 1.0))", "f(Dual(x, 2.0))"),
        "one repetition too many": ("range(repetitions)", "range(repetitions + 1)"),
        "sign in the formula": ("- 64 * x", "+ 64 * x"),
        "product rule without a factor": ("-8 + 16 * x", "-8 + x"),
    },
    "dual_numbers": {
        "product rule without a term": ("self.u_dot * w.u + self.u * w.u_dot", "self.u_dot * w.u"),
        "sign in the quotient rule": ("self.u_dot - q * w.u_dot", "self.u_dot + q * w.u_dot"),
        "chain rule forgotten": ("phi_prime(self.u) * self.u_dot", "phi_prime(self.u)"),
        "power rule without its factor": ("slope = k * np.power(", "slope = np.power("),
        "power not lowered": ("k - 1.0", "k"),
        "a constant that moves": ("Dual(w, 0 * self.u_dot)", "Dual(w, self.u_dot)"),
        "sign of a slope": ("lambda u: -np.sin(u)", "lambda u: np.sin(u)"),
        "square forgotten": ("1 - np.tanh(u) ** 2", "1 - np.tanh(u)"),
        "logarithm": ("lambda u: 1 / u", "lambda u: u"),
        "half forgotten": ("0.5 / np.sqrt(u)", "1 / np.sqrt(u)"),
        "difference": ("return self + -w", "return self + w"),
        "one direction for all": ("np.eye(len(x))", "np.ones((len(x), len(x)))"),
    },
    "forward_mode_ad": {
        "no local slope": ("sum(partial * v_dot[j]", "sum(v_dot[j]"),
        "one operand only": ("for j, partial in terms)", "for j, partial in list(terms)[:1])"),
        "the step before": ("v_dot[j] for", "v_dot[-1] for"),
        "seed forgotten": ("else next(seeds)", "else 1.0"),
        "seeds of ones": ("in np.eye(len(x))", "in np.ones((2, 2))"),
    },
    "symbolic_differentiation": {
        "product rule without a term": ("du * w + u * dw", "du * w"),
        "sign of a difference": ("du - dw", "du + dw"),
        "sign in the quotient rule": ("(du * w - u * dw)", "(du * w + u * dw)"),
        "denominator not squared": ("/ w**2", "/ w"),
        "power not lowered": ("u ** (k - 1)", "u**k"),
        "chain rule forgotten": ("np.tanh(u) ** 2) * du", "np.tanh(u) ** 2)"),
        "sign of a slope": ("-1 * np.sin(u)", "np.sin(u)"),
        "half forgotten": ("du / (2 * np.sqrt(u))", "du / np.sqrt(u)"),
        "product with zero kept": ("return ZERO", "return made(operation, u, w)"),
        "zero kept in a sum": ('(("+", ZERO), ("*", ONE))', '(("*", ONE),)'),
        "leaves not counted": ("sizes[part] = 1 + sum", "sizes[part] = sum"),
        "equal parts kept apart": ("made = cache(Expression)", "made = Expression"),
    },
    "numerical_differentiation": {
        "two sides by one step": ("(f(right) - f(x))", "(f(right) - f(x - h))"),
        "not divided by the step": ("f(x)) / (right - x)", "f(x))"),
        "one side by two steps": ("f(left)) / (right - left)", "f(x)) / (right - left)"),
        "truncation twice": ("return h / 2 * M", "return h * M"),
        "truncation of a lower order": ("return h**2 / 6 * M", "return h / 6 * M"),
        "rounding of one value": ("2 * eps * F / h", "eps * F / h"),
        "step half as long": ("return 2 * (eps * F / M)", "return (eps * F / M)"),
        "step without its factor": ("(3 * eps * F / M)", "(eps * F / M)"),
        "difference twice as large": ("/ (12 * h)", "/ (6 * h)"),
        "called again for every entry": ("(f(right) - here)", "(f(right) - f(x))"),
    },
    "complex_step": {
        "real part": ("np.imag(f(x + 1j * h)) / h", "np.real(f(x + 1j * h)) / h"),
        "half a slope": ("np.imag(f(x + 1j * h)) / h", "np.imag(f(x + 1j * h)) / (2 * h)"),
        "a real step": ("f(x + 1j * h)", "f(x + h)"),
        "absolute value forgotten": ("(x + np.abs(x)) / 2", "x"),
        "the other power": ("x ** (9 / 2)", "x ** (7 / 2)"),
    },
    "gradient_checking": {
        "along the other way": ("start + t * move", "start - t * move"),
        "all digits": ("max(eps) ** 0.5", "max(eps)"),
        "one gradient below the line": (
            "np.linalg.norm(g) + np.linalg.norm(g_hat)",
            "np.linalg.norm(g)",
        ),
        "signs forgotten": (
            "np.linalg.norm(g - g_hat) / sizes",
            "np.linalg.norm(g + g_hat) / sizes",
        ),
        "weights of the outputs forgotten": ("outputs(params, x) - u", "outputs(params, x) - 1"),
        "rates of the biases forgotten": ('rates["W"], rates["b"]', 'rates["W"], params["b"]'),
    },
    "why_called_back": {
        "no slope": ("z1_bar = (1 - np.tanh(z1) ** 2) * a1_bar", "z1_bar = a1_bar"),
        "wrong adjoint": ("x_bar = W1.T @ z1_bar", "x_bar = W1.T @ a1_bar"),
        "layer without activation": ("z2 = W2 @ a1", "z2 = W2 @ z1"),
        "tangent without slope": ("a1_dot = (1 - np.tanh(z1) ** 2) * z1_dot", "a1_dot = z1_dot"),
        "tangent before the activation": ("z2_dot = W2 @ a1_dot", "z2_dot = W2 @ z1_dot"),
    },
    "linnainmaa_algorithm_l": {
        "coefficient overwritten": ("coeff[j] += d_j", "coeff[j] = d_j"),
        "start from the value": ("coeff[result] = 1\n", "coeff[result] = values[result]\n"),
        "not relative": ("part_2(stack, result) / values[result]", "part_2(stack, result)"),
        "rerun not relative": ("/ (u * y)", "/ u"),
        "rerun, not its change": ("(np.array(nudged) - y)", "np.array(nudged)"),
        "sign of a divisor's slope": ("-v / w**2", "v / w**2"),
        "divisor not squared": ("-v / w**2", "-v / w"),
    },
    "linnainmaa_1970_tables": {
        "no identity": ("np.ravel(np.eye(m))", "np.ones(m * m)"),
        "a column too many": ("range(k + 1, k + m + 1)", "range(k, k + m + 1)"),
        "pivot forgotten": ('step("/", at[i, k], at[k, k])', "at[i, k]"),
        "coefficient of another entry": (
            "relative_coefficients(A)[i, j]",
            "relative_coefficients(A)[j, i]",
        ),
        "not relative": ("[relative(stack, i) for", "[part_2(stack, i) for"),
        "variance without the square": (
            "relative_coefficients(A) ** 2",
            "relative_coefficients(A)",
        ),
        "mean of squares": (
            "return relative_coefficients(A) @",
            "return relative_coefficients(A) ** 2 @",
        ),
        "base of a mantissa": ("b ** (nodes + 1.0)", "b ** ((nodes + 1.0) / 2)"),
        "weights of the quadrature": ("(weights / 2)", "weights"),
        "products with one counted": ('"*": (v, w)', '"*": ()'),
    },
    "backprop_is_not_training": {
        "uphill": ("W -= eta * G", "W += eta * G"),
        "1/n forgotten": ("weight_derivatives(Delta, A) / n", "weight_derivatives(Delta, A)"),
        "gradient overwritten": ("G += weight_derivatives", "G[:] = weight_derivatives"),
        "weights shared": ("[W.copy() for W in weights]", "weights"),
        "input's share without 1/n": ("Deltas[0] / n", "Deltas[0]"),
        "sign of another optimiser": ("eta * np.sign(G)", "-eta * np.sign(G)"),
        "sign of the weights": ("np.sign(G)", "np.sign(W)"),
    },
    "operator_overloading": {"one row only": ("a.size * b.shape[1]", "b.size * b.shape[1]")},
    "vjp": {
        "the last one for the sum": ("bars[a] + a_bar if a in bars else a_bar", "a_bar"),
        "largest for sum": ("g = np.add.reduce(g, axis", "g = np.maximum.reduce(g, axis"),
        "tanh without its square": ("g * (1 - v * v)", "g * (1 - v)"),
        "no softmax": ("np.exp(a - restored(v, a, axis))", "np.exp(a)"),
    },
    "array_tape": {"gradient for its product": ("vjp(grad(f), x)[1](v)[0]", "vjp(grad(f), x)[0]")},
    "straight_line_program": {
        "a factor of one kept": ("np.multiply: 1, np.add: 0", "np.multiply: 2, np.add: 0"),
        "nothing seen before": ("self.seen.setdefault(key(v), v)", "v"),
    },
    "liveness": {
        "views forgotten": (
            "for w in self.owners[u]}\n        self",
            "for w in [u]}\n        self",
        ),
        "always room": ("v.fits(u) and self.last[u] is v", "v.fits(u)"),
    },
    "tracing": {
        "two for one": ("listing.given(np.ones((), precision(y)))", "listing.given(np.array(2.0))"),
    },
    "wengert_list": {
        "old value of an operand": ("new.get(u, u.value)", "u.value"),
        "replayed where all operands changed": ("any(u in new for u", "all(u in new for u"),
        "operands in reverse": ("self.function(*plain[0],", "self.function(*plain[0][::-1],"),
    },
    "history_reverse_mode": {
        "no transpose": ("jacobian(tape, stage).T @", "jacobian(tape, stage) @"),
        "rate overwritten": ("rates[:, i] += slope", "rates[:, i] = slope"),
        "slope of the root": ("(0.5 / np.sqrt(v),)", "(1 / np.sqrt(v),)"),
    },
    "history_backprop_nn": {
        "no slope in a stage": ("(sigmoid_prime(z) * found[0])", "found[0]"),
        "target minus output": ("found = [a - y]", "found = [y - a]"),
        "step along the gradient": ("return w - eta", "return w + eta"),
    },
}
STOPPED: Bugs = {
    "neuron_weights_biases": {"transposed": ("z = W @ a + b", "z = W.T @ a + b")},
    "forward_pass": {
        "wrong layer": ("layer(W, b, activations[-1])", "layer(W, b, activations[0])")
    },
    "error_signal_delta": {
        "not transposed": ("W_next.T @", "W_next @"),
        "sums of the next layer": ("zip(weights[1:], zs[:-1],", "zip(weights[1:], zs[1:],"),
        "weights of the layer before": ("zip(weights[1:], zs[:-1],", "zip(weights[:-1], zs[:-1],"),
    },
    "backpropagation": {"not transposed": ("dC_da = W.T @ delta", "dC_da = W @ delta")},
}
UNSEEN: Bugs = {
    "dual_numbers": {
        "branch on the slope": ("self.u < getattr", "self.u_dot < getattr", "no formula branches"),
    },
    "complex_step": {
        "nobody vouches": (
            "np.abs(exact - rough) <= bound",
            "np.isfinite(exact)",
            "the recorded steps of the notes are analytic; test_complex_step.py has others",
        ),
    },
}
