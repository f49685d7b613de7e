"""Needs PyTorch and NumPy; reference only, never used by the package.

Times whole training steps (forward, backward, clipping, AdamW) of the language model of
configs/bench/lm-*.yaml in PyTorch on the CPU: pre-norm, rotary positions, SwiGLU, RMS norm, no
biases, tied embeddings; attention by scaled_dot_product_attention (grouped heads by its enable_gqa),
the fused AdamW; batches as src/train/bench-workloads.ts makes them. Of the sizes that end in -cla pairs
of layers share the keys and values of one head (Brandon et al. 2024), with a norm of their own.

Example: python tests/bench/pytorch_lm.py --size lm-256 --mode eager --steps 5 --warmup 2 --json
"""

import argparse
import json
import resource
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FIRST_WORD = 4
LENGTH = 256
SIZES = {
    "lm-256": dict(layers=8, d_model=256, d_ff=688, heads=4, vocab=8000, batch=16),
    "lm-512": dict(layers=8, d_model=512, d_ff=1376, heads=8, vocab=8000, batch=8),
}
for name in list(SIZES):
    SIZES[f"{name}-cla"] = dict(SIZES[name], kv_heads=1, share=2)
MAX_NORM = 1.0


def make_batch(step, batch, vocab):
    """Batch number `step`: s = step, then for each id s = (1664525 s + 1013904223) mod 2^32 and
    id = 4 + (s >> 8) mod (V - 4); rows of LENGTH + 1 ids, the labels one place on."""
    s = step
    ids = np.empty(batch * (LENGTH + 1), dtype=np.int64)
    for i in range(len(ids)):
        s = (1664525 * s + 1013904223) & 0xFFFFFFFF
        ids[i] = FIRST_WORD + (s >> 8) % (vocab - FIRST_WORD)
    rows = torch.from_numpy(ids.reshape(batch, LENGTH + 1))
    return rows[:, :-1].contiguous(), rows[:, 1:].contiguous()


def rotation(length, head_dim):
    angle = torch.arange(length).double()[:, None] * 10000 ** (-torch.arange(head_dim // 2).double() / (head_dim // 2))
    return angle.cos().float(), angle.sin().float()


def rotate(x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class Layer(nn.Module):
    """With as many heads of keys and values as of queries, queries, keys and values are one product."""

    def __init__(self, d_model, d_ff, heads, kv_heads, owns):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = heads, kv_heads, d_model // heads
        self.joint = owns and kv_heads == heads
        if self.joint:
            self.qkv = nn.Linear(d_model, 3 * d_model, bias=False)
        else:
            self.q = nn.Linear(d_model, d_model, bias=False)
            if owns:
                self.kv = nn.Linear(d_model, 2 * kv_heads * self.head_dim, bias=False)
                self.norm_kv = nn.RMSNorm(d_model, eps=1e-6)
        self.o = nn.Linear(d_model, d_model, bias=False)
        self.gate_in = nn.Linear(d_model, 2 * d_ff, bias=False)
        self.out = nn.Linear(d_ff, d_model, bias=False)
        self.norm1, self.norm2 = nn.RMSNorm(d_model, eps=1e-6), nn.RMSNorm(d_model, eps=1e-6)

    def forward(self, x, cos, sin, borrowed=None):
        """Rows through the layer, and the keys and values that it has, or has borrowed."""
        b, t, d = x.shape
        y = self.norm1(x)
        if self.joint:
            q, k, v = self.qkv(y).view(b, t, 3, self.heads, self.head_dim).permute(2, 0, 3, 1, 4)
            k = rotate(k, cos, sin)
        else:
            q = self.q(y).view(b, t, self.heads, self.head_dim).transpose(1, 2)
            if borrowed is None:
                kv = self.kv(self.norm_kv(x)).view(b, t, 2, self.kv_heads, self.head_dim)
                k, v = kv.permute(2, 0, 3, 1, 4)
                k = rotate(k, cos, sin)
            else:
                k, v = borrowed
        grouped = self.kv_heads != self.heads
        y = F.scaled_dot_product_attention(rotate(q, cos, sin), k, v, is_causal=True, enable_gqa=grouped)
        x = x + self.o(y.transpose(1, 2).reshape(b, t, d))
        gate, inner = self.gate_in(self.norm2(x)).chunk(2, dim=-1)
        return x + self.out(F.silu(gate) * inner), (k, v)


class LanguageModel(nn.Module):
    def __init__(self, layers, d_model, d_ff, heads, vocab, kv_heads=None, share=1):
        super().__init__()
        self.share = share
        self.embed = nn.Embedding(vocab, d_model)
        self.layers = nn.ModuleList(
            Layer(d_model, d_ff, heads, kv_heads or heads, i % share == 0) for i in range(layers)
        )
        self.norm = nn.RMSNorm(d_model, eps=1e-6)
        cos, sin = rotation(LENGTH, d_model // heads)
        self.register_buffer("cos", cos)
        self.register_buffer("sin", sin)
        for name, p in self.named_parameters():
            if name == "embed.weight":
                nn.init.normal_(p, std=d_model**-0.5)
            elif p.dim() == 2:
                nn.init.xavier_uniform_(p)

    def forward(self, ids, labels):
        x = self.embed(ids)
        shared = None
        for i, layer in enumerate(self.layers):
            x, shared = layer(x, self.cos, self.sin, shared if i % self.share else None)
        logits = F.linear(self.norm(x), self.embed.weight)
        return F.cross_entropy(logits.flatten(0, 1), labels.flatten())


def main():
    parser = argparse.ArgumentParser(description="Time language-model training steps in PyTorch on the CPU.")
    parser.add_argument("--size", choices=SIZES, default="lm-256")
    parser.add_argument("--mode", choices=["eager", "bf16", "compile"], default="eager")
    parser.add_argument("--steps", type=int, default=10, help="timed steps")
    parser.add_argument("--warmup", type=int, default=2, help="steps taken before timing")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one line of JSON (default: indented)")
    args = parser.parse_args()
    if args.steps < 1 or args.warmup < 0 or args.threads < 1:
        parser.error("--steps and --threads must be at least 1, --warmup at least 0")

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    size = dict(SIZES[args.size])
    batch = size.pop("batch")
    batches = [make_batch(step, batch, size["vocab"]) for step in range(args.warmup + args.steps)]
    model = LanguageModel(**size)
    model.train()
    decay = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [dict(params=decay, weight_decay=0.1), dict(params=others, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), eps=1e-8, fused=True)
    forward = torch.compile(model) if args.mode == "compile" else model

    losses, times = [], []
    for ids, labels in batches:
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.mode == "bf16"):
            loss = forward(ids, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        losses.append(loss.item())
        times.append(time.perf_counter() - start)

    seconds = statistics.median(times[args.warmup :])
    result = {
        "size": args.size,
        "mode": args.mode,
        "threads": args.threads,
        "targetTokensPerSecond": round(batch * LENGTH / seconds, 1),
        "msPerStep": round(seconds * 1000, 1),
        "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "steps": args.steps,
        "warmup": args.warmup,
        "losses": losses[:5],
        "parameters": sum(p.numel() for p in model.parameters()),
        "torch": torch.__version__,
    }
    print(json.dumps(result, indent=None if args.json else 2))


if __name__ == "__main__":
    main()
