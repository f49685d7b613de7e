# Makes goldens/evalb.json.gz: what the C program EVALB prints for invented trees and damaged copies of them.
# Run from the repository's root: python3 tests/reference/evalb_goldens.py PATH_TO_EVALB (tests only read the result).
# EVALB here is the version of 2008 with Ellis's quote labels, built with gcc -O0 from evalb.c
# (sha256 c8ea3e2e056e2c5d4118c966a5620c7b4bc14accbfec9051df857d94752f15b6).
import gzip
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

EVALB = sys.argv[1]
rng = random.Random(19971001)

PHRASES = "S NP VP PP SBAR ADVP PRT X NP-SBJ-1 NP=2 VP-COOD TOP -NONE- QP WHNP".split()
TAGS = "DT NN VB JJ IN POS NN-X ADVP PRT RP".split()
DELETED = [(",", ","), (":", "--"), ("``", "``"), ("''", "''"), (".", "."), ("-NONE-", "*T*-1"), ("``", "'"), ("''", "'")]
WORDS = "plim Vorb kätzel zu 5.5 drass don't -LRB- naïve wob Wob fen".split()

COLLINS = "".join(f"DELETE_LABEL {label}\n" for label in ["TOP", "-NONE-", ",", ":", "``", "''", "."])
COLLINS += "DELETE_LABEL_FOR_LENGTH -NONE-\nEQ_LABEL ADVP PRT\n"
QUOTES = COLLINS + "".join(f"QUOTE_LABEL {label}\n" for label in ["``", "''", "POS", "NN", ":"])
SETS = {
    "bare": "CUTOFF_LEN 6\n",
    "collins": COLLINS + "CUTOFF_LEN 8\n",
    "quotes": QUOTES + "# words\nEQ_WORD wob  Wob \nEQ_LABEL NP QP\nDELETE_LABEL_FOR_LENGTH ,\n",
    "unlabeled": COLLINS + "LABELED 0\nDELETE_LABEL PP\nEQ_LABEL PP WHNP\nCUTOFF_LEN 5\n",
}


def leaf():
    if rng.random() < 0.2:
        return list(rng.choice(DELETED))
    if rng.random() < 0.06:
        return [rng.choice(["POS", "NN", ":"]), rng.choice(["'", '"', "/"])]
    return [rng.choice(TAGS), rng.choice(WORDS)]


def tree(depth):
    """[label, [children]] or [tag, word]."""
    if depth == 0 or rng.random() < 0.25:
        return leaf()
    return [rng.choice(PHRASES), [tree(depth - 1) for _ in range(rng.choice([1, 1, 2, 2, 2, 3]))]]


def copy(node):
    return [node[0], node[1] if isinstance(node[1], str) else [copy(child) for child in node[1]]]


def inner(node):
    return [] if isinstance(node[1], str) else [node] + [n for child in node[1] for n in inner(child)]


def leaves(node):
    return [node] if isinstance(node[1], str) else [n for child in node[1] for n in leaves(child)]


def damage(node, same_words):
    action = rng.randrange(8 if same_words else 11)
    at = rng.choice(inner(node))
    child = rng.randrange(len(at[1])) if at[1] else 0
    if action <= 1:
        at[0] = rng.choice(PHRASES)
    elif action == 2 and at[1] and not isinstance(at[1][child][1], str):
        at[1][child : child + 1] = at[1][child][1]
    elif action == 3:
        end = rng.randint(child, len(at[1]))
        at[1][child:end] = [[rng.choice(PHRASES), at[1][child:end]]]
    elif action == 4 and leaves(node):
        quotes = [n for n in leaves(node) if n[1] in ("'", '"', "/")]
        if quotes:
            rng.choice(quotes)[0] = rng.choice(["POS", "NN", ":", "``", "''"])
        else:
            rng.choice(leaves(node))[0] = rng.choice(TAGS)
    elif action == 5:
        at[1].insert(child, [rng.choice(PHRASES), []])
    elif action == 6:
        at[1].insert(child, list(rng.choice(DELETED)))
    elif action == 7:
        at[1] = [[at[0], at[1]]]
    elif action == 8 and leaves(node):
        rng.choice(leaves(node))[1] = rng.choice(WORDS)
    elif action == 9 and at[1]:
        del at[1][child]
    elif action == 10:
        at[1].insert(child, leaf())


