"""Needs PyTorch, NumPy and safetensors; reference only, never used by the package.

Makes the goldens of what varies in a stack of Transformer layers: shared heads and layers of keys and
values and norms of their own for these, free head sizes, rotary positions, RMS norm, gated feed-forward
networks, missing biases; in a decoder alone and in an encoder-decoder. Logits, losses and gradients,
computed in float64.

Run from the repository's root: python tests/reference/stacks.py

Files: tests/reference/goldens/stack-<variant>.safetensors, whose metadata has one key, `golden`: JSON
with the command, the configuration (tx's own keys) and the loss. Parameters have tx's names; weights
are [in, out].
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn import functional as F

COMMAND = "python tests/reference/stacks.py"
GOLDENS = Path(__file__).parent / "goldens"
VOCAB, ROWS, LENGTH, SOURCE, PAD = 13, 2, 6, 5, 0
SMOOTHING = 0.1

DECODERS = {
    "llama": dict(numHeads=4, numKvHeads=2, headDim=6, positions="rotary", norm="pre", normType="rms",
                  activation="swiglu", bias=False, scaleEmbedding=False, tie=False, kvOwner=[0, 0, 2, 2]),
    "multi-query": dict(numHeads=4, numKvHeads=1, headDim=4, positions="learned", norm="post", normType="layer",
                        activation="gelu", bias=True, scaleEmbedding=True, tie=True, kvOwner=[0, 1, 2, 3]),
    "one-owner": dict(numHeads=2, numKvHeads=2, headDim=8, positions="none", norm="pre", normType="layer",
                      activation="geglu", bias=True, scaleEmbedding=True, tie=True, kvOwner=[0, 0, 0, 0]),
    "short-last": dict(numHeads=6, numKvHeads=3, headDim=2, positions="rotary", norm="post", normType="rms",
                       activation="silu", bias=True, scaleEmbedding=False, tie=False, kvOwner=[0, 1, 1, 1]),
    "two-norms": dict(numHeads=4, numKvHeads=1, headDim=4, positions="rotary", norm="pre", normType="layer", kvNorm=True,
                      activation="swiglu", bias=False, scaleEmbedding=False, tie=False, kvOwner=[0, 1, 1, 3]),
}  # fmt: skip
ENCODER_DECODERS = {
    "encoder-decoder": dict(
        numHeads=4, numKvHeads=2, headDim=4, positions="rotary", norm="pre", normType="rms",
        activation="swiglu", bias=False, scaleEmbedding=True, tie="two",
        kvOwner=dict(encoder=[0, 0, 2, 2], decoder=[0, 1, 1, 3], cross=[0, 0, 0, 3]),
    ),
    "encoder-decoder-two-norms": dict(
        numHeads=4, numKvHeads=2, headDim=4, positions="learned", norm="pre", normType="rms", kvNorm=True,
        activation="geglu", bias=True, scaleEmbedding=True, tie="two",
        kvOwner=dict(encoder=[0, 1, 1, 3], decoder=[0, 0, 2, 2], cross=[0, 1, 1, 1]),
    ),
}  # fmt: skip
COMMON = dict(dModel=12, dFf=10, numLayers=4, maxLength=8)


class Model:
    """Declares parameters as they are first used, so that their names and shapes are what forward needs."""

    def __init__(self, config, rng):
        self.c, self.rng, self.p = config, rng, {}

    def parameter(self, name, *shape):
        if name not in self.p:
            x = self.rng.standard_normal(shape) * (0.4 if len(shape) > 1 else 0.1)
            x = x + (1.0 if name.endswith("orm.weight") else 0.0)
            x = x.astype(np.float32).astype(np.float64)
            self.p[name] = torch.tensor(x, requires_grad=True)
        return self.p[name]

    def linear(self, x, name, width):
        y = x @ self.parameter(f"{name}.weight", x.shape[-1], width)
        return y + self.parameter(f"{name}.bias", width) if self.c["bias"] else y

    def norm(self, x, name):
        width = x.shape[-1]
        if self.c["normType"] == "rms":
            return F.rms_norm(x, (width,), self.parameter(f"{name}.weight", width), 1e-6)
        weight, bias = self.parameter(f"{name}.weight", width), self.parameter(f"{name}.bias", width)
        return F.layer_norm(x, (width,), weight, bias, 1e-5)

    def rotate(self, x):
        """Unit i and unit i + K/2 are the parts of a complex number, turned by pos * 10000^(-2i/K)."""
        if self.c["positions"] != "rotary":
            return x
        half = x.shape[-1] // 2
        angle = torch.arange(x.shape[-2])[:, None] * 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
        turned = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angle), angle)
        return torch.cat([turned.real, turned.imag], dim=-1)

    def attend(self, x, memory, allowed, name, store, owner, layer, turn):
        c = self.c
        heads = lambda y, count: y.unflatten(-1, (count, c["headDim"])).transpose(1, 2)
        q = heads(self.linear(x, f"{name}.q", c["numHeads"] * c["headDim"]), c["numHeads"])
        if owner == layer:
            k = heads(self.linear(memory, f"{name}.k", c["numKvHeads"] * c["headDim"]), c["numKvHeads"])
            v = heads(self.linear(memory, f"{name}.v", c["numKvHeads"] * c["headDim"]), c["numKvHeads"])
            store[owner] = (turn(k), v)
        k, v = (t.repeat_interleave(c["numHeads"] // c["numKvHeads"], dim=1) for t in store[owner])
        scores = turn(q) @ k.transpose(-1, -2) / math.sqrt(c["headDim"])
        weights = scores.masked_fill(~allowed, -math.inf).softmax(-1)
        return self.linear((weights @ v).transpose(1, 2).flatten(2), f"{name}.o", c["dModel"])

    def feed_forward(self, x, name):
        c = self.c
        f = {"gelu": F.gelu, "geglu": F.gelu, "silu": F.silu, "swiglu": F.silu}[c["activation"]]
        inner = self.linear(x, f"{name}.in", c["dFf"])
        hidden = f(self.linear(x, f"{name}.gate", c["dFf"])) * inner if "glu" in c["activation"] else f(inner)
        return self.linear(hidden, f"{name}.out", c["dModel"])

    def sublayer(self, x, name, f):
        if self.c["norm"] == "pre":
            return x + f(self.norm(x, f"{name}Norm"))
        return self.norm(x + f(x), f"{name}Norm")

    def stack(self, x, name, allowed, owners, cross=None):
        own, of_source = {}, {}
        for i, owner in enumerate(owners):
            at = f"{name}.{i}"
            has_norm = self.c.get("kvNorm", False) and owner == i
            x = self.sublayer(x, f"{at}.selfAttn", lambda y: self.attend(
                y, self.norm(x, f"{at}.selfAttnKvNorm") if has_norm else y,
                allowed, f"{at}.selfAttn", own, owner, i, self.rotate))  # fmt: skip
            if cross is not None:
                memory, seen, cross_owners = cross
                x = self.sublayer(x, f"{at}.crossAttn", lambda y: self.attend(
                    y, memory, seen, f"{at}.crossAttn", of_source, cross_owners[i], i, lambda t: t))  # fmt: skip
            x = self.sublayer(x, f"{at}.ff", lambda y: self.feed_forward(y, f"{at}.ff"))
        return self.norm(x, f"{name}.norm") if self.c["norm"] == "pre" else x

    def embed(self, ids, table, positions):
        c = self.c
        x = table[ids] * (math.sqrt(c["dModel"]) if c["scaleEmbedding"] else 1)
        if c["positions"] == "learned":
            x = x + self.parameter(f"{positions}.weight", c["maxLength"], c["dModel"])[: ids.shape[1]]
        return x


def causal(length):
    return torch.ones(length, length, dtype=torch.bool).tril()


def decoder(m, batch):
    c = m.c
    table = m.parameter("embed.weight", VOCAB, c["dModel"])
    x = m.embed(batch["ids"], table, "positions")
    x = m.stack(x, "decoder", causal(LENGTH), c["kvOwner"])
    return x @ (table if c["tie"] else m.parameter("output.weight", VOCAB, c["dModel"])).T


def encoder_decoder(m, batch):
    c, owners = m.c, m.c["kvOwner"]
    seen = (batch["src"] != PAD)[:, None, None, :]
    src, tgt = (m.parameter(f"{side}Embed.weight", VOCAB, c["dModel"]) for side in ("src", "tgt"))
    memory = m.stack(m.embed(batch["src"], src, "srcPos"), "encoder", seen, owners["encoder"])
    x = m.embed(batch["ids"], tgt, "tgtPos")
    return m.stack(x, "decoder", causal(LENGTH), owners["decoder"], (memory, seen, owners["cross"])) @ tgt.T


def write(name, config, build, seed):
    rng = np.random.default_rng(seed)
    batch = {"ids": rng.integers(1, VOCAB, (ROWS, LENGTH)), "labels": rng.integers(1, VOCAB, (ROWS, LENGTH))}
    batch["labels"][1, 4:] = PAD
    if build is encoder_decoder:
        batch["src"] = rng.integers(1, VOCAB, (ROWS, SOURCE))
        batch["src"][1, 3:] = PAD
    model = Model({**COMMON, **config}, rng)
    ids = {key: torch.from_numpy(value) for key, value in batch.items()}
    logits = build(model, ids)
    labels = ids["labels"].flatten()
    loss = F.cross_entropy(logits.flatten(0, 1), labels, ignore_index=PAD, label_smoothing=SMOOTHING)
    loss.backward()
    tensors = {f"param/{key}": x.detach().numpy().astype(np.float32) for key, x in model.p.items()}
    tensors |= {f"grad/{key}": x.grad.numpy().astype(np.float32) for key, x in model.p.items()}
    tensors |= {f"batch/{key}": x.astype(np.int32) for key, x in batch.items()}
    tensors["logits"] = logits.detach().numpy().astype(np.float32)
    golden = {"command": COMMAND, "config": model.c, "labelSmoothing": SMOOTHING, "loss": loss.item()}
    contiguous = {key: np.ascontiguousarray(x) for key, x in tensors.items()}
    save_file(contiguous, GOLDENS / f"stack-{name}.safetensors", metadata={"golden": json.dumps(golden)})


def main():
    torch.set_num_threads(1)
    for seed, (name, config) in enumerate(DECODERS.items(), start=1):
        write(name, config, decoder, seed)
    for seed, (name, config) in enumerate(ENCODER_DECODERS.items(), start=21):
        write(name, config, encoder_decoder, seed)


if __name__ == "__main__":
    main()
