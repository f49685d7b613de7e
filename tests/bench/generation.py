"""Needs PyTorch, safetensors and transformers; reference only, never used by the package.

Times greedy generation by Hugging Face transformers with its cache, over the weights that generation.mjs saves: a Llama
of the same shape. Prints JSON with seconds, tokens a second, peak memory and the tokens.

Example: python tests/bench/generation.py --weights w.safetensors --config '{"numLayers": 8, …}' --batch 16
"""

import argparse
import json
import resource
import time

import torch
from safetensors.torch import load_file
from transformers import LlamaConfig, LlamaForCausalLM

FIRST_WORD = 4


def make_prompts(batch, length, vocab):
    """As in generation.mjs: s = (1664525 s + 1013904223) mod 2^32, id = 4 + (s >> 8) mod (V - 4)."""
    s, ids = 1, []
    for _ in range(batch * length):
        s = (1664525 * s + 1013904223) & 0xFFFFFFFF
        ids.append(FIRST_WORD + (s >> 8) % (vocab - FIRST_WORD))
    return torch.tensor(ids).reshape(batch, length)


def load(path, config):
    weights = load_file(path)
    vocab, width = weights["embed.weight"].shape
    heads = config["numHeads"]
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocab,
            hidden_size=width,
            intermediate_size=config["dFf"],
            num_hidden_layers=config["numLayers"],
            num_attention_heads=heads,
            num_key_value_heads=config.get("numKvHeads", heads),
            head_dim=width // heads,
            max_position_embeddings=config["maxLength"],
            rms_norm_eps=1e-6,
            rope_theta=10000.0,
            tie_word_embeddings=True,
            attention_bias=False,
            pad_token_id=0,
            bos_token_id=None,
            eos_token_id=None,
        )
    )
    named = {"model.embed_tokens.weight": weights["embed.weight"], "model.norm.weight": weights["decoder.norm.weight"]}
    parts = {
        "selfAttn.q": "self_attn.q_proj",
        "selfAttn.k": "self_attn.k_proj",
        "selfAttn.v": "self_attn.v_proj",
        "selfAttn.o": "self_attn.o_proj",
        "ff.gate": "mlp.gate_proj",
        "ff.in": "mlp.up_proj",
        "ff.out": "mlp.down_proj",
    }
    for i in range(config["numLayers"]):
        for own, theirs in parts.items():
            named[f"model.layers.{i}.{theirs}.weight"] = weights[f"decoder.{i}.{own}.weight"].T.contiguous()
        named[f"model.layers.{i}.input_layernorm.weight"] = weights[f"decoder.{i}.selfAttnNorm.weight"]
        named[f"model.layers.{i}.post_attention_layernorm.weight"] = weights[f"decoder.{i}.ffNorm.weight"]
    missing, unexpected = model.load_state_dict(named, strict=False)
    assert not unexpected and all(name == "lm_head.weight" for name in missing), (missing, unexpected)
    model.tie_weights()
    return model.eval(), vocab


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--prompt", type=int, default=128)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model, vocab = load(args.weights, json.loads(args.config))
    model = model.to(getattr(torch, args.dtype))
    prompts = make_prompts(args.batch, args.prompt, vocab)
    mask = torch.ones_like(prompts)

    def generate(count):
        start = time.perf_counter()
        with torch.inference_mode():
            ids = model.generate(
                prompts, attention_mask=mask, do_sample=False, max_new_tokens=count, min_new_tokens=count, use_cache=True
            )
        return time.perf_counter() - start, ids[:, args.prompt :]

    generate(8)
    seconds, ids = generate(args.tokens)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "tokensPerSecond": args.batch * args.tokens / seconds,
                "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "tokens": ids.tolist(),
            }
        )
    )


if __name__ == "__main__":
    main()
