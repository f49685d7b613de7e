# Makes goldens/significance.json: raw streams of numpy's generator, and the paired tests and confidence intervals of
# sacreBLEU 2.6.0 on seeded invented segments, with the statistics they were computed from.
# Run from the repository's root: python tests/reference/significance.py (needs sacrebleu==2.6.0; tests only read the result).
# With --wmt21 FOLDER it adds figures for the WMT 2021 en-de systems in FOLDER to the golden: scores alone, no text.
import argparse
import json
import os
import random

import numpy as np
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest
from sacrebleu.utils import Color, _format_score_lines

assert sacrebleu.__version__ == "2.6.0"
Color.ENABLE_COLORS = False
METRICS = {"bleu": BLEU, "chrf": CHRF, "ter": TER}
rng = random.Random(20240707)


def describe_stream(seed):
    """numpy.random.default_rng under one seed; every list is drawn from a fresh generator."""

    def fresh():
        return np.random.default_rng(seed)

    mixed = fresh()
    bits = mixed.integers(2, size=(3, 35), dtype=bool).astype(int)
    return {
        "seed": str(seed),
        "words": fresh().integers(0, 2**32, size=9, dtype=np.uint32).tolist(),
        "choices": [
            # 1431655766 rejects every third word, 1073741825 every fourth.
            [bound, fresh().choice(bound, size=12).tolist()]
            for bound in (1, 2, 3, 10, 3003, 2**20 + 1, 1073741825, 1431655766, 2**31 - 1, 2**31)
        ],
        # 105 bits take four words; the choice that follows starts at the fifth.
        "bits": "".join(map(str, bits.ravel())),
        "afterBits": mixed.choice(10, size=5).tolist(),
    }


WORDS = "a the dog cat sat ran on under mat tree big small red , . slowly home away it was".split()


def invent(count):
    return [" ".join(rng.choice(WORDS) for _ in range(rng.randint(3, 16))) for _ in range(count)]


def garble(lines, rate):
    def change(word):
        if rng.random() >= rate:
            return [word]
        return rng.choice([[], [rng.choice(WORDS)], [word, rng.choice(WORDS)], [word + "s"]])

    return [" ".join(w for word in line.split() for w in change(word)) or "." for line in lines]


class WholeTER(TER):
    """TER with statistics times 6. The mean length of three references is in thirds, which no sum of doubles holds
    exactly: which trials of a randomization then tie with the observed difference is up to the processor's order of
    additions. Whole numbers give the exact answer."""

    def _compute_segment_statistics(self, hypothesis, ref_kwargs):
        return [round(6 * value) for value in super()._compute_segment_statistics(hypothesis, ref_kwargs)]


def describe_result(result):
    return {key: None if value is None else float(value) for key, value in result.__dict__.items()}


def run_test(metric_name, systems, refs, test, seed, samples, confidence=-1):
    os.environ["SACREBLEU_SEED"] = str(seed)
    kind = WholeTER if metric_name == "ter" and test == "ar" else METRICS[metric_name]
    metric = kind(references=refs)
    paired = PairedTest(systems, {metric_name: metric}, None, test, samples, confidence)
    signatures, scores = paired()
    (name,) = signatures
    cells = _format_score_lines(dict(scores), width=2, multiline=False)
    return {
        "metric": metric_name,
        "test": test,
        "seed": str(seed),
        "samples": samples,
        "confidence": confidence,
        "signature": str(signatures[name]),
        "results": [describe_result(result) for result in scores[name]],
        "cells": next(column for key, column in cells.items() if key != "System"),
    }


def run_single(metric_name, hyps, refs, samples):
    os.environ["SACREBLEU_SEED"] = "12345"
    metric = METRICS[metric_name](references=refs)
    score = metric.corpus_score(hyps, None, n_bootstrap=samples)
    return {
        "metric": metric_name,
        "samples": samples,
        "mean": float(score._mean),
        "interval": float(score._ci),
        "text": score.format(score_only=True),
        "signature": str(metric.get_signature()),
    }


parser = argparse.ArgumentParser()
parser.add_argument("--wmt21")
args = parser.parse_args()

SEGMENTS = 40
truth = invent(SEGMENTS)
references = [garble(truth, rate) for rate in (0.05, 0.15, 0.25)]
systems = [("base", garble(truth, 0.3)), ("close", garble(truth, 0.29)), ("better", garble(truth, 0.18))]

corpora = []
for num_refs in (1, 2, 3):
    refs = references[:num_refs]
    tests = []
    for metric in METRICS:
        for seed in (12345, 2**40 + 7):
            tests.append(run_test(metric, systems, refs, "bs", seed, 1000))
            tests.append(run_test(metric, systems, refs, "ar", seed, 500))
        tests.append(run_test(metric, systems, refs, "ar", 12345, 201, 101))
    corpora.append(
        {
            "numRefs": num_refs,
            "statistics": {
                name: [METRICS[name]()._extract_corpus_statistics(hyps, refs) for _, hyps in systems]
                for name in METRICS
            },
            "tests": tests,
            "singles": [run_single(name, systems[0][1], refs, 1000) for name in METRICS],
        }
    )

path = "tests/reference/goldens/significance.json"
if args.wmt21:

    def read(name):
        with open(os.path.join(args.wmt21, f"newstest2021.en-de.{name}.de"), encoding="utf-8", newline="\n") as file:
            return [line.rstrip("\n") for line in file]

    names = ["Manifold", "UEdin", "Online-A", "Facebook-AI"]
    wmt21_systems = [(name, read(f"hyp.{name}")) for name in names]
    wmt21 = [run_test("bleu", wmt21_systems, [read("ref.A")], test, 12345, 0) for test in ("bs", "ar")]
elif os.path.exists(path):
    with open(path, encoding="utf-8") as file:
        wmt21 = json.load(file)["wmt21"]
else:
    wmt21 = []

golden = {
    "command": "python tests/reference/significance.py --wmt21 FOLDER",
    "version": sacrebleu.__version__,
    "numpy": np.__version__,
    "streams": [describe_stream(seed) for seed in (0, 1, 12345, 2**32 - 1, 2**32 + 5, 2**64 + 12345, 2**130 + 7)],
    "corpora": corpora,
    "wmt21": wmt21,
}
with open(path, "w", encoding="utf-8") as file:
    json.dump(golden, file, ensure_ascii=False, separators=(",", ":"))
    file.write("\n")