def space():
    return rng.choice(["", "", "", "", " ", "\t", "  ", "\v "]) if rough else ""


def write(node):
    if isinstance(node[1], str):
        return f"({node[0]}{space()} {node[1]})"
    # A label and white space alone would be an empty word.
    if not node[1]:
        return f"({node[0]})"
    return f"({node[0]}{space() or ' '}" + (space() or " ").join(write(child) for child in node[1]) + f"{space()})"


def pair(broken):
    global rough
    rough = rng.random() < 0.3
    gold = tree(rng.choice([1, 2, 3, 3, 4, 5]))
    if isinstance(gold[1], str):
        gold = ["S", [gold]]
    test = copy(gold)
    same_words = rng.random() < 0.8
    for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
        damage(test, same_words)
    lines = [write(gold), write(test)]
    for at in range(2):
        shell = rng.random()
        if shell < 0.1:
            lines[at] = f"( {lines[at]} )"
        elif shell < 0.2:
            lines[at] = f"(TOP {lines[at]})"
        elif shell < 0.23:
            lines[at] += " " + write(["X", [leaf()]])
        elif broken and shell < 0.25:
            lines[at] = ""
        elif broken and shell < 0.27:
            lines[at] = lines[at].replace("))", ")", 1)
        elif broken and shell < 0.28:
            lines[at] = lines[at][:-1] if lines[at].endswith("))") else lines[at]
        elif shell < 0.30:
            lines[at] = lines[at].replace("(X", "(S (X )", 1) + ")" if lines[at].count("(X ") == 1 else lines[at]
        elif shell < 0.31:
            lines[at] += "\r"
    fits = all(len(line.encode()) < 900 and line.count("(") < 150 for line in lines)
    # C reads on past the end of a line that leaves a label open, and keeps 200 words and brackets.
    return lines if fits else pair(broken)


def balanced(line):
    depth = 0
    for char in line:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def run(parameters, pairs):
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder, name)) for name in ("prm", "gold", "test")]
        texts = [parameters, *("".join(f"{line}\n" for line in side) for side in zip(*pairs))]
        for path, text in zip(paths, texts):
            Path(path).write_text(text, newline="")
        done = subprocess.run([EVALB, "-p", *paths], capture_output=True, check=True)
    # The sign of 0/0 depends on the machine.
    return done.stdout.decode().replace("  -nan", "   nan")


cases = []
for name, parameters in SETS.items():
    pairs = [pair(broken=True) for _ in range(750)]
    cases.append({"name": name, "parameters": f"MAX_ERROR 99999\n{parameters}", "pairs": pairs})
    pairs = []
    while len(pairs) < 60:
        lines = pair(broken=False)
        if all(map(balanced, lines)):
            pairs.append(lines)
    for debug in (1, 2):
        settings = f"MAX_ERROR 99999\nDEBUG {debug}\n{parameters}"
        cases.append({"name": f"{name}, debug {debug}", "parameters": settings, "pairs": pairs})
# Each step of the searches, which DEBUG 2 shows as well.
TRACE = re.compile(r"(?:label=|1\.res=|bra=|bracket\[|endslen=|-?\d+: )")
for case in cases:
    output = run(case["parameters"], case["pairs"])
    case["output"] = "\n".join(line for line in output.split("\n") if not TRACE.match(line))
content = json.dumps({"command": "python3 tests/reference/evalb_goldens.py PATH_TO_EVALB", "cases": cases}, ensure_ascii=False)
path = Path(__file__).parent / "goldens" / "evalb.json.gz"
path.write_bytes(gzip.compress(content.encode(), mtime=0))
rows = [line.split() for case in cases for line in case["output"].split("\n") if re.match(r" *\d+ +\d+    [012]  ", line)]
print(path.stat().st_size, "bytes;", len(rows), "rows by status", {s: sum(r[2] == s for r in rows) for s in "012"})
