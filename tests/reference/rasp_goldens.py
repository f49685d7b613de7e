# Makes goldens/rasp.json.gz: what the functions of np-rasp (github.com/apple/ml-np-rasp) give for random arguments.
# Run from the repository's root: PYTHONPATH=PATH_TO/ml-np-rasp/src python3 tests/reference/rasp_goldens.py
# (tests only read the result). argmax, argmin and mode raise there: argmax calls kqv without a predicate, and with keys and
# queries exchanged. Here it has both right, so that a later place wins a tie; argmin and mode are as they are.
import gzip
import json
import random
from pathlib import Path

import numpy as np
import np_rasp.lib as lib
from np_rasp import *

rng = random.Random(20231016)
PREDICATES = {
    "equals": equals, "leq": leq, "lt": lt, "geq": geq, "gt": gt,
    "true": lambda k, q: True, "key": lambda k, q: k, "near": lambda k, q: k - q in (0, 1),
}
MAPS = {"double": lambda x: 2 * x, "isOdd": lambda x: x % 2 == 1, "third": lambda x: x // 3, "remainder": lambda x: x % -3}
PAIRS = {"sum": lambda x, y: x + y, "larger": lambda x, y: x if x > y else y, "both": lambda x, y: bool(x and not y)}

lib.argmax = lambda x: kqv(x, maximum(x), indices(x), equals, reduction="max")


def sequence(length, low=-3, high=3):
    return np.array([rng.randint(low, high) for _ in range(length)])


def arguments(name):
    length = rng.choice([1, 2, 3, 4, 5, 6, 8, 12, 20])
    wide = rng.random() < 0.3
    x, y, v = (sequence(length, *((0, 20) if wide else (-3, 3))) for _ in range(3))
    v = sequence(length, -50, 50) if rng.random() < 0.7 else v
    bits = sequence(length, 0, 1)
    default = rng.choice([0, -1, 7])
    pred = rng.choice(list(PREDICATES))
    offset = rng.randint(1, 3)
    return {
        "full": lambda: [x, default],
        "indices": lambda: [x],
        "tok_map": lambda: [x, rng.choice(list(MAPS))],
        "seq_map": lambda: [x, y, rng.choice(list(PAIRS))],
        "sel_width": lambda: [x, y, pred, rng.random() < 0.8],
        "aggr_mean": lambda: [x, y, pred, v, default],
        "aggr_max": lambda: [x, y, pred, v, default],
        "aggr": lambda: [x, y, pred, v, default, rng.choice(["mean", "max", "min"])],
        "kqv": lambda: [x, y, v, pred, default, rng.choice(["mean", "max", "min"])],
        "shift_right": lambda: [x, rng.randint(-2, 5), default],
        "cumsum": lambda: [bits],
        "where": lambda: [bits, x, y],
        "mask": lambda: [x, bits, default],
        "has_seen": lambda: [x, y],
        "num_prev": lambda: [x, y],
        "firsts": lambda: [x, y, default],
        "lasts": lambda: [x, y, default],
        "index_select": lambda: [v, sequence(length, -2, length), default],
        "first_true": lambda: [bits, default],
        "binary_mode": lambda: [bits],
        "induct_kqv": lambda: [x, y, v, offset, default],
        "induct": lambda: [x, y, offset, default],
        "induct_prev": lambda: [x, y, -offset, default],
    }.get(name, lambda: [x])()


def call(name, given):
    match name:
        case "tok_map":
            return tok_map(given[0], MAPS[given[1]])
        case "seq_map":
            return seq_map(given[0], given[1], PAIRS[given[2]])
        case "sel_width":
            return sel_width(select(given[0], given[1], PREDICATES[given[2]], causal=given[3]))
        case "aggr_mean" | "aggr_max" | "aggr":
            return globals()[name](select(given[0], given[1], PREDICATES[given[2]]), *given[3:])
        case "kqv":
            return kqv(*given[:3], PREDICATES[given[3]], *given[4:])
    return getattr(lib, name)(*given)


NAMES = """full indices tok_map seq_map sel_width aggr_mean aggr_max aggr kqv shift_right cumsum where mask maximum minimum
argmax argmin num_prev has_seen firsts lasts index_select first_true mode binary_mode induct_kqv induct induct_prev""".split()
plain = lambda one: one.tolist() if isinstance(one, np.ndarray) else one
cases = []
for name in NAMES:
    for _ in range(120):
        given = arguments(name)
        cases.append([name, [plain(one) for one in given], plain(call(name, given))])
command = "PYTHONPATH=PATH_TO/ml-np-rasp/src python3 tests/reference/rasp_goldens.py"
text = json.dumps({"command": command, "numpy": np.__version__, "cases": cases}, separators=(",", ":"))
path = Path("tests/reference/goldens/rasp.json.gz")
path.write_bytes(gzip.compress(text.encode(), mtime=0))
print(path, len(cases), "cases", path.stat().st_size, "bytes")
