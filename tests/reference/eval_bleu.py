# Makes goldens/eval-bleu.json: what sacreBLEU's command line prints for invented systems and references under many
# options. Run from the repository's root: python tests/reference/eval_bleu.py
# It needs sacrebleu==2.6.0; tests only read the result.
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import sacrebleu

assert sacrebleu.__version__ == "2.6.0"
rng = random.Random(7)
WORDS = "Das Haus steht am Fluss , und ein alter Mann geht 3,5 km über die Brücke . naïve U.S.A. 10-jährig Größe ( so ) &amp; ja ! 你好 das haus".split()


def sentence():
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 14)))


def change(text, rate):
    words = []
    for word in text.split():
        chance = rng.random()
        if chance < rate / 2:
            continue
        words.append(rng.choice(WORDS) if chance < rate else word)
    return " ".join(words) + rng.choice(["", "", "", "  ", " ."])


truth = [sentence() for _ in range(40)]
files = {
    "a.hyp": [change(line, 0.3) for line in truth],
    "b.hyp": [change(line, 0.25) for line in truth],
    "c.hyp": [change(line, 0.6) for line in truth],
    "1.ref": truth,
    "2.ref": [change(line, 0.2) if i % 5 else "" for i, line in enumerate(truth)],
}

# References, systems, then options under the same names here and there. (sacreBLEU fails to write the paired bootstrap of
# chrF and TER as JSON.)
COMMANDS = [
    ("1.ref", "a.hyp", "-w 2"),
    ("1.ref 2.ref", "a.hyp", "-w 4"),
    ("1.ref 2.ref", "b.hyp", "--metrics bleu chrf ter -w 3"),
    ("1.ref", "a.hyp", "--metrics ter chrf"),
    ("1.ref", "a.hyp", "--lowercase --smooth-method floor --smooth-value 0.5"),
    ("1.ref", "a.hyp", "--smooth-method add-k --tokenize intl"),
    ("1.ref", "a.hyp", "--smooth-method none --tokenize none --force"),
    ("1.ref", "a.hyp", "--tokenize char -w 5"),
    ("1.ref", "a.hyp", "--tokenize zh"),
    ("1.ref", "a.hyp", "-m chrf --chrf-word-order 2 --chrf-char-order 4 --chrf-beta 3 -w 4"),
    ("1.ref 2.ref", "a.hyp", "-m chrf --chrf-whitespace --chrf-lowercase --chrf-eps-smoothing"),
    ("1.ref", "a.hyp", "-m ter --ter-case-sensitive --ter-normalized -w 4"),
    ("1.ref", "a.hyp", "-m ter --ter-no-punct --ter-asian-support"),
    ("1.ref 2.ref", "a.hyp", "-m bleu chrf ter --confidence --confidence-n 200 -w 2"),
    ("1.ref", "a.hyp b.hyp c.hyp", "--paired-bs --paired-bs-n 300"),
    ("1.ref 2.ref", "c.hyp a.hyp", "--paired-ar --paired-ar-n 400 -m bleu chrf"),
    ("1.ref", "a.hyp b.hyp", "--paired-bs --paired-bs-n 100 SEED=7"),
]


def run(refs, systems, options, form):
    words = options.split()
    seeds = [word[5:] for word in words if word.startswith("SEED=")]
    words = [word for word in words if not word.startswith("SEED=")]
    env = {**os.environ, "SACREBLEU_SEED": (seeds or ["12345"])[0]}
    argv = [sys.executable, "-m", "sacrebleu", *refs.split(), "-i", *systems.split(), *words, "--format", form, "--no-color"]
    return subprocess.run(argv, capture_output=True, text=True, check=True, env=env).stdout


root = Path.cwd()
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for name, lines in files.items():
        Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    rows = [
        [refs, systems, options, run(refs, systems, options, "json"), "" if " " in systems else run(refs, systems, options, "text")]
        for refs, systems, options in COMMANDS
    ]
    os.chdir(root)

golden = {"command": "python tests/reference/eval_bleu.py", "sacrebleu": sacrebleu.__version__, "files": files, "rows": rows}
body = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}" for key, value in golden.items())
Path("tests/reference/goldens/eval-bleu.json").write_text("{\n" + body + "\n}\n", encoding="utf-8", newline="\n")
