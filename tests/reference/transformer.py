"""Needs PyTorch, NumPy and safetensors; reference only, never used by the package.

Makes the goldens of the encoder-decoder Transformer (Vaswani et al. 2017): small models with
their losses, log-probabilities and gradients, and a 50-step training trajectory.

Run from the repository's root: python tests/reference/transformer.py

Files: tests/reference/goldens/transformer-<variant>.safetensors and transformer-trajectory.safetensors.
The safetensors metadata has one key, `golden`: JSON with the command, the configuration and the scalars.
Conventions: weights are [in, out], y = x W + b; ids 0 pad, 1 unk, 2 bos, 3 eos; dropout, where it is
used, is mask / (1 - p) on the embedding sums and on each sub-layer's output before the residual addition.
"""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn import functional as F

COMMAND = "python tests/reference/transformer.py"
GOLDENS = Path(__file__).parent / "goldens"
PAD, BOS, EOS, FIRST_WORD = 0, 2, 3, 4
LAYER_NORM_EPS = 1e-5

SMALL = dict(
    dModel=16, dFf=32, numHeads=2, numLayers=2, vocabSize=23, maxLength=9, labelSmoothing=0.1, dropout=0.0
)
SMALL_SRC_LENGTHS, SMALL_TGT_LENGTHS = [7, 4, 6], [5, 6, 3]
TRAJECTORY = dict(
    norm="post", positions="sinusoidal", tie="three", dModel=32, dFf=64, numHeads=4, numLayers=2,
    vocabSize=41, maxLength=9, labelSmoothing=0.1, dropout=0.0,
)  # fmt: skip
OPTIMIZER = dict(name="adam", learningRate=2e-3, betas=[0.9, 0.98], eps=1e-9, clipNorm=1.0)
STEPS, BATCH, SRC_WIDTH, TGT_WIDTH = 50, 8, 9, 8


def parameter_shapes(c):
    """Every parameter's name (its checkpoint key) and shape."""
    d, f, v = c["dModel"], c["dFf"], c["vocabSize"]
    shapes = {}
    if c["tie"] == "three":
        shapes["embed.weight"] = (v, d)
    else:
        shapes["srcEmbed.weight"] = shapes["tgtEmbed.weight"] = (v, d)
    if c["tie"] == "none":
        shapes["output.weight"] = (v, d)
    if c["positions"] == "learned":
        shapes["srcPos.weight"] = shapes["tgtPos.weight"] = (c["maxLength"], d)

    def linear(name, rows, columns):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (rows, columns), (columns,)

    for side, attentions in (("encoder", ["selfAttn"]), ("decoder", ["selfAttn", "crossAttn"])):
        for i in range(c["numLayers"]):
            for attention in attentions:
                for part in "qkvo":
                    linear(f"{side}.{i}.{attention}.{part}", d, d)
                shapes[f"{side}.{i}.{attention}Norm.weight"] = shapes[f"{side}.{i}.{attention}Norm.bias"] = (d,)
            linear(f"{side}.{i}.ff.in", d, f)
            linear(f"{side}.{i}.ff.out", f, d)
            shapes[f"{side}.{i}.ffNorm.weight"] = shapes[f"{side}.{i}.ffNorm.bias"] = (d,)
        if c["norm"] == "pre":
            shapes[f"{side}.norm.weight"] = shapes[f"{side}.norm.bias"] = (d,)
    return shapes


def draw_parameters(c, rng):
    """Float32 parameters; biases and norms are off 0 and 1 so that a golden notices when one is lost."""
    parameters = {}
    for name, shape in parameter_shapes(c).items():
        x = rng.standard_normal(shape)
        if "mbed." in name or name == "output.weight":
            x *= c["dModel"] ** -0.5
        elif "Pos." in name:
            x *= 0.5
        elif len(shape) == 2:
            x *= math.sqrt(2 / sum(shape))
        else:
            x = 0.1 * x + (1.0 if "orm.weight" in name else 0.0)
        parameters[name] = x.astype(np.float32)
    return parameters


def make_batch(seed, c, src_lengths, tgt_lengths, src_width, tgt_width):
    """s = seed, then for each id s = (1664525 s + 1013904223) mod 2^32 and id = 4 + (s >> 8) mod (V - 4):
    B*S source ids, then B*(T-1) target words, row by row. A source row of length n keeps n - 1 ids and
    eos; a target row of length n keeps n - 1 words, after bos in tgtIn and before eos in tgtOut."""
    rows, s = len(src_lengths), seed

    def draw(count):
        nonlocal s
        out = []
        for _ in range(count):
            s = (1664525 * s + 1013904223) % 2**32
            out.append(FIRST_WORD + (s >> 8) % (c["vocabSize"] - FIRST_WORD))
        return out

    src = np.array(draw(rows * src_width), np.int32).reshape(rows, src_width)
    words = np.array(draw(rows * (tgt_width - 1)), np.int32).reshape(rows, tgt_width - 1)
    tgt_in = np.zeros((rows, tgt_width), np.int32)
    tgt_out = np.zeros((rows, tgt_width), np.int32)
    for r, (m, n) in enumerate(zip(src_lengths, tgt_lengths)):
        src[r, m - 1], src[r, m:] = EOS, PAD
        tgt_in[r, 0], tgt_in[r, 1:n] = BOS, words[r, : n - 1]
        tgt_out[r, : n - 1], tgt_out[r, n - 1] = words[r, : n - 1], EOS
    return {
        "src": src,
        "srcLengths": np.array(src_lengths, np.int32),
        "tgtIn": tgt_in,
        "tgtOut": tgt_out,
        "tgtLengths": np.array(tgt_lengths, np.int32),
    }


