"""Needs PyTorch, transformers and safetensors; reference only, never used by the package.

What is seen inside models: attention weights and hidden states of the checkpoints of huggingface.py, and of the real
MiniLM where MINILM is its folder, by transformers; attention rollout and flow (Abnar and Zuidema 2020) by NumPy.

Run from the repository's root: MINILM=<folder> python tests/reference/inspection.py

Files: tests/reference/inspection/<kind>.safetensors with `attentions` [L, B, H, S, S] of the `ids` and `segments` in the
kind's own golden; minilm-l6.safetensors with `ids` [1, S], `attentions`, and of `hidden` [L + 1, 1, S, 32] the first
units; tests/reference/goldens/rollout.json with the command, `weights` [L][H][T][T], `rollout` [L][T][T] and `flow`
[T][T], from the tokens above the last layer to those below the first.
"""

import json
import os
from pathlib import Path

import numpy as np
import torch
import transformers as t
from safetensors.torch import load_file, save_file

COMMAND = "MINILM=<folder> python tests/reference/inspection.py"
FOLDER = Path(__file__).parent
TEXT = "The bank of the river was muddy, unbelievably so."


def look_inside(folder, **given):
    model = t.AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        out = model(**given, output_attentions=True, output_hidden_states=True)
    return torch.stack(out.attentions), torch.stack(out.hidden_states)


def checkpoints():
    (FOLDER / "inspection").mkdir(exist_ok=True)
    for folder in sorted((FOLDER / "huggingface").iterdir()):
        golden = load_file(folder / "golden.safetensors")
        ids = golden["ids"].long()
        pad = 1 if folder.name == "roberta" else 0
        segments = dict(token_type_ids=golden["segments"].long()) if "segments" in golden else {}
        attentions, hidden = look_inside(folder, input_ids=ids, attention_mask=(ids != pad).long(), **segments)
        assert torch.allclose(hidden, golden["hidden"], atol=1e-4), folder.name
        save(folder.name, {"attentions": attentions})
    real = os.environ.get("MINILM")
    if real:
        batch = t.AutoTokenizer.from_pretrained(real)(TEXT, return_tensors="pt")
        attentions, hidden = look_inside(real, **batch)
        hidden = hidden[..., :32].contiguous()
        save("minilm-l6", {"ids": batch["input_ids"].int(), "attentions": attentions, "hidden": hidden}, text=TEXT)


def save(name, tensors, **facts):
    golden = json.dumps(dict(command=COMMAND, **facts))
    save_file(tensors, FOLDER / "inspection" / f"{name}.safetensors", metadata={"golden": golden})


def mix(weights):
    """Heads' mean with the residual connection, [L, T, T]."""
    return 0.5 * weights.mean(1) + 0.5 * np.eye(weights.shape[-1])


def rollout(weights):
    steps, product = [], np.eye(weights.shape[-1])
    for layer in mix(weights):
        product = layer @ product
        steps.append(product)
    return np.stack(steps)


def flow(weights):
    """The maximum flow from each token above to each below, by augmenting paths, the widest first."""
    layers, length = len(weights), weights.shape[-1]
    edges = mix(weights)
    result = np.zeros((length, length))
    for top in range(length):
        for bottom in range(length):
            residual = {}
            for layer in range(layers):
                for i in range(length):
                    for j in range(length):
                        residual[(layer + 1, i), (layer, j)] = edges[layer, i, j]
                        residual.setdefault(((layer, j), (layer + 1, i)), 0.0)
            total = 0.0
            while True:
                path, width = widest(residual, (layers, top), (0, bottom), layers, length)
                if width < 1e-12:
                    break
                for a, b in zip(path, path[1:]):
                    residual[a, b] -= width
                    residual[b, a] += width
                total += width
            result[top, bottom] = total
    return result


def widest(residual, source, sink, layers, length):
    nodes = [(layer, i) for layer in range(layers + 1) for i in range(length)]
    width, before, open_ = {source: np.inf}, {}, set(nodes)
    while open_:
        node = max(open_, key=lambda n: width.get(n, 0.0))
        open_.remove(node)
        if node == sink or width.get(node, 0.0) == 0.0:
            break
        for layer in (node[0] - 1, node[0] + 1):
            for i in range(length):
                other = (layer, i)
                reach = min(width[node], residual.get((node, other), 0.0))
                if other in open_ and reach > width.get(other, 0.0):
                    width[other], before[other] = reach, node
    path = [sink]
    while path[-1] in before:
        path.append(before[path[-1]])
    return path[::-1], width.get(sink, 0.0) if path[-1] == source else 0.0


def rollout_golden():
    rng = np.random.default_rng(7)
    scores = rng.standard_normal((3, 2, 4, 4)) * 2
    causal = np.where(np.tri(4, dtype=bool), scores, -np.inf)
    goldens = []
    for given in (scores, causal):
        weights = np.exp(given - given.max(-1, keepdims=True))
        weights = (weights / weights.sum(-1, keepdims=True)).astype(np.float32).astype(np.float64)
        goldens.append(dict(weights=weights.tolist(), rollout=rollout(weights).tolist(), flow=flow(weights).tolist()))
    content = dict(command=COMMAND, cases=goldens)
    (FOLDER / "goldens" / "rollout.json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    rollout_golden()
    checkpoints()
