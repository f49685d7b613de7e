"""Needs onnx, onnxruntime, NumPy and safetensors; reference only, never used by the package.

Checks the ONNX models of a run outside of Node: the checker of onnx, and runs in Python's onnxruntime
that must agree with each other.

Run from the repository's root: python tests/reference/check_artifacts.py RUN [CHECKPOINT]

RUN holds training.onnx, eval.onnx, optimizer.onnx and decode.onnx; CHECKPOINT is a .safetensors file
with the parameters (RUN/checkpoints/model.safetensors if left out). Ids are 0 pad, 2 bos, 3 eos.
--outputs FILE compares with what Node computed: a .safetensors file with the feeds of training.onnx
other than parameters under `in/` and outputs under `out/`.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

PAD, BOS, EOS, FIRST_WORD = 0, 2, 3, 4
NAMES = ("training", "eval", "optimizer", "decode")


class Model:
    """A model's session; feeds that it does not take are left out."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.inputs = {x.name: x for x in self.session.get_inputs()}
        self.outputs = [x.name for x in self.session.get_outputs()]

    def run(self, feeds):
        known = {name: feeds[name] for name in self.inputs}
        return dict(zip(self.outputs, self.session.run(self.outputs, known)))


def check_form(path):
    """onnx's checker, first without and then with its shape inference."""
    model = onnx.load(path)
    domains = sorted({node.domain for node in model.graph.node})
    report = []
    for full in (False, True):
        try:
            onnx.checker.check_model(model, full_check=full)
            report.append("passes")
        except Exception as error:  # noqa: BLE001
            report.append(f"fails: {str(error).splitlines()[0]}")
    print(f"{path.name}: {len(model.graph.node)} nodes, domains {domains}; check {report[0]}, full check {report[1]}")
    return report[0] == "passes"


def pad(rows, width):
    return np.array([row + [PAD] * (width - len(row)) for row in rows], np.int32)


def draw_batch(rng, vocabulary, rows=3, length=6):
    def sentence():
        return rng.integers(FIRST_WORD, vocabulary, rng.integers(2, length)).tolist()

    src, tgt = [sentence() + [EOS] for _ in range(rows)], [sentence() for _ in range(rows)]
    return {
        "src": pad(src, length),
        "tgtIn": pad([[BOS, *row] for row in tgt], length),
        "tgtOut": pad([[*row, EOS] for row in tgt], length),
        "scale/crossEntropy": np.array(1 / sum(len(row) + 1 for row in tgt), np.float32),
    }


def draw_masks(model, rng, batch, keep=0.9):
    """Dropout masks for all places: rows of the source or the target, by the names of their axes."""
    sizes = {"B": batch["src"].shape[0], "S": batch["src"].shape[1], "T": batch["tgtIn"].shape[1]}
    masks = {}
    for name, x in model.inputs.items():
        if name.startswith("mask/"):
            shape = [np.prod([sizes[n] for n in d.split("*")]) if isinstance(d, str) else d for d in x.shape]
            masks[name] = (rng.random([int(n) for n in shape]) < keep).astype(np.uint8)
    return masks


def agree(what, actual, expected, tolerance):
    error = float(np.max(np.abs(actual - expected)) / max(1e-6, float(np.max(np.abs(expected)))))
    print(f"{what}: relative difference {error:.1e} ({'agrees' if error < tolerance else 'DIFFERS'})")
    return error < tolerance


def loss_of(result, feeds):
    """The mean over the target tokens, what the gradients are of."""
    return float(result["crossEntropy"]) * float(feeds["scale/crossEntropy"])


def check_gradient(training, parameters, feeds):
    """The gradient's length against the slope of the loss along it."""
    result = training.run({**parameters, **feeds})
    gradients = {name: result[f"grad/{name}"] for name in parameters}
    norm = np.sqrt(sum(float(np.sum(g.astype(np.float64) ** 2)) for g in gradients.values()))

    def loss(h):
        moved = {name: x + np.float32(h / norm) * gradients[name] for name, x in parameters.items()}
        return loss_of(training.run({**moved, **feeds}), feeds)

    h = 5e-3
    return result, agree("gradient along itself", np.array((loss(h) - loss(-h)) / (2 * h)), np.array(norm), 2e-2)


def check_update(optimizer, training, parameters, feeds, result):
    """One step of the optimizer, from an empty state, must lower the loss."""
    state = {
        name: np.zeros([int(n) for n in x.shape], np.float32)
        for name, x in optimizer.inputs.items()
        if f"next/{name}" in optimizer.outputs and name not in parameters
    }
    scalars = {"learningRate": np.float32(1e-4), "gradientScale": np.float32(1), "step": np.int64(1)}
    scalars = {name: np.array(x) for name, x in scalars.items()}
    after = optimizer.run({**parameters, **result, **state, **scalars})
    moved = {name: after[f"next/{name}"] for name in parameters}
    before, loss = loss_of(result, feeds), loss_of(training.run({**moved, **feeds}), feeds)
    falls = loss < before
    print(f"one update: loss {before:.5f} -> {loss:.5f} ({'falls' if falls else 'DOES NOT FALL'})")
    return falls


def check_decoding(decode, evaluation, parameters, batch, alpha):
    """A hypothesis' score must be its log-probability by eval.onnx, over its length penalty."""
    result = decode.run({**parameters, **batch})
    good = True
    for row, source in enumerate(batch["src"]):
        length = int(result["lengths"][row, 0])
        words = result["sequences"][row, 0, :length].tolist()
        scores = []
        # A hypothesis that met its limit has no eos.
        for labels in [[*words, EOS], *([words] if words else [])]:
            shifted = {"tgtIn": [[BOS, *labels[:-1]]], "tgtOut": [labels]}
            feeds = {"src": source[None], **{name: np.array(x, np.int32) for name, x in shifted.items()}}
            scores.append(-float(evaluation.run({**parameters, **feeds})["nll"]) / ((5 + len(labels)) / 6) ** alpha)
        score = float(result["scores"][row, 0])
        nearest = min(scores, key=lambda x: abs(x - score))
        good &= agree(f"score of sentence {row}, {length} tokens", np.array(score), np.array(nearest), 1e-4)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("checkpoint", type=Path, nargs="?")
    parser.add_argument("--length-penalty", type=float, default=0.6)
    parser.add_argument("--outputs", type=Path)
    options = parser.parse_args()
    good = all([check_form(options.run / f"{name}.onnx") for name in NAMES])
    training, evaluation, optimizer, decode = (Model(options.run / f"{name}.onnx") for name in NAMES)
    tensors = load_file(options.checkpoint or options.run / "checkpoints" / "model.safetensors")
    parameters = {name: x for name, x in tensors.items() if name in training.inputs}
    output = next(name for name in ("embed.weight", "tgtEmbed.weight") if name in parameters)
    rng = np.random.default_rng(1)
    batch = draw_batch(rng, parameters[output].shape[0])
    feeds = {**batch, **draw_masks(training, rng, batch)}
    result, agrees = check_gradient(training, parameters, feeds)
    good &= agrees
    good &= check_update(optimizer, training, parameters, feeds, result)
    good &= check_decoding(decode, evaluation, parameters, batch, options.length_penalty)
    if options.outputs is not None:
        node = load_file(options.outputs)
        own = training.run({**parameters, **{k[3:]: x for k, x in node.items() if k.startswith("in/")}})
        good &= all([agree(f"Node's {k[4:]}", own[k[4:]], x, 1e-4) for k, x in node.items() if k.startswith("out/")])
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