def draw_masks(c, batch, rng):
    """Dropout masks (1 keeps, 0 drops), one for each place, in the order of the forward pass."""
    (rows, s), (_, t) = batch["src"].shape, batch["tgtIn"].shape
    masks = {}

    def draw(name, rate, *shape):
        masks[name] = (rng.random((rows, *shape)) >= c[rate]).astype(np.uint8)

    def attention(name, queries, keys):
        draw(f"{name}.weights", "attentionDropout", c["numHeads"], queries, keys)
        draw(name, "dropout", queries, c["dModel"])

    def feed_forward(name, length):
        draw(f"{name}.in", "activationDropout", length, c["dFf"])
        draw(name, "dropout", length, c["dModel"])

    draw("src", "dropout", s, c["dModel"])
    for i in range(c["numLayers"]):
        attention(f"encoder.{i}.selfAttn", s, s)
        feed_forward(f"encoder.{i}.ff", s)
    draw("tgt", "dropout", t, c["dModel"])
    for i in range(c["numLayers"]):
        attention(f"decoder.{i}.selfAttn", t, t)
        attention(f"decoder.{i}.crossAttn", t, s)
        feed_forward(f"decoder.{i}.ff", t)
    return masks


def sinusoids(length, d):
    angle = np.arange(length)[:, None] / 10000 ** (np.arange(0, d, 2) / d)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(length, d)


def forward(c, p, batch, masks=None):
    """Log-probabilities [B,T,V] of the model with parameters p, in their precision."""
    dtype = next(iter(p.values())).dtype
    src_embed, tgt_embed = ("embed.weight",) * 2 if c["tie"] == "three" else ("srcEmbed.weight", "tgtEmbed.weight")
    output = "output.weight" if c["tie"] == "none" else tgt_embed

    def drop(x, place, rate="dropout"):
        return x if masks is None else x * masks[place].to(dtype) / (1 - c[rate])

    def linear(x, name):
        return x @ p[f"{name}.weight"] + p[f"{name}.bias"]

    def norm(x, name):
        return F.layer_norm(x, x.shape[-1:], p[f"{name}.weight"], p[f"{name}.bias"], LAYER_NORM_EPS)

    def attend(x, memory, allowed, name):
        def heads(y):
            return y.unflatten(-1, (c["numHeads"], -1)).transpose(1, 2)

        q, k, v = heads(linear(x, f"{name}.q")), heads(linear(memory, f"{name}.k")), heads(linear(memory, f"{name}.v"))
        scores = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).masked_fill(~allowed, -math.inf)
        weights = drop(scores.softmax(-1), f"{name}.weights", "attentionDropout")
        return linear((weights @ v).transpose(1, 2).flatten(2), f"{name}.o")

    def feed_forward(x, name):
        hidden = drop(linear(x, f"{name}.in").relu(), f"{name}.in", "activationDropout")
        return linear(hidden, f"{name}.out")

    def residual(x, f, name):
        if c["norm"] == "pre":
            return x + drop(f(norm(x, f"{name}Norm")), name)
        return norm(x + drop(f(x), name), f"{name}Norm")

    def embed(ids, table, positions, place):
        t, d = ids.shape[1], c["dModel"]
        pe = p[positions][:t] if c["positions"] == "learned" else torch.from_numpy(sinusoids(t, d)).to(dtype)
        return drop(p[table][ids] * math.sqrt(d) + pe, place)

    src, tgt_in = batch["src"].long(), batch["tgtIn"].long()
    src_allowed = (torch.arange(src.shape[1]) < batch["srcLengths"][:, None])[:, None, None, :]
    causal = torch.ones(tgt_in.shape[1], tgt_in.shape[1], dtype=torch.bool).tril()

    x = embed(src, src_embed, "srcPos.weight", "src")
    for i in range(c["numLayers"]):
        name = f"encoder.{i}"
        x = residual(x, lambda y: attend(y, y, src_allowed, f"{name}.selfAttn"), f"{name}.selfAttn")
        x = residual(x, lambda y: feed_forward(y, f"{name}.ff"), f"{name}.ff")
    memory = norm(x, "encoder.norm") if c["norm"] == "pre" else x

    x = embed(tgt_in, tgt_embed, "tgtPos.weight", "tgt")
    for i in range(c["numLayers"]):
        name = f"decoder.{i}"
        x = residual(x, lambda y: attend(y, y, causal, f"{name}.selfAttn"), f"{name}.selfAttn")
        x = residual(x, lambda y: attend(y, memory, src_allowed, f"{name}.crossAttn"), f"{name}.crossAttn")
        x = residual(x, lambda y: feed_forward(y, f"{name}.ff"), f"{name}.ff")
    x = norm(x, "decoder.norm") if c["norm"] == "pre" else x
    return F.log_softmax(x @ p[output].T, dim=-1)


