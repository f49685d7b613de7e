"""Needs PyTorch and transformers; reference only, never used by the package.

Fine-tunes an encoder of transformers as configs/bert/*-minilm.yaml do: classes of texts or pairs, scores of pairs, tags
of words (from the first piece of each): AdamW, no decay of norms and biases, warm-up, linear decay, clipping by global
norm, dropout before the last layer; batches of texts of like lengths, padded to the longest. Prints the figures on the
held-out table after each epoch, and texts and tokens (without padding) a second of training and of telling, in batches
of 32 and one at a time.

Example: python tests/bench/pytorch_finetune.py MODEL train.tsv dev.tsv --text sentence content --epochs 3 --json
         python tests/bench/pytorch_finetune.py MODEL mrpc.tsv mrpc.tsv --pair sentence1 sentence2 --fold 1/5
         python tests/bench/pytorch_finetune.py MODEL stsb.tsv dev.tsv --pair sentence1 sentence2 --score score
         python tests/bench/pytorch_finetune.py MODEL train.conll dev.conll --tags
"""

import argparse
import csv
import json
import math
import random
import resource
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

EVALUATION_BATCH = 32
# Batches of texts that are sorted by length among themselves.
POOL = 50
# Words without a tag: pieces after a word's first, special tokens, padding.
IGNORED = -100


class Head(nn.Module):
    """A layer over the mean of a text's vectors, over the pooler's vector, or over every vector ("tokens")."""

    def __init__(self, folder, width, pooling, dropout):
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="sdpa")
        self.pooling, self.dropout = pooling, nn.Dropout(dropout)
        self.output = nn.Linear(self.encoder.config.hidden_size, width)
        nn.init.normal_(self.output.weight, std=0.02)
        nn.init.zeros_(self.output.bias)

    def forward(self, ids, segments, seen):
        told = self.encoder(input_ids=ids, token_type_ids=segments, attention_mask=seen)
        if self.pooling == "pooler":
            vector = told.pooler_output
        elif self.pooling == "tokens":
            vector = told.last_hidden_state
        else:
            weights = seen.unsqueeze(-1).to(told.last_hidden_state.dtype)
            vector = (told.last_hidden_state * weights).sum(1) / weights.sum(1)
        return self.output(self.dropout(vector))


def read_table(path, texts, label, keep):
    """Texts, a list for each column, and labels; a tab is the only thing that parts cells."""
    with open(path, encoding="utf-8", newline="\n") as lines:
        rows = csv.DictReader((line.rstrip("\r\n") for line in lines), delimiter="\t", quoting=csv.QUOTE_NONE)
        kept = [row for i, row in enumerate(rows) if keep(i)]
    return [[row[name] for row in kept] for name in texts], [row[label] for row in kept]


def read_tagged(path):
    """Words and tags of each sentence; a blank line parts them."""
    with open(path, encoding="utf-8") as lines:
        blocks = [block.splitlines() for block in lines.read().strip().split("\n\n")]
    parts = [[line.split("\t") for line in block] for block in blocks]
    return [[word for word, _ in block] for block in parts], [[tag for _, tag in block] for block in parts]


def in_fold(text):
    """Whether row i is of fold k of n."""
    k, n = map(int, text.split("/"))
    return lambda i: i % n == k - 1


def pad(rows, pad_id):
    longest = max(len(ids) for ids, _ in rows)
    fill = lambda values, value: torch.tensor([list(one) + [value] * (longest - len(one)) for one in values])
    ids, segments = zip(*rows)
    return fill(ids, pad_id), fill(segments, 0), fill([[1] * len(one) for one in ids], 0)


def pad_targets(targets, longest):
    if not isinstance(targets[0], list):
        return torch.tensor(targets)
    return torch.tensor([one + [IGNORED] * (longest - len(one)) for one in targets])


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
    """The model's output for each row, and the seconds it took."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
    told = [None] * len(rows)
    model.eval()
    start = time.perf_counter()
    with torch.inference_mode():
        for begin in range(0, len(order), size):
            batch = order[begin : begin + size]
            for i, output in zip(batch, model(*pad([rows[i] for i in batch], pad_id)).float().numpy()):
                told[i] = output
    return told, time.perf_counter() - start


def correlate(a, b):
    return float(np.corrcoef(np.asarray(a, float), np.asarray(b, float))[0, 1])


def ranks(values):
    """From 1; those of equal values are their mean."""
    _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[place]


def score_classes(told, expected):
    """Accuracy; of two classes F1 of the second, and Matthews' correlation."""
    found, expected = np.asarray(told), np.asarray(expected)
    figures = {"accuracy": float((found == expected).mean())}
    if expected.max() == 1:
        hits = int(((found == 1) & (expected == 1)).sum())
        figures["f1"] = 2 * hits / max(1, int((found == 1).sum() + (expected == 1).sum()))
        figures["matthews"] = correlate(found, expected) if found.min() != found.max() else 0.0
    return figures


