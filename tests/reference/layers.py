"""Needs PyTorch and NumPy; reference only, never used by the package.

Makes the goldens of single layers (values and gradients in float64), of the optimizers (10 steps)
and of the learning-rate schedules, one JSON file each in tests/reference/goldens/.

Run from the repository's root: python tests/reference/layers.py

A tensor is {"shape", "data"} in row-major order. Inputs are multiples of 1/256, so float32 holds them
exactly. A layer's case has `inputs`, `output`, `dy` and `grads`: the gradients of sum(output * dy).
Weights are [in, out], y = x W + b.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

COMMAND = "python tests/reference/layers.py"
GOLDENS = Path(__file__).parent / "goldens"
DIGITS = 12


def draw(rng, *shape, scale=1.0, offset=0.0):
    return np.round((rng.standard_normal(shape) * scale + offset) * 256) / 256


def tensor(x):
    x = x.detach().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)
    if x.dtype.kind == "f":
        data = [float(f"{v:.{DIGITS}g}") for v in x.ravel()]
        return {"shape": list(x.shape), "data": [int(v) if v == int(v) else v for v in data]}
    return {"shape": list(x.shape), "data": [int(v) for v in x.ravel()]}


def save(name, golden):
    text = json.dumps({"command": COMMAND, **golden}, separators=(",", ":"))
    (GOLDENS / f"{name}.json").write_text(text + "\n")


def layer_case(name, f, inputs, rng, constants=None, **attributes):
    """Runs f(inputs, constants) and its gradients by every input for a drawn dy."""
    constants = constants or {}
    leaves = {key: torch.tensor(x, dtype=torch.float64, requires_grad=True) for key, x in inputs.items()}
    output = f(leaves, {key: torch.from_numpy(np.asarray(x)) for key, x in constants.items()})
    dy = draw(rng, *output.shape)
    (output * torch.from_numpy(np.asarray(dy))).sum().backward()
    return {
        "name": name,
        **attributes,
        "constants": {key: tensor(x) for key, x in constants.items()},
        "inputs": {key: tensor(x) for key, x in inputs.items()},
        "output": tensor(output),
        "dy": tensor(dy),
        "grads": {key: tensor(x.grad) for key, x in leaves.items()},
    }


def linear(x, p, name=""):
    return x @ p[f"{name}weight"] + p[f"{name}bias"]


def linear_weights(rng, rows, columns, name=""):
    return {f"{name}weight": draw(rng, rows, columns, scale=rows**-0.5), f"{name}bias": draw(rng, columns, scale=0.3)}


def write_linear(rng):
    def f(p, _):
        return linear(p["x"], p)

    save("linear", {"cases": [
        layer_case("matrix", f, {"x": draw(rng, 3, 4), **linear_weights(rng, 4, 5)}, rng),
        layer_case("batch", f, {"x": draw(rng, 2, 3, 4), **linear_weights(rng, 4, 5)}, rng),
    ]})  # fmt: skip


def write_norms(rng):
    """Layer norm (x - mean) / sqrt(var + 1e-5) w + b with the biased variance; RMS norm x / sqrt(mean(x^2) + 1e-6) w."""
    x, w, b = draw(rng, 2, 3, 6, scale=2, offset=0.5), draw(rng, 6, scale=0.2, offset=1), draw(rng, 6, scale=0.2)
    small = draw(rng, 2, 6, scale=0.02)  # here eps is no longer small beside the variance

    def layer_norm(p, _):
        return F.layer_norm(p["x"], (6,), p["weight"], p["bias"], 1e-5)

    def rms_norm(p, _):
        return F.rms_norm(p["x"], (6,), p["weight"], 1e-6)

    save("layer-norm", {"eps": 1e-5, "cases": [
        layer_case("usual", layer_norm, {"x": x, "weight": w, "bias": b}, rng),
        layer_case("small", layer_norm, {"x": small, "weight": w, "bias": b}, rng),
    ]})  # fmt: skip
    save("rms-norm", {"eps": 1e-6, "cases": [
        layer_case("usual", rms_norm, {"x": x, "weight": w}, rng),
        layer_case("small", rms_norm, {"x": small, "weight": w}, rng),
    ]})  # fmt: skip


def write_attention(rng):
    """softmax(Q K^T / sqrt(d_k) + mask) V over heads that are contiguous slices of D. `allowed` is 1 where
    a query may look, broadcast to [B,H,T,S]. In the self-attention cases memory is x itself."""
    b, t, s, d, heads = 2, 3, 4, 6, 2

    def f(p, constants):
        def split(y):
            return y.unflatten(-1, (heads, -1)).transpose(1, 2)

        memory = p.get("memory", p["x"])
        q, k, v = (split(linear(y, p, name)) for y, name in ((p["x"], "q."), (memory, "k."), (memory, "v.")))
        allowed = constants["allowed"].bool() if "allowed" in constants else None
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=allowed)
        return linear(y.transpose(1, 2).flatten(2), p, "o.")

    weights = {}
    for name in "qkvo":
        weights |= linear_weights(rng, d, d, f"{name}.")
    x, memory = draw(rng, b, t, d), draw(rng, b, s, d)

    def keys(lengths, width):
        return (np.arange(width) < np.array(lengths)[:, None]).astype(np.uint8)[:, None, None, :]

    causal = np.tril(np.ones((t, t), np.uint8))
    cross, own = {"x": x, "memory": memory, **weights}, {"x": x, **weights}
    save("attention", {"numHeads": heads, "cases": [
        layer_case("cross", f, cross, rng),
        layer_case("cross, keys masked", f, cross, rng, {"allowed": keys([4, 2], s)}, lengths=[4, 2]),
        layer_case("self, keys masked", f, own, rng, {"allowed": keys([1, 3], t)}, lengths=[1, 3]),
        layer_case("self, causal", f, own, rng, {"allowed": causal}),
        layer_case("self, causal, keys masked", f, own, rng, {"allowed": causal * keys([2, 3], t)}, lengths=[2, 3]),
    ]})  # fmt: skip


def write_feed_forward(rng):
    """W_out f(W_in x): relu; gelu x Phi(x) with the exact erf; silu x sigmoid(x)."""
    activations = {"relu": F.relu, "gelu": F.gelu, "silu": F.silu}
    inputs = {"x": draw(rng, 2, 3, 4), **linear_weights(rng, 4, 6, "in."), **linear_weights(rng, 6, 4, "out.")}
    cases = []
    for name, activation in activations.items():
        f = lambda p, _: linear(activation(linear(p["x"], p, "in.")), p, "out.")  # noqa: E731
        cases.append(layer_case(name, f, inputs, rng))
    save("feed-forward", {"cases": cases})


def write_cross_entropy(rng):
    """l = (1 - e) nll + (e / V) sum_v(-log p_v); loss = sum(w l) / sum(w), nll = sum(w nll) / sum(w)."""
    n, v = 5, 7
    cases = []
    for smoothing, weights in [
        (0.0, [1, 1, 1, 1, 1]), (0.1, [1, 1, 1, 1, 1]), (0.1, [1, 0, 1, 1, 0]), (0.3, [0.5, 0, 2, 1, 0.25])
    ]:  # fmt: skip
        x = draw(rng, n, v, scale=2)
        targets, w = rng.integers(0, v, n), torch.tensor(weights, dtype=torch.float64)
        logits, ids = torch.tensor(x, requires_grad=True), torch.from_numpy(targets)
        loss = (w * F.cross_entropy(logits, ids, reduction="none", label_smoothing=smoothing)).sum() / w.sum()
        nll = (w * F.cross_entropy(logits, ids, reduction="none")).sum() / w.sum()
        loss.backward()
        cases.append({
            "labelSmoothing": smoothing, "logits": tensor(x), "targets": tensor(targets), "weights": tensor(w),
            "loss": loss.item(), "nll": nll.item(), "gradLogits": tensor(logits.grad),
        })  # fmt: skip
    x = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0]])
    logits = torch.tensor(x, requires_grad=True)
    loss = F.cross_entropy(logits, torch.tensor([0, 2]), label_smoothing=0.1)
    loss.backward()
    cases.append({
        "labelSmoothing": 0.1, "logits": tensor(x), "targets": tensor(np.array([0, 2])), "weights": tensor([1.0, 1.0]),
        "loss": loss.item(), "nll": math.log(3) / 2, "gradLogits": tensor(logits.grad),
    })  # fmt: skip
    save("cross-entropy", {"cases": cases})


def write_embedding(rng):
    """E[ids] sqrt(D) + PE, PE(pos, 2i) = sin(pos / 10000^(2i/D)), PE(pos, 2i+1) = cos(the same)."""
    d = 6
    angle = np.arange(40)[:, None] / 10000 ** (np.arange(0, d, 2) / d)
    table = np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(40, d)
    ids = np.array([[2, 5, 2, 7], [1, 0, 7, 7]])

    def f(p, constants):
        return p["weight"][constants["ids"]] * math.sqrt(d) + torch.from_numpy(table[: ids.shape[1]])

    case = layer_case("sinusoidal", f, {"weight": draw(rng, 8, d, scale=d**-0.5)}, rng, {"ids": ids})
    save("embedding", {"positions": tensor(table), "cases": [case]})


def write_optimizers(rng):
    """Ten steps with given gradients; clipping by the global norm over both tensors scales the gradients by
    min(1, clipNorm / (norm + 1e-6)). SGD: v = 0.9 v + g (v = g at first), x -= lr v."""
    steps, shapes = 10, {"a": (2, 3), "b": (4,)}
    start = {key: draw(rng, *shape) for key, shape in shapes.items()}
    # Growing gradients: clipping to 1 leaves the first steps alone.
    grads = [{key: draw(rng, *shape, scale=0.1 * (i + 1)) for key, shape in shapes.items()} for i in range(steps)]
    settings = {
        "adam": (torch.optim.Adam, dict(lr=0.01, betas=(0.9, 0.98), eps=1e-9)),
        "adamw": (torch.optim.AdamW, dict(lr=0.01, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.01)),
        "sgd": (torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
    }
    cases = []
    for name, (make, options) in settings.items():
        for clip in (None, 1.0):
            p = {key: torch.tensor(x, requires_grad=True) for key, x in start.items()}
            optimizer = make(p.values(), **options)
            trajectory, norms = [], []
            for grad in grads:
                for key, x in p.items():
                    x.grad = torch.tensor(grad[key])
                norms.append(torch.nn.utils.clip_grad_norm_(p.values(), clip or math.inf).item())
                optimizer.step()
                trajectory.append({key: tensor(x) for key, x in p.items()})
            cases.append({"name": name, "options": options, "clipNorm": clip, "gradNorms": norms, "parameters": trajectory})
    save("optimizers", {
        "start": {key: tensor(x) for key, x in start.items()},
        "grads": [{key: tensor(x) for key, x in grad.items()} for grad in grads],
        "cases": cases,
    })  # fmt: skip


def write_schedules():
    """The rate of update number n, counted from 1; w warm-up steps, N total steps.

    noam        factor D^-0.5 min(n^-0.5, n w^-1.5)
    inverseSqrt peak min(n / w, sqrt(w / n))
    constant    peak min(1, n / w)
    linear      peak n / w up to n = w, then peak + (min - peak) t
    cosine      peak n / w up to n = w, then min + (peak - min) (1 + cos(pi t)) / 2
    with t = min(1, (n - w) / (N - w)). Without warm-up (w = 0) the first part is left out.
    """

    def rising(n, w):
        return min(1.0, n / w) if w else 1.0

    def decayed(n, c):
        return min(1.0, max(0, n - c["warmupSteps"]) / (c["totalSteps"] - c["warmupSteps"]))

    def linear_rate(n, c):
        if n <= c["warmupSteps"]:
            return c["peak"] * n / c["warmupSteps"]
        return c["peak"] + (c["min"] - c["peak"]) * decayed(n, c)

    def cosine_rate(n, c):
        if n <= c["warmupSteps"]:
            return c["peak"] * n / c["warmupSteps"]
        return c["min"] + (c["peak"] - c["min"]) * (1 + math.cos(math.pi * decayed(n, c))) / 2

    rates = {
        "noam": lambda n, c: c["factor"] * c["dModel"] ** -0.5 * min(n**-0.5, n * c["warmupSteps"] ** -1.5),
        "inverseSqrt": lambda n, c: c["peak"] * min(n / c["warmupSteps"], math.sqrt(c["warmupSteps"] / n)),
        "constant": lambda n, c: c["peak"] * rising(n, c["warmupSteps"]),
        "linear": linear_rate,
        "cosine": cosine_rate,
    }
    formulas = {
        "noam": "factor * dModel^-0.5 * min(n^-0.5, n * w^-1.5)",
        "inverseSqrt": "peak * min(n / w, sqrt(w / n))",
        "constant": "peak * min(1, n / w)",
        "linear": "n <= w: peak * n / w; else peak + (min - peak) * t; t = min(1, (n - w) / (N - w))",
        "cosine": "n <= w: peak * n / w; else min + (peak - min) * (1 + cos(pi * t)) / 2; t = min(1, (n - w) / (N - w))",
    }
    configs = [
        ("noam", dict(factor=1.0, dModel=512, warmupSteps=4000)),
        ("noam", dict(factor=2.0, dModel=64, warmupSteps=10)),
        ("inverseSqrt", dict(peak=5e-4, warmupSteps=10)),
        ("constant", dict(peak=1e-3, warmupSteps=0)),
        ("constant", dict(peak=1e-3, warmupSteps=10)),
        ("linear", dict(peak=1e-3, min=0.0, warmupSteps=10, totalSteps=100)),
        ("linear", dict(peak=1e-3, min=1e-5, warmupSteps=0, totalSteps=100)),
        ("cosine", dict(peak=1e-3, min=0.0, warmupSteps=10, totalSteps=100)),
        ("cosine", dict(peak=1e-3, min=1e-5, warmupSteps=0, totalSteps=100)),
    ]
    steps = [1, 2, 5, 9, 10, 11, 20, 50, 55, 99, 100, 101, 1000, 3999, 4000, 4001, 100000]
    cases = [
        {"name": name, "formula": formulas[name], "config": c, "rates": [rates[name](n, c) for n in steps]}
        for name, c in configs
    ]
    save("schedules", {"firstStep": 1, "steps": steps, "cases": cases})


def main():
    torch.set_num_threads(1)
    GOLDENS.mkdir(exist_ok=True)
    rng = np.random.default_rng(1)
    write_linear(rng)
    write_norms(rng)
    write_attention(rng)
    write_feed_forward(rng)
    write_cross_entropy(rng)
    write_embedding(rng)
    write_optimizers(rng)
    write_schedules()


if __name__ == "__main__":
    main()
