"""Needs onnx, onnxruntime, NumPy, PyYAML, safetensors and sentencepiece; reference only, never used by the package.

Checks the ONNX models of a run of a language model outside of Node: the checker of onnx on its files, and decode.onnx in
Python's onnxruntime over prompts of different lengths, padded at the front. Its continuations must be

- those of each prompt alone, without padding;
- those of `tx lm generate`, text by SentencePiece and score (not where the run's config draws tokens);
- as likely as eval.onnx says: log p of prompt and continuation is the score, before its length penalty.

Run from the repository's root, after npm run build: python tests/reference/check_lm.py RUN PROMPTS

PROMPTS has one prompt a line; an empty one is the begin of a document. A run whose decode.beamSize is 1 has a graph that
takes tokens one by one, which is run in pieces of 5 tokens, its caches handed on; any other a beam search.
"""

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
import sentencepiece
import yaml
from check_artifacts import BOS, EOS, NAMES, PAD, Model, check_form
from safetensors.numpy import load_file

NO_LABEL = -1
PIECE = 5
TOLERANCE = 1e-4


def pad_front(rows, width):
    """Ids [B, width], and how many places of each row hold nothing."""
    ids = np.array([[PAD] * (width - len(row)) + list(row) for row in rows], np.int32)
    return ids, np.array([width - len(row) for row in rows], np.int64)


def sample(model, prompts, limits, rng):
    """Tokens and their log-probabilities of each prompt, in pieces of PIECE tokens."""
    ids, padding = pad_front(prompts, max(len(row) for row in prompts))
    written = [([], []) for _ in prompts]
    left = np.array(limits, np.int64)
    caches = {}
    for name, x in model.inputs.items():
        if f"{name}.grown" in model.outputs:
            caches[name] = np.zeros([n if isinstance(n, int) else {"B": len(prompts), "P": 0}[n] for n in x.shape], np.float32)
    seen = None
    if "seen" in model.inputs:
        seen = np.zeros([len(prompts), model.inputs["seen"].shape[1]], bool)
        for r, row in enumerate(prompts):
            seen[r, row] = True
    while left.any():
        feeds = {"ids": ids, "padding": padding, "limits": left, "steps": np.array(PIECE, np.int64), **caches, "seen": seen}
        result = model.run({**feeds, "uniforms": rng.random([PIECE, len(prompts)], np.float32) * np.float32(0.999)})
        caches = {name: result[f"{name}.grown"] for name in caches}
        last = np.full([len(prompts), 1], PAD, np.int32)
        for r, (tokens, log_probs) in enumerate(written):
            for token, log_prob in zip(result["tokens"][r].tolist(), result["logProbs"][r].tolist()):
                if left[r] == 0:
                    break
                tokens.append(token)
                log_probs.append(log_prob)
                left[r] = 0 if token == EOS else left[r] - 1
                last[r] = token
                if seen is not None:
                    seen[r, token] = True
        ids = last
    return [(tokens, sum(log_probs)) for tokens, log_probs in written]


def search(model, prompts, limit):
    """The best hypothesis of each prompt, without its end, and its score."""
    prefix, padding = pad_front([row[:-1] for row in prompts], max(1, max(len(row) - 1 for row in prompts)))
    last = np.array([row[-1] for row in prompts], np.int32)
    limits = np.full([len(prompts)], limit, np.int64)
    result = model.run({"prefix": prefix, "padding": padding, "last": last, "limits": limits})
    lengths, scores = result["lengths"][:, 0], result["scores"][:, 0]
    return [(result["sequences"][r, 0, : lengths[r]].tolist(), float(scores[r])) for r in range(len(prompts))]


