"""Needs sacrebleu==2.6.0; reference only, never used by the package.

The half of scoring.mjs that times sacreBLEU inside one process: a job is done once, then timed.

Example: python tests/bench/scoring.py --job bleu --folder DIR --repeats 10
"""

import argparse
import json
import logging
import statistics
import time
from pathlib import Path

from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest

NUM_SYSTEMS = 10

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--job", choices=["bleu", "bootstrap"], required=True)
parser.add_argument("--folder", type=Path, required=True)
parser.add_argument("--repeats", type=int, default=10)
parser.add_argument("--samples", type=int, default=1000)
args = parser.parse_args()
logging.disable(logging.CRITICAL)


def read_lines(name):
    return (args.folder / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")


ref = read_lines("ref")
systems = [(str(s), read_lines(f"system{s}")) for s in range(NUM_SYSTEMS)]


def score():
    return [BLEU().corpus_score(systems[0][1], [ref]).score]


def bootstrap():
    metrics = {"BLEU": BLEU(references=[ref])}
    _, scores = PairedTest(systems, metrics, references=None, test_type="bs", n_samples=args.samples)()
    return [value for result in scores["BLEU"] for value in (result.score, result.p_value or 0)]


job = {"bleu": score, "bootstrap": bootstrap}[args.job]
figures = job()
times = []
for _ in range(args.repeats):
    start = time.perf_counter()
    figures = job()
    times.append(time.perf_counter() - start)
print(json.dumps({"seconds": statistics.median(times), "figures": [float(value) for value in figures]}))
