"""Needs PyTorch and transformers; reference only, never used by the package.

Fine-tunes an encoder of transformers on a table of texts with classes, as configs/bert/*-minilm.yaml do: AdamW, no
decay of norms and biases, warm-up, linear decay, clipping by global norm, dropout of the text's vector; batches of
texts of like lengths, padded to the longest. Prints the accuracy on the held-out table after each epoch, and texts and
tokens (without padding) a second of training and of telling classes, in batches of 32 and one at a time.

Example: python tests/bench/pytorch_finetune.py MODEL train.tsv dev.tsv --text sentence content --epochs 3 --json
"""

import argparse
import csv
import json
import math
import random
import resource
import time

import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

EVALUATION_BATCH = 32
# Batches of texts that are sorted by length among themselves.
POOL = 50


class Classifier(nn.Module):
    """The mean of a text's vectors, or the pooler's vector, and a layer."""

    def __init__(self, folder, classes, pooling, dropout):
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="sdpa")
        self.pooling, self.dropout = pooling, nn.Dropout(dropout)
        self.output = nn.Linear(self.encoder.config.hidden_size, classes)
        nn.init.normal_(self.output.weight, std=0.02)
        nn.init.zeros_(self.output.bias)

    def forward(self, ids, seen):
        told = self.encoder(input_ids=ids, attention_mask=seen)
        if self.pooling == "pooler":
            vector = told.pooler_output
        else:
            weights = seen.unsqueeze(-1).float()
            vector = (told.last_hidden_state * weights).sum(1) / weights.sum(1)
        return self.output(self.dropout(vector))


def read(path, text, label):
    """Texts and labels; a tab is the only thing that parts cells."""
    with open(path, encoding="utf-8", newline="\n") as lines:
        rows = csv.DictReader((line.rstrip("\r\n") for line in lines), delimiter="\t", quoting=csv.QUOTE_NONE)
        return zip(*[(row[text], row[label]) for row in rows])


def pad(rows, pad_id):
    longest = max(map(len, rows))
    ids = torch.tensor([row + [pad_id] * (longest - len(row)) for row in rows])
    seen = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, seen


def shuffled_batches(lengths, size, draws):
    order = list(range(len(lengths)))
    draws.shuffle(order)
    batches = []
    for start in range(0, len(order), POOL * size):
        pool = sorted(order[start : start + POOL * size], key=lambda i: lengths[i])
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    draws.shuffle(batches)
    return batches


def tell(model, rows, pad_id, size):
    """The likeliest classes, and the seconds it took."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    told = [0] * len(rows)
    model.eval()
    start = time.perf_counter()
    with torch.inference_mode():
        for begin in range(0, len(order), size):
            batch = order[begin : begin + size]
            for i, label in zip(batch, model(*pad([rows[i] for i in batch], pad_id)).argmax(1).tolist()):
                told[i] = label
    return told, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description="Fine-tune an encoder in PyTorch on the CPU.")
    parser.add_argument("model", help="a folder that save_pretrained wrote")
    parser.add_argument("train"), parser.add_argument("dev")
    parser.add_argument("--text", nargs=2, default=["sentence", "sentence"], help="columns of both tables")
    parser.add_argument("--label", default="label")
    parser.add_argument("--pooling", choices=["mean", "pooler"], default="mean")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--max-steps", type=int, help="end after so many updates, which are timed but for the first 20")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--warmup", type=float, default=0.1)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--json", action="store_true", help="print one line of JSON (default: indented)")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    draws = random.Random(args.seed)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    encode = lambda texts: tokenizer(list(texts), truncation=True, max_length=512)["input_ids"]
    texts, labels = read(args.train, args.text[0], args.label)
    dev_texts, dev_labels = read(args.dev, args.text[1], args.label)
    classes = sorted(set(labels))
    rows, dev_rows = encode(texts), encode(dev_texts)
    targets = torch.tensor([classes.index(label) for label in labels])
    expected = [classes.index(label) for label in dev_labels]
    lengths = list(map(len, rows))

    model = Classifier(args.model, len(classes), args.pooling, args.dropout)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [dict(params=decayed, weight_decay=args.decay), dict(params=others, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=args.rate, betas=(0.9, 0.999), fused=True)
    total = args.epochs * math.ceil(len(rows) / args.batch)
    warmup = max(1, round(args.warmup * total))
    factor = lambda step: min((step + 1) / warmup, (total - step) / max(1, total - warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)

    accuracies, timed = [], []
    for _ in range(args.epochs):
        model.train()
        for batch in shuffled_batches(lengths, args.batch, draws):
            start = time.perf_counter()
            ids, seen = pad([rows[i] for i in batch], tokenizer.pad_token_id)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.bf16):
                logits = model(ids, seen)
            loss = F.cross_entropy(logits.float(), targets[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            timed.append((time.perf_counter() - start, len(batch), sum(lengths[i] for i in batch)))
            if args.max_steps is not None and len(timed) >= args.max_steps:
                break
        told, _ = tell(model, dev_rows, tokenizer.pad_token_id, EVALUATION_BATCH)
        accuracies.append(round(100 * sum(a == b for a, b in zip(told, expected)) / len(expected), 2))
        if args.max_steps is not None and len(timed) >= args.max_steps:
            break

    seconds, count, tokens = map(sum, zip(*timed[20:])) if len(timed) > 20 else map(sum, zip(*timed))
    dev_tokens = sum(map(len, dev_rows))
    telling = {}
    for name, size in [("32", EVALUATION_BATCH), ("1", 1)]:
        took = min(tell(model, dev_rows, tokenizer.pad_token_id, size)[1] for _ in range(3))
        telling[name] = dict(textsPerSecond=round(len(dev_rows) / took, 1), tokensPerSecond=round(dev_tokens / took, 1))
    result = {
        "accuracy": accuracies,
        "seconds": round(sum(t for t, _, _ in timed), 1),
        "training": dict(textsPerSecond=round(count / seconds, 1), tokensPerSecond=round(tokens / seconds, 1)),
        "telling": telling,
        "threads": args.threads,
        "seed": args.seed,
        "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "torch": torch.__version__,
    }
    print(json.dumps(result, indent=None if args.json else 2))


if __name__ == "__main__":
    main()
