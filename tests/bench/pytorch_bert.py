"""Needs PyTorch and NumPy; reference only, never used by the package.

Times whole training steps (forward, backward, clipping, AdamW) of the pre-training of
configs/bench/bert-*.yaml in PyTorch on the CPU: post-norm, GELU, learned positions, segments, dropout;
attention by scaled_dot_product_attention, the fused AdamW, of the rows only those of masked places to the
vocabulary; batches as src/train/bench-workloads.ts makes them.

Example: python tests/bench/pytorch_bert.py --size bert-256 --mode eager --steps 5 --warmup 2 --json
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

FIRST_WORD, MASK, BOS, EOS = 4, 1, 2, 3
LENGTH, MASKED = 128, 19
STRIDE = (LENGTH - 2) // MASKED
SIZES = {"bert-256": dict(layers=6, d_model=256, d_ff=1024, heads=4, vocab=8000, batch=32)}
DROPOUT, EPSILON, MAX_NORM = 0.1, 1e-12, 1.0


def make_batch(step, batch, vocab):
    """Batch number `step`: s = step, then for each id s = (1664525 s + 1013904223) mod 2^32 and
    id = 4 + (s >> 8) mod (V - 4); rows of LENGTH ids, special ones at the front, in the middle and at the
    end, and masked ones at 1, 1 + STRIDE, and so on."""
    s = step
    ids = np.empty(batch * LENGTH, dtype=np.int64)
    for i in range(len(ids)):
        s = (1664525 * s + 1013904223) & 0xFFFFFFFF
        ids[i] = FIRST_WORD + (s >> 8) % (vocab - FIRST_WORD)
    rows = ids.reshape(batch, LENGTH)
    rows[:, 0], rows[:, LENGTH // 2], rows[:, -1] = BOS, EOS, EOS
    places = (np.arange(batch)[:, None] * LENGTH + 1 + np.arange(MASKED) * STRIDE).reshape(-1)
    targets = ids[places]
    ids[places] = MASK
    segments = np.broadcast_to(np.arange(LENGTH) > LENGTH // 2, rows.shape).astype(np.int64)
    labels = np.arange(batch) % 2
    return [torch.from_numpy(np.ascontiguousarray(x)) for x in (rows, segments, places, targets, labels)]


class Layer(nn.Module):
    """Queries, keys and values are one product."""

    def __init__(self, d_model, d_ff, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.o = nn.Linear(d_model, 3 * d_model), nn.Linear(d_model, d_model)
        self.inner, self.out = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.norm1, self.norm2 = nn.LayerNorm(d_model, EPSILON), nn.LayerNorm(d_model, EPSILON)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x, seen):
        b, t, d = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=seen, dropout_p=DROPOUT if self.training else 0)
        x = self.norm1(x + self.dropout(self.o(y.transpose(1, 2).reshape(b, t, d))))
        return self.norm2(x + self.dropout(self.out(F.gelu(self.inner(x)))))


class Bert(nn.Module):
    def __init__(self, layers, d_model, d_ff, heads, vocab):
        super().__init__()
        self.words, self.places = nn.Embedding(vocab, d_model), nn.Embedding(LENGTH, d_model)
        self.segments, self.norm = nn.Embedding(2, d_model), nn.LayerNorm(d_model, EPSILON)
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(Layer(d_model, d_ff, heads) for _ in range(layers))
        self.pooler, self.next = nn.Linear(d_model, d_model), nn.Linear(d_model, 2)
        self.transform, self.transform_norm = nn.Linear(d_model, d_model), nn.LayerNorm(d_model, EPSILON)
        self.bias = nn.Parameter(torch.zeros(vocab))
        for p in self.parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02)

    def forward(self, ids, segments, places, targets, labels):
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.segments(segments)
        x = self.dropout(self.norm(x))
        seen = (ids != 0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, seen)
        rows = x.flatten(0, 1)[places]
        rows = self.transform_norm(F.gelu(self.transform(rows)))
        words = F.cross_entropy(F.linear(rows, self.words.weight, self.bias), targets)
        pooled = torch.tanh(self.pooler(x[:, 0]))
        return words + F.cross_entropy(self.next(pooled), labels)


def main():
    parser = argparse.ArgumentParser(description="Time BERT's pre-training steps in PyTorch on the CPU.")
    parser.add_argument("--size", choices=SIZES, default="bert-256")
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
    model = Bert(**size)
    model.train()
    decay = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [dict(params=decay, weight_decay=0.01), dict(params=others, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.999), eps=1e-6, fused=True)
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
