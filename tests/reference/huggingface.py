"""Needs PyTorch, transformers and safetensors; reference only, never used by the package.

Makes small checkpoints with random weights, one a kind and spelling that Hugging Face's hub has, and what transformers
computes with them: hidden states of all layers, heads, vectors of texts, words for a hidden one.

Run from the repository's root: python tests/reference/huggingface.py

Files: tests/reference/huggingface/<kind>/, a folder as save_pretrained writes it, with golden.safetensors beside, whose
metadata has one key, `golden`: JSON with the command, the texts and the words. Of the tensors in it `ids` and `segments`
are the input, padded on the right; `hidden` [L + 1, B, S, D], `pooled` [B, D], `words` [B, S, V] and `next` [B, 2] what
the model makes of it; `mean` and `first` [3, D] the vectors of the texts.
"""

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers as t
from safetensors.torch import load_file, save_file
from tokenizers import ByteLevelBPETokenizer

COMMAND = "python tests/reference/huggingface.py"
FOLDER = Path(__file__).parent / "huggingface"
TEXTS = ["The weather is lovely today.", "It's so sunny!", "A cat."]
HIDDEN_WORD = "The {} is lovely."

WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] . , ! ' a b c d e h i l n o r s t u v w y ##a ##b ##c ##d ##e ##h ##i ##l ##n
##o ##r ##s ##t ##u ##v ##w ##y the weather is love ##ly today it so sun ##ny cat dog""".split()
SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, type_vocab_size=2)
DISTIL_SIZES = dict(dim=16, n_layers=2, n_heads=4, hidden_dim=24)


def word_piece(folder):
    path = Path(folder) / "vocab.txt"
    path.write_text("".join(f"{word}\n" for word in WORDS))
    return t.BertTokenizerFast(vocab=str(path), model_max_length=40)


def byte_level(folder):
    trainer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer.train_from_iterator(TEXTS * 3, vocab_size=290, min_frequency=1, special_tokens=special)
    trainer.save_model(str(folder))
    files = dict(vocab=f"{folder}/vocab.json", merges=f"{folder}/merges.txt")
    return t.RobertaTokenizerFast(**files, model_max_length=40)


def randomize(model, seed):
    """Matrices N(0, 0.3), vectors N(0, 0.1), those of norms around 1."""
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            x = rng.standard_normal(p.shape) * (0.3 if p.ndim > 1 else 0.1)
            is_norm = "norm" in name.lower() and name.endswith("weight")
            p.copy_(torch.from_numpy(x + (1.0 if is_norm else 0.0)))
    model.tie_weights()


def old_names(tensors):
    """As checkpoints that were converted from TensorFlow's have them, in their time."""
    renamed = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): x
        for name, x in tensors.items()
    }
    renamed["cls.predictions.decoder.weight"] = renamed["bert.embeddings.word_embeddings.weight"].clone()
    renamed["bert.embeddings.position_ids"] = torch.arange(40)[None]
    return renamed


def with_buffer(tensors):
    return {**tensors, "embeddings.position_ids": torch.arange(40)[None]}


def in_all_spellings(tensors):
    shared = {"lm_head.decoder.weight": "roberta.embeddings.word_embeddings.weight", "lm_head.decoder.bias": "lm_head.bias"}
    return {**tensors, **{name: tensors[other].clone() for name, other in shared.items()}}


bert = lambda: t.BertConfig(vocab_size=len(WORDS), max_position_embeddings=40, **SIZES)
distilbert = lambda: t.DistilBertConfig(vocab_size=len(WORDS), max_position_embeddings=40, **DISTIL_SIZES)
roberta = lambda vocab: t.RobertaConfig(
    vocab_size=vocab, max_position_embeddings=42, layer_norm_eps=1e-5, **{**SIZES, "type_vocab_size": 1}
)

KINDS = {
    "bert": (word_piece, lambda v: t.BertForPreTraining(bert()), torch.float32, lambda x: x),
    "bert-old": (word_piece, lambda v: t.BertForPreTraining(bert()), torch.bfloat16, old_names),
    "minilm": (word_piece, lambda v: t.BertModel(bert()), torch.float16, with_buffer),
    "distilbert": (word_piece, lambda v: t.DistilBertForMaskedLM(distilbert()), torch.float32, lambda x: x),
    "roberta": (byte_level, lambda v: t.RobertaForMaskedLM(roberta(v)), torch.float32, in_all_spellings),
}


def golden(model, tokenizer, seed):
    """What the model gives for random ids, and for texts."""
    base = model.base_model
    rng = np.random.default_rng(seed)
    pad = tokenizer.pad_token_id
    ids = torch.from_numpy(rng.integers(5, len(tokenizer), (3, 9)))
    segments = torch.zeros_like(ids)
    segments[0, 4:], segments[1, 3:6] = 1, 1
    ids[1, 6:], ids[2, 2:] = pad, pad
    has_segments = getattr(model.config, "type_vocab_size", 0) > 1
    given = dict(input_ids=ids, attention_mask=(ids != pad).long(), output_hidden_states=True)
    whole = model(**given, **(dict(token_type_ids=segments) if has_segments else {}))
    tensors = {"ids": ids.int(), "hidden": torch.stack(whole.hidden_states)}
    if has_segments:
        tensors["segments"] = segments.int()
    if getattr(base, "pooler", None) is not None:
        tensors["pooled"] = base.pooler(whole.hidden_states[-1])
    for key, name in dict(words="prediction_logits", next="seq_relationship_logits").items():
        if name in whole:
            tensors[key] = whole[name]
    if "logits" in whole:
        tensors["words"] = whole.logits
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
    last = base(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
    mask = batch["attention_mask"][..., None]
    tensors["mean"] = (last * mask).sum(1) / mask.sum(1)
    tensors["first"] = last[:, 0]
    facts = dict(command=COMMAND, texts=TEXTS, ids=[tokenizer(text)["input_ids"] for text in TEXTS])
    if "words" in tensors:
        text = HIDDEN_WORD.format(tokenizer.mask_token)
        batch = tokenizer(text, return_tensors="pt")
        at = batch["input_ids"][0].tolist().index(tokenizer.mask_token_id)
        out = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"])
        logits = out.prediction_logits if "prediction_logits" in out else out.logits
        best = logits[0, at].softmax(-1).topk(5)
        pieces = tokenizer.convert_ids_to_tokens(best.indices.tolist())
        facts["fill"] = dict(text=text, pieces=pieces, probabilities=best.values.tolist())
    return tensors, facts


def make(name, make_tokenizer, make_model, dtype, spell, seed):
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = make_tokenizer(scratch)
        model = make_model(len(tokenizer))
        randomize(model, seed)
        model.to(dtype).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        if name == "bert-old":
            (folder / "tokenizer.json").unlink()
            shutil.copy(f"{scratch}/vocab.txt", folder)
    path = folder / "model.safetensors"
    save_file(spell(load_file(path)), path, metadata={"format": "pt"})
    kind = type(model)
    loaded = kind.from_pretrained(folder, dtype=torch.float32).eval()
    for (key, a), (_, b) in zip(model.state_dict().items(), loaded.state_dict().items(), strict=True):
        assert torch.equal(a.float(), b.float()), key
    with torch.no_grad():
        tensors, facts = golden(loaded, tokenizer, seed + 1)
    save_file(
        {key: x.contiguous() for key, x in tensors.items()},
        folder / "golden.safetensors",
        metadata={"golden": json.dumps(facts)},
    )


if __name__ == "__main__":
    for number, (name, row) in enumerate(KINDS.items()):
        make(name, *row, seed=10 * number)
