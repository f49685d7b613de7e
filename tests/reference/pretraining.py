"""Needs PyTorch, NumPy, safetensors and transformers; reference only, never used by the package.

Makes the golden of pre-training: the losses and gradients of transformers' BertForPreTraining on a padded batch of
pairs, computed in float64.

Run from the repository's root: python tests/reference/pretraining.py

File: tests/reference/goldens/pretraining.safetensors, whose metadata has one key, `golden`: JSON with the command, the
model's configuration (tx's own keys) and the losses. Parameters have tx's names; weights are [in, out].
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn import functional as F
from transformers import BertConfig, BertForPreTraining

COMMAND = "python tests/reference/pretraining.py"
FILE = Path(__file__).parent / "goldens" / "pretraining.safetensors"
CONFIG = dict(numLayers=2, dModel=12, dFf=10, numHeads=3, maxLength=9, positions="learned", activation="gelu",
              segments=2, embeddingNorm=True, pooler=True, scaleEmbedding=False, normEpsilon=1e-12)  # fmt: skip
VOCAB, PAD = 13, 0
IDS = [[2, 5, 4, 7, 3, 4, 9, 3, 0], [2, 4, 3, 11, 12, 3, 0, 0, 0], [2, 6, 3, 4, 8, 10, 12, 4, 3]]
SEGMENTS = [[0, 0, 0, 0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1, 1, 1, 1]]
PLACES = [2, 5, 6, 10, 21, 25]
TARGETS = [6, 3, 9, 10, 3, 12]
LABELS = [0, 1, 1]

LAYER = {
    "attention.self.query": "selfAttn.q", "attention.self.key": "selfAttn.k", "attention.self.value": "selfAttn.v",
    "attention.output.dense": "selfAttn.o", "attention.output.LayerNorm": "selfAttnNorm",
    "intermediate.dense": "ff.in", "output.dense": "ff.out", "output.LayerNorm": "ffNorm",
}  # fmt: skip
NAMES = {
    "bert.embeddings.word_embeddings.weight": "embed.weight",
    "bert.embeddings.position_embeddings.weight": "positions.weight",
    "bert.embeddings.token_type_embeddings.weight": "segments.weight",
    "cls.predictions.bias": "mlm.output.bias",
}
for kind in ("weight", "bias"):
    for theirs, ours in {
        "bert.embeddings.LayerNorm": "embedNorm",
        "bert.pooler.dense": "pooler",
        "cls.predictions.transform.dense": "mlm.transform",
        "cls.predictions.transform.LayerNorm": "mlm.norm",
        "cls.seq_relationship": "nsp",
        **{f"bert.encoder.layer.{i}.{a}": f"encoder.{i}.{b}" for i in range(2) for a, b in LAYER.items()},
    }.items():
        NAMES[f"{theirs}.{kind}"] = f"{ours}.{kind}"


def main():
    config = BertConfig(
        vocab_size=VOCAB, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=10,
        max_position_embeddings=9, type_vocab_size=2, hidden_dropout_prob=0, attention_probs_dropout_prob=0,
    )  # fmt: skip
    model = BertForPreTraining(config).double()
    rng = np.random.default_rng(7)
    named = {name: p for name, p in model.named_parameters() if name in NAMES}
    assert set(named) == set(NAMES), set(NAMES) ^ set(named)
    with torch.no_grad():
        for p in named.values():
            p.copy_(torch.from_numpy(rng.normal(0.2 if p.dim() == 1 else 0, 0.4, p.shape).astype(np.float32)))
    model.tie_weights()
    ids = torch.tensor(IDS)
    labels = torch.full((ids.numel(),), -100)
    labels[PLACES] = torch.tensor(TARGETS)
    out = model(
        input_ids=ids, token_type_ids=torch.tensor(SEGMENTS), attention_mask=(ids != PAD).long(),
        labels=labels.view_as(ids), next_sentence_label=torch.tensor(LABELS),
    )  # fmt: skip
    out.loss.backward()
    words = F.cross_entropy(out.prediction_logits.flatten(0, 1)[PLACES], torch.tensor(TARGETS))
    pairs = F.cross_entropy(out.seq_relationship_logits, torch.tensor(LABELS))
    facts = dict(
        command=COMMAND, config=CONFIG, vocabSize=VOCAB, padId=PAD, loss=out.loss.item(),
        maskedWords=words.item(), nextSentence=pairs.item(),
        maskedAccuracy=(out.prediction_logits.flatten(0, 1)[PLACES].argmax(1).numpy() == TARGETS).mean().item(),
        nextSentenceAccuracy=(out.seq_relationship_logits.argmax(1).numpy() == LABELS).mean().item(),
    )  # fmt: skip

    def ours(name, tensor):
        turned = tensor.T if tensor.dim() == 2 and "embeddings" not in name else tensor
        return np.ascontiguousarray(turned.detach().numpy().astype(np.float32))

    batch = dict(ids=IDS, segments=SEGMENTS, places=PLACES, targets=TARGETS, labels=LABELS)
    tensors = {f"batch/{name}": np.array(values, np.int32) for name, values in batch.items()}
    for name, p in named.items():
        tensors[f"param/{NAMES[name]}"] = ours(name, p)
        tensors[f"grad/{NAMES[name]}"] = ours(name, p.grad)
    save_file(tensors, FILE, {"golden": json.dumps(facts)})
    print(FILE, facts)


if __name__ == "__main__":
    main()