def losses(c, log_probs, tgt_out):
    """(label-smoothed loss, negative log-likelihood), both per target token; cross_entropy's own
    log_softmax leaves log-probabilities as they are."""
    logits, ids = log_probs.flatten(0, 1), tgt_out.long().flatten()
    smooth = F.cross_entropy(logits, ids, ignore_index=PAD, label_smoothing=c["labelSmoothing"])
    return smooth, F.cross_entropy(logits, ids, ignore_index=PAD)


def to_torch(arrays):
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def leaves(parameters, dtype):
    return {name: torch.from_numpy(x).to(dtype).clone().requires_grad_() for name, x in parameters.items()}


def save(name, tensors, golden):
    contiguous = {key: np.ascontiguousarray(x) for key, x in tensors.items()}
    save_file(contiguous, GOLDENS / name, metadata={"golden": json.dumps({"command": COMMAND, **golden})})


def write_variant(name, c, seed):
    rng = np.random.default_rng(seed)
    parameters = draw_parameters(c, rng)
    batch = make_batch(
        seed, c, SMALL_SRC_LENGTHS, SMALL_TGT_LENGTHS, max(SMALL_SRC_LENGTHS), max(SMALL_TGT_LENGTHS)
    )
    masks = draw_masks(c, batch, rng) if c["dropout"] > 0 else {}
    p = leaves(parameters, torch.float64)
    log_probs = forward(c, p, to_torch(batch), to_torch(masks) or None)
    loss, nll = losses(c, log_probs, torch.from_numpy(batch["tgtOut"]))
    loss.backward()
    tensors = {f"param/{key}": x for key, x in parameters.items()}
    tensors |= {f"grad/{key}": x.grad.numpy().astype(np.float32) for key, x in p.items()}
    tensors |= {f"batch/{key}": x for key, x in batch.items()}
    tensors |= {f"mask/{key}": x for key, x in masks.items()}
    tensors["logProbs"] = log_probs.detach().numpy().astype(np.float32)
    save(f"transformer-{name}.safetensors", tensors, {"config": c, "loss": loss.item(), "nll": nll.item()})


def train(c, parameters, batches, dtype):
    """The trajectory's losses and gradient norms (before clipping), step by step, in the given precision."""
    p = leaves(parameters, dtype)
    optimizer = torch.optim.Adam(
        p.values(), lr=OPTIMIZER["learningRate"], betas=tuple(OPTIMIZER["betas"]), eps=OPTIMIZER["eps"]
    )
    history, norms = [], []
    for batch in batches:
        optimizer.zero_grad()
        loss, _ = losses(c, forward(c, p, to_torch(batch)), torch.from_numpy(batch["tgtOut"]))
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(p.values(), OPTIMIZER["clipNorm"]).item())
        optimizer.step()
        history.append(loss.item())
    return history, norms


def write_trajectory(c):
    """Step i's batch has seed i; row r has 5 + (i + r) mod 5 source and 4 + (i + 2 r) mod 5 target tokens."""
    parameters = draw_parameters(c, np.random.default_rng(50))
    batches = []
    for i in range(STEPS):
        src_lengths = [5 + (i + r) % 5 for r in range(BATCH)]
        tgt_lengths = [4 + (i + 2 * r) % 5 for r in range(BATCH)]
        batches.append(make_batch(i, c, src_lengths, tgt_lengths, SRC_WIDTH, TGT_WIDTH))
    history, norms = train(c, parameters, batches, torch.float32)
    # The same run in float64 shows how much of a difference rounding alone makes.
    history64, _ = train(c, parameters, batches, torch.float64)
    tensors = {f"param/{key}": x for key, x in parameters.items()}
    tensors |= {f"batch/{key}": np.stack([b[key] for b in batches]) for key in batches[0]}
    golden = {"config": c, "optimizer": OPTIMIZER, "losses": history, "gradNorms": norms, "losses64": history64}
    save("transformer-trajectory.safetensors", tensors, golden)


def main():
    torch.set_num_threads(1)
    GOLDENS.mkdir(exist_ok=True)
    choices = itertools.product(("post", "pre"), ("sinusoidal", "learned"), ("three", "two", "none"))
    for seed, (norm, positions, tie) in enumerate(choices, start=1):
        c = {"norm": norm, "positions": positions, "tie": tie, **SMALL}
        write_variant(f"{norm}-{positions}-{tie}", c, seed)
    c = {"norm": "post", "positions": "sinusoidal", "tie": "three", **SMALL, "dropout": 0.3}
    c |= {"attentionDropout": 0.2, "activationDropout": 0.1}
    write_variant("dropout", c, 13)
    write_trajectory(TRAJECTORY)


if __name__ == "__main__":
    main()