def main():
    parser = argparse.ArgumentParser(description="Fine-tune an encoder in PyTorch on the CPU.")
    parser.add_argument("model", help="a folder that save_pretrained wrote")
    parser.add_argument("train"), parser.add_argument("dev")
    parser.add_argument("--text", nargs=2, default=["sentence", "sentence"], help="columns of both tables")
    parser.add_argument("--pair", nargs=2, help="the two columns of pairs")
    parser.add_argument("--label", default="label")
    parser.add_argument("--score", help="a column of numbers, in place of classes")
    parser.add_argument("--tags", action="store_true", help="files of words and tags")
    parser.add_argument("--fold", help="train on all rows but those of fold k/n, which are held out")
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
    parser.add_argument("--keep-embeddings", action="store_true", help="the table of pieces is not trained")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--figures", action="store_true", help="do not measure how fast it tells")
    parser.add_argument("--json", action="store_true", help="print one line of JSON (default: indented)")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    draws = random.Random(args.seed)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    pad_id = tokenizer.pad_token_id

    def encode(columns, **options):
        found = tokenizer(*columns, truncation=True, max_length=512, padding=False, **options)
        return found, list(zip(found["input_ids"], found["token_type_ids"]))

    if args.tags:
        words, tags = read_tagged(args.train)
        dev_words, dev_tags = read_tagged(args.dev)
        classes = sorted({tag for sentence in tags for tag in sentence})

        def tag_pieces(encoded, all_tags):
            targets = []
            for i, sentence in enumerate(all_tags):
                places = encoded.word_ids(i)
                first = [w is not None and w != before for before, w in zip([None, *places], places)]
                known = lambda w: classes.index(sentence[w]) if sentence[w] in classes else len(classes)
                targets.append([known(w) if new else IGNORED for new, w in zip(first, places)])
            return targets

        encoded, rows = encode([words], is_split_into_words=True)
        dev_encoded, dev_rows = encode([dev_words], is_split_into_words=True)
        targets, expected = tag_pieces(encoded, tags), tag_pieces(dev_encoded, dev_tags)
        count_words = sum(map(len, dev_tags))
        width, pooling = len(classes), "tokens"
    else:
        columns = [args.pair, args.pair] if args.pair else [[name] for name in args.text]
        label = args.score or args.label
        held = in_fold(args.fold) if args.fold else None
        texts, labels = read_table(args.train, columns[0], label, (lambda i: not held(i)) if held else lambda i: True)
        dev_texts, dev_labels = read_table(args.dev, columns[1], label, held or (lambda i: True))
        (_, rows), (_, dev_rows) = encode(texts), encode(dev_texts)
        pooling = args.pooling
        if args.score:
            scores = np.array(labels, float)
            center, spread = scores.mean(), scores.std()
            targets, expected, width = ((scores - center) / spread).tolist(), [float(one) for one in dev_labels], 1
        else:
            classes = sorted(set(labels))
            targets = [classes.index(one) for one in labels]
            expected, width = [classes.index(one) for one in dev_labels], len(classes)

    def loss_of(output, wanted):
        if args.score:
            return F.mse_loss(output.squeeze(-1), wanted.float())
        return F.cross_entropy(output.reshape(-1, width), wanted.reshape(-1), ignore_index=IGNORED)

    def judge(told):
        if args.score:
            found = [one[0] for one in told]
            return {"spearman": correlate(ranks(found), ranks(expected)), "pearson": correlate(found, expected)}
        if args.tags:
            hits = sum(
                int(output.argmax() == tag)
                for outputs, wanted in zip(told, expected)
                for output, tag in zip(outputs, wanted)
                if tag != IGNORED
            )
            return {"accuracy": hits / count_words}
        return score_classes([int(one.argmax()) for one in told], expected)

    lengths = [len(ids) for ids, _ in rows]
    model = Head(args.model, width, pooling, args.dropout)
    model.encoder.get_input_embeddings().weight.requires_grad_(not args.keep_embeddings)
    trained = [p for p in model.parameters() if p.requires_grad]
    decayed = [p for p in trained if p.dim() > 1]
    others = [p for p in trained if p.dim() <= 1]
    groups = [dict(params=decayed, weight_decay=args.decay), dict(params=others, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=args.rate, betas=(0.9, 0.999), fused=True)
    total = args.epochs * math.ceil(len(rows) / args.batch)
    warmup = max(1, round(args.warmup * total))
    factor = lambda step: min((step + 1) / warmup, (total - step) / max(1, total - warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)

    figures, timed = [], []
    ended = lambda: args.max_steps is not None and len(timed) >= args.max_steps
    while len(figures) < args.epochs and not ended():
        model.train()
        for batch in shuffled_batches(lengths, args.batch, draws):
            start = time.perf_counter()
            inputs = pad([rows[i] for i in batch], pad_id)
            wanted = pad_targets([targets[i] for i in batch], inputs[0].shape[1])
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.bf16):
                output = model(*inputs)
            loss = loss_of(output.float(), wanted)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            timed.append((time.perf_counter() - start, len(batch), sum(lengths[i] for i in batch)))
            if ended():
                break
        told, _ = tell(model, dev_rows, pad_id, EVALUATION_BATCH)
        figures.append({name: round(100 * value, 2) for name, value in judge(told).items()})

    seconds, count, tokens = map(sum, zip(*timed[20:])) if len(timed) > 20 else map(sum, zip(*timed))
    dev_tokens = sum(len(ids) for ids, _ in dev_rows)
    telling = {}
    for name, size in [] if args.figures else [("32", EVALUATION_BATCH), ("1", 1)]:
        took = min(tell(model, dev_rows, pad_id, size)[1] for _ in range(3))
        telling[name] = dict(textsPerSecond=round(len(dev_rows) / took, 1), tokensPerSecond=round(dev_tokens / took, 1))
    result = {
        "figures": figures,
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