def log_prob(evaluation, parameters, prompt, tokens):
    """log p of tokens behind a prompt, and of the prompt behind its first token, by eval.onnx."""

    def nll(ids, labels):
        matrices = {"ids": ids, "labels": labels, "segments": [0] * len(ids)}
        feeds = {name: np.array([x], np.int32) for name, x in matrices.items()}
        return float(evaluation.run({**parameters, **feeds})["nll"])

    read = [*prompt, *tokens[:-1]]
    labels = [*prompt[1:], *tokens]
    whole = nll(read, labels)
    behind = nll(read, [NO_LABEL] * (len(prompt) - 1) + tokens)
    before = nll(prompt[:-1], prompt[1:]) if len(prompt) > 1 else 0.0
    assert abs(whole - before - behind) < TOLERANCE * (1 + abs(whole)), "eval.onnx disagrees with itself"
    return -behind


def generate(run, prompts):
    """The first continuation of each prompt by tx: text and score."""
    command = ["node", "bin/tx.js", "lm", "generate", str(run), "-i", str(prompts), "--json"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line)["continuations"][0] for line in lines]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("prompts", type=Path)
    options = parser.parse_args()
    run = options.run
    good = all([check_form(run / f"{name}.onnx") for name in NAMES])
    config = yaml.safe_load((run / "config.yaml").read_text())
    decode, places = config["decode"], config["model"]["maxLength"]
    [tokenizer] = (run / "tokenizers").glob("*.model")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer))
    assert (pieces.pad_id(), pieces.bos_id(), pieces.eos_id()) == (PAD, BOS, EOS)
    texts = options.prompts.read_text().removesuffix("\n").split("\n")
    # Documents begin behind the end of the one before. A prompt that leaves no room loses its start.
    prompts = [[EOS, *pieces.encode(text)][1 - places :] for text in texts]
    model, evaluation = Model(run / "decode.onnx"), Model(run / "eval.onnx")
    parameters = load_file(run / "checkpoints" / "model.safetensors")

    def continue_all(rows):
        if "steps" not in model.inputs:
            return search(model, rows, decode["maxTokens"])
        limits = [min(decode["maxTokens"], places + 1 - len(row)) for row in rows]
        return sample(model, rows, limits, np.random.default_rng(1))

    is_drawn = "uniforms" in model.inputs
    together = continue_all(prompts)
    worst = {"alone": 0.0, "eval.onnx": 0.0, "tx": 0.0}
    differing = []
    for r, (prompt, (tokens, score)) in enumerate(zip(prompts, together)):
        if not is_drawn:
            [(same, other)] = continue_all([prompt])
            worst["alone"] = max(worst["alone"], abs(score - other))
            if same != tokens:
                differing.append(f"prompt {r + 1} alone: {same}, together: {tokens}")
        # What a search found has no end in it, and one that met its limit has none at all.
        ends = [tokens] if "steps" in model.inputs else [[*tokens, EOS], *([tokens] if tokens else [])]
        ends = [end for end in ends if len(prompt) + len(end) - 1 <= places]
        scores = [
            log_prob(evaluation, parameters, prompt, end)
            / (((5 + len(end)) / 6) ** decode["lengthPenalty"] if "steps" not in model.inputs else 1)
            for end in ends
        ]
        worst["eval.onnx"] = max(worst["eval.onnx"], min(abs(score - one) for one in scores))
    if not is_drawn:
        for r, ((tokens, score), own) in enumerate(zip(together, generate(run, options.prompts), strict=True)):
            worst["tx"] = max(worst["tx"], abs(score - own["score"]))
            text = pieces.decode([token for token in tokens if token != EOS])
            if text != own["text"]:
                differing.append(f"prompt {r + 1}: {text!r}, of tx {own['text']!r}")
    written = sum(len(tokens) for tokens, _ in together)
    lengths = sorted(len(prompt) for prompt in prompts)
    print(f"{len(prompts)} prompts of {lengths[0]} to {lengths[-1]} tokens, {written} tokens written{' by chance' if is_drawn else ''}")
    for what, difference in worst.items():
        if not (is_drawn and what != "eval.onnx"):
            print(f"scores and {what}: {difference:.1e} apart at most ({'agree' if difference < TOLERANCE else 'DIFFER'})")
    for line in differing:
        print(f"DIFFERS: {line}")
    good &= not differing and max(worst.values()) < TOLERANCE
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
