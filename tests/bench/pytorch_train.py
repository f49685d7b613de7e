"""Needs PyTorch and NumPy; reference only, never used by the package.

Times whole training steps (forward, backward, clipping, Adam) of the Transformer of
Vaswani et al. 2017 (post-norm, sinusoidal positions, three-way tied embeddings) in PyTorch on
the CPU, on made-up batches that any other program can rebuild from the rule in make_batch.

Example: python tests/bench/pytorch_train.py --size tiny --mode eager --steps 5 --warmup 2 --json
"""

import argparse
import json
import math
import resource
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

PAD, BOS, EOS, FIRST_WORD = 0, 2, 3, 4

SIZES = {
    "tiny": dict(layers=4, d_model=128, d_ff=256, heads=4, vocab=10_000, dropout=0.3, batch=128),
    "base": dict(layers=6, d_model=512, d_ff=2048, heads=8, vocab=32_000, dropout=0.1, batch=64),
}
SRC_LENGTH = TGT_LENGTH = 32
LABEL_SMOOTHING = 0.1
MAX_NORM = 1.0


def make_batch(step, batch, vocab):
    """Batch number `step` (from 0): s = step, then for each id s = (1664525 s + 1013904223) mod 2^32
    and id = 4 + (s >> 8) mod (V - 4); B*S source ids row by row, then B*(T-1) target ids."""
    s = step
    count = batch * SRC_LENGTH + batch * (TGT_LENGTH - 1)
    ids = np.empty(count, dtype=np.int64)
    for i in range(count):
        s = (1664525 * s + 1013904223) & 0xFFFFFFFF
        ids[i] = FIRST_WORD + (s >> 8) % (vocab - FIRST_WORD)
    src = ids[: batch * SRC_LENGTH].reshape(batch, SRC_LENGTH)
    src[:, -1] = EOS
    words = ids[batch * SRC_LENGTH :].reshape(batch, TGT_LENGTH - 1)
    tgt_in = np.concatenate([np.full((batch, 1), BOS), words], axis=1)
    tgt_out = np.concatenate([words, np.full((batch, 1), EOS)], axis=1)
    lengths = np.full(batch, SRC_LENGTH)
    return tuple(torch.from_numpy(a) for a in (src, lengths, tgt_in, tgt_out))


def sinusoids(length, d_model):
    angle = torch.arange(length).double()[:, None] / 10000 ** (torch.arange(0, d_model, 2).double() / d_model)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).reshape(length, d_model).float()


class SelfAttention(nn.Module):
    """Queries, keys and values from one fused projection."""

    def __init__(self, d_model, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.o = nn.Linear(d_model, d_model)

    def forward(self, x, mask=None, causal=False):
        b, t, d = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.o(y.transpose(1, 2).reshape(b, t, d))


class CrossAttention(nn.Module):
    """Queries from the decoder; keys and values from one fused projection of the memory."""

    def __init__(self, d_model, heads):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(d_model, d_model)
        self.kv = nn.Linear(d_model, 2 * d_model)
        self.o = nn.Linear(d_model, d_model)

    def forward(self, x, memory, mask):
        b, t, d = x.shape
        q = self.q(x).view(b, t, self.heads, d // self.heads).transpose(1, 2)
        k, v = self.kv(memory).view(b, memory.shape[1], 2, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o(y.transpose(1, 2).reshape(b, t, d))


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff):
        super().__init__()
        self.inner = nn.Linear(d_model, d_ff)
        self.outer = nn.Linear(d_ff, d_model)

    def forward(self, x):
        return self.outer(F.relu(self.inner(x)))


class EncoderLayer(nn.Module):
    def __init__(self, d_model, d_ff, heads, dropout):
        super().__init__()
        self.attention = SelfAttention(d_model, heads)
        self.ff = FeedForward(d_model, d_ff)
        self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        x = self.norm1(x + self.dropout(self.attention(x, mask)))
        return self.norm2(x + self.dropout(self.ff(x)))


class DecoderLayer(nn.Module):
    def __init__(self, d_model, d_ff, heads, dropout):
        super().__init__()
        self.attention = SelfAttention(d_model, heads)
        self.cross = CrossAttention(d_model, heads)
        self.ff = FeedForward(d_model, d_ff)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(d_model) for _ in range(3))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, memory, mask):
        x = self.norm1(x + self.dropout(self.attention(x, causal=True)))
        x = self.norm2(x + self.dropout(self.cross(x, memory, mask)))
        return self.norm3(x + self.dropout(self.ff(x)))


class Transformer(nn.Module):
    def __init__(self, layers, d_model, d_ff, heads, vocab, dropout):
        super().__init__()
        self.scale = math.sqrt(d_model)
        self.embed = nn.Embedding(vocab, d_model)
        self.encoder = nn.ModuleList(EncoderLayer(d_model, d_ff, heads, dropout) for _ in range(layers))
        self.decoder = nn.ModuleList(DecoderLayer(d_model, d_ff, heads, dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("positions", sinusoids(max(SRC_LENGTH, TGT_LENGTH), d_model))
        for name, p in self.named_parameters():
            if name == "embed.weight":
                nn.init.normal_(p, std=d_model**-0.5)
            elif p.dim() == 2:
                nn.init.xavier_uniform_(p)
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    def embedded(self, ids):
        return self.dropout(self.embed(ids) * self.scale + self.positions[: ids.shape[1]])

    def forward(self, src, src_lengths, tgt_in, tgt_out):
        """The label-smoothed loss, averaged over the target tokens that are not padding."""
        mask = (torch.arange(src.shape[1]) < src_lengths[:, None])[:, None, None, :]
        memory = self.embedded(src)
        for layer in self.encoder:
            memory = layer(memory, mask)
        x = self.embedded(tgt_in)
        for layer in self.decoder:
            x = layer(x, memory, mask)
        logits = F.linear(x, self.embed.weight)
        return F.cross_entropy(
            logits.flatten(0, 1), tgt_out.flatten(), ignore_index=PAD, label_smoothing=LABEL_SMOOTHING
        )


def main():
    parser = argparse.ArgumentParser(description="Time Transformer training steps in PyTorch on the CPU.")
    parser.add_argument("--size", choices=SIZES, default="tiny")
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
    model = Transformer(**size)
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.98), eps=1e-9, fused=True)
    forward = torch.compile(model) if args.mode == "compile" else model

    losses, times = [], []
    for inputs in batches:
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.mode == "bf16"):
            loss = forward(*inputs)
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
        "targetTokensPerSecond": round(batch * TGT_LENGTH / seconds, 1),
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
