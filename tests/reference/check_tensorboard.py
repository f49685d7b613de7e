"""Needs tensorboard (pip install tensorboard); reference only, never used by the package.

Checks the event files of a run against its metrics.jsonl with TensorBoard's own readers: every figure stands under its
tag at its step once, text and hyper-parameters are there, and each file can be read when it is cut off anywhere.

Run from the repository's root: python tests/reference/check_tensorboard.py RUN [--cuts N]

RUN was trained with logging.tensorboard. N places, evenly spread, are tried for the end of each file (200 if left out).
"""

import argparse
import json
import math
import tempfile
from collections import defaultdict
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import metadata

UNTOLD = {"event", "step", "epoch", "metric", "score", "best", "weights", "set", "signature", "seconds"}


def expected_scalars(metrics):
    """The figures of metrics.jsonl: tag -> {step: value}."""
    found = defaultdict(dict)
    last = 0
    for line in metrics.read_text().splitlines():
        event = json.loads(line)
        kind = event["event"]
        if kind == "result":
            group = "test" if event["set"] == "test" else f"valid-{event['weights']}"
            found[f"{group}/{event['metric']}"][last] = event["score"]
            continue
        step = last = event["step"]
        group = {"step": "train", "validation": "valid"}[kind]
        for name in ("epoch", "seconds"):
            found[f"{group}/{name}"][step] = event[name]
        if "score" in event:
            found[f"{group}/{event['metric']}"][step] = event["score"]
        for name in event.keys() - UNTOLD:
            found[f"{group}/{name}"][step] = event[name]
    return found


def check_scalars(events, expected):
    tags = set(events.Tags()["scalars"])
    assert tags == set(expected), f"tags differ: {tags ^ set(expected)}"
    count = 0
    for tag, points in expected.items():
        told = [(e.step, e.value) for e in events.Scalars(tag)]
        # Results at the last update stand once for each time that the run was judged.
        steps = [step for step, _ in told]
        if tag.split("/")[0] in ("train", "valid"):
            assert steps == sorted(points), f"{tag}: steps {steps}, metrics.jsonl {sorted(points)}"
        for step, value in points.items():
            last = [v for s, v in told if s == step][-1]
            assert math.isclose(last, value, rel_tol=1e-6, abs_tol=1e-9), f"{tag} at {step}: {last}, {value}"
            count += 1
    print(f"{count} points under {len(expected)} tags are those of metrics.jsonl")


def check_text(events, run):
    texts = events.PluginTagToContent("text")
    for tag in sorted(texts):
        told = events.Tensors(tag)
        print(f"text {tag}: at {[e.step for e in told]}")
        assert all(e.tensor_proto.string_val[0] for e in told)
    config = events.Tensors("config")[-1].tensor_proto.string_val[0].decode()
    unindented = "\n".join(line.removeprefix("    ") for line in config.split("\n"))
    assert unindented.strip() == (run / "config.yaml").read_text().strip(), "config differs from config.yaml"


def check_hparams(events):
    content = events.PluginTagToContent("hparams")
    start = metadata.parse_session_start_info_plugin_data(content[metadata.SESSION_START_INFO_TAG])
    assert start.start_time_secs > 0
    values = {name: getattr(value, value.WhichOneof("kind")) for name, value in start.hparams.items()}
    print(f"{len(values)} hyper-parameters, such as {dict(list(sorted(values.items()))[:4])}")
    if metadata.SESSION_END_INFO_TAG in content:
        end = metadata.parse_session_end_info_plugin_data(content[metadata.SESSION_END_INFO_TAG])
        print(f"status {end.status} after {end.end_time_secs - start.start_time_secs:.1f} s")


def check_cuts(path, cuts):
    """A file that ends anywhere gives the events before its end."""
    whole = path.read_bytes()
    total = sum(1 for _ in EventFileLoader(str(path)).Load())
    before = -1
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        for i in range(cuts + 1):
            copy.write_bytes(whole[: len(whole) * i // cuts])
            count = sum(1 for _ in EventFileLoader(str(copy)).Load())
            assert before <= count <= total
            before = count
    assert before == total
    print(f"{path.name}: {total} events; readable wherever it is cut off")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("--cuts", type=int, default=200)
    args = parser.parse_args()
    folder = args.run / "tensorboard"
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    check_scalars(events, expected_scalars(args.run / "metrics.jsonl"))
    check_text(events, args.run)
    check_hparams(events)
    for path in sorted(folder.iterdir()):
        check_cuts(path, args.cuts)


if __name__ == "__main__":
    main()
