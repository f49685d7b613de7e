"""Needs PyTorch, transformers and safetensors; reference only, never used by the package.

Loads what `tx export --format hf` wrote in transformers, and compares what both programs make of texts.

    tx export runs/x --format hf -o x-hf
    tx embed runs/x -i texts.txt --json > vectors.jsonl
    tx fill runs/x -i hidden.txt --json > words.jsonl
    python tests/reference/check_huggingface.py x-hf --vectors vectors.jsonl --words words.jsonl

With `--like FOLDER`, a checkpoint that was imported before: its parameters and outputs are those of the export.
With `--labels labels.jsonl`, of `tx classify runs/x -i texts.txt --json`: its probabilities or scores.

Prints the largest difference of each kind; exits with 1 where one is over 1e-4, or a parameter is missing.
"""

import argparse
import json
import sys

import torch
import transformers as t

LIMIT = 1e-4


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def load(folder):
    """The class that config.json names, with what was missing and what was not expected."""
    config = t.AutoConfig.from_pretrained(folder)
    kind = getattr(t, config.architectures[0])
    model, info = kind.from_pretrained(folder, output_loading_info=True)
    return model.eval(), info


def batches(tokenizer, texts):
    for text in texts:
        batch = tokenizer(text, return_tensors="pt", truncation=True)
        yield {name: batch[name] for name in tokenizer.model_input_names if name in batch}


def vectors(model, tokenizer, rows):
    for row, batch in zip(rows, batches(tokenizer, [row["text"] for row in rows]), strict=True):
        hidden = model.base_model(**batch).last_hidden_state[0].mean(0)
        yield (hidden - torch.tensor(row["vector"])).abs().max().item()


def words(model, tokenizer, rows):
    for row, batch in zip(rows, batches(tokenizer, [row["text"] for row in rows]), strict=True):
        out = model(**batch)
        logits = out.prediction_logits if "prediction_logits" in out else out.logits
        places = (batch["input_ids"][0] == tokenizer.mask_token_id).nonzero()[:, 0].tolist()
        for place, found in zip(places, row["hidden"], strict=True):
            of = logits[0, place].softmax(-1)
            ids = tokenizer.convert_tokens_to_ids([word["piece"] for word in found])
            for at, word in zip(ids, found, strict=True):
                yield abs(of[at].item() - word["probability"])


def tags(model, tokenizer, rows):
    for row in rows:
        batch = tokenizer(row["words"], is_split_into_words=True, return_tensors="pt")
        logits = model(**{name: batch[name] for name in tokenizer.model_input_names if name in batch}).logits[0]
        for word, (tag, probability) in enumerate(zip(row["tags"], row["probabilities"], strict=True)):
            of = logits[batch.word_ids().index(word)].softmax(-1)
            yield abs(of[model.config.label2id[tag]].item() - probability)


def labels(model, tokenizer, rows):
    if "words" in rows[0]:
        yield from tags(model, tokenizer, rows)
        return
    problem = model.config.problem_type
    for row, batch in zip(rows, batches(tokenizer, [row["text"] for row in rows]), strict=True):
        logits = model(**batch).logits[0]
        if problem == "regression":
            yield abs(logits[0].item() - row["score"])
            continue
        of = logits.softmax(-1) if problem == "single_label_classification" else logits.sigmoid()
        for name, probability in row["probabilities"].items():
            yield abs(of[model.config.label2id[name]].item() - probability)


def like(model, other):
    """Parameters, of which an export may have fewer spellings, and outputs for random ids."""
    own, old = load(other)[0].state_dict(), model.state_dict()
    for name, x in own.items():
        yield (x.float() - old[name].float()).abs().max().item()
    ids = torch.randint(5, model.config.vocab_size, (3, 9), generator=torch.Generator().manual_seed(1))
    other_model = load(other)[0].float()
    a, b = (m(input_ids=ids, output_hidden_states=True).hidden_states for m in (model, other_model))
    yield (torch.stack(a) - torch.stack(b)).abs().max().item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    for name in ("vectors", "words", "labels", "like"):
        parser.add_argument(f"--{name}")
    args = parser.parse_args()
    model, info = load(args.folder)
    tokenizer = t.AutoTokenizer.from_pretrained(args.folder)
    tell = lambda key: sorted(info[key])
    print(type(model).__name__, "missing", tell("missing_keys"), "unexpected", tell("unexpected_keys"))
    failed = bool(info["missing_keys"] or info["mismatched_keys"])
    with torch.no_grad():
        for name, compare in dict(vectors=vectors, words=words, labels=labels).items():
            path = getattr(args, name)
            if path is None:
                continue
            differences = list(compare(model, tokenizer, lines(path)))
            print(f"{name}: {max(differences):.2e} over {len(differences)}")
            failed |= max(differences) > LIMIT
        if args.like:
            differences = list(like(model, args.like))
            print(f"like: {max(differences):.2e} over {len(differences)}")
            failed |= max(differences) > LIMIT
    sys.exit(failed)


if __name__ == "__main__":
    main()
