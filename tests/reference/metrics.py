# Makes goldens/metrics.json: sacreBLEU 2.6.0 on seeded random and adversarial segments of invented text, each metric
# under many settings. Run from the repository's root: python tests/reference/metrics.py
# It needs Python 3.11 (3.12 adds floats up in another way) and sacrebleu==2.6.0; tests only read the result.
import json
import random
import re
import subprocess
import sys
import tempfile
from decimal import Decimal, getcontext
from pathlib import Path

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer

assert sacrebleu.__version__ == "2.6.0" and sys.version_info[:2] == (3, 11)
rng = random.Random(20240613)

ODD = [
    "", " ", "   \t ", "word", ".", "...", ",.,.,", "-", "--", "5-6", "3.14", "3,000.50", "1.", ".5", "a.b", "a,b", "U.S.A.", "..5", "5..", "5..6", "5...6",
    "a..5", "a...5", "5..a", "5...a", ".-5", "-.5", "5.-", "5-.", "5--6", "1,2,3,4.5.6.7", "1.,2", "..1..2..", "a.,b", "A-1-B-2", "9-", "-9-9-", "x-10",
    "e.g., this", "10-year-old", "-5", "$5.00", "$.5", "5$.", "50%", "C++ / C#", "[a] {b} (c) <d>", "~`^_|\\", "!!! ???", "'quoted' \"text\"", "(hi)", "(a", "a)",
    "don't won't", "the dog's tail's end 's", "l'homme d'État", "&quot;hi&quot; &amp;lt; &lt;b&gt; &amp;amp;", "&apos;x&apos;", "a<skipped>b", "<skipped>",
    "line-\nbreak", "line\n-break", "line\nbreak", "end\n", "end-\n", "tab\tseparated", "nel\u0085inside", "ls\u2028ps\u2029end", "fs\u001cgs\u001drs\u001eus\u001fend",
    "nbsp\u00a0here", "thin\u2009space\u202f!", "ideographic\u3000space", "\u3000\u3000", "zero\u200bwidth", "\ufeffbom at start", "bom\ufeff inside \ufeff",
    "trailing nel \u0085", "vt\u000bff\u000ccr\r", "ogham\u1680space mvs\u180espace math\u205fspace", "Größe Straße ẞ ß", "İstanbul IĞDIR ı", "ΟΔΥΣΣΕΥΣ Σ ΑΣ.",
    "Привет, мир.", "你好，世界。", "日本語.テスト,です", "한국어 문장 .", "مرحبا، العالم.", "١٢٫٣ ٤.٥", "हिन्दी १२३.४५", "½.½ Ⅷ,Ⅸ ².³", "😀.😀,😀", ".😀.", "1😀.5", "𝟏.𝟐 ٣.٤",
    "é.é e\u0301.", "„deutsch“ ‚einfach‘ «français» – — …", "€5.00 ©2020 ±3° ←→", "㈱、㍿。「引用」・ｶﾞ｡ ！？", "ァヶー ㇰㇱ ひらがな", "⺀⼀㇀ 㐀 ㊀ ㌀ 豈 ︰ ︐", "𠀀𠀁。𠀂",
    "a b a b a b a b a b", "the the the the the the the", "cat the cat on the mat the cat on the mat", "x" * 120, "👩‍👩‍👧‍👦 family 🇩🇪", "a\u0327\u0301bc",
    "C:\\path", "a/b", "x=y", "foo@bar.com", "http://a.b/c?d=e,f", "No.5 is 1st.", "3-4.5-6,7", "2,5 %", "1'000", "–5", "5–6", "I.", "A.B.C", "end .",
]
WORDS = "the a cat dog The sat on mat , . - 5 3.14 10-15 Haus über naïve 你好 😀 U.S. can't (x) &amp; % ... house river 1,000 old-fashioned runs, sky. She he's".split()
SMALL = "a b c d e f g".split()
ALPHABETS = [
    "ab1.,-&;'\"< \u0085\u00a0\u2028é你😀/@[`{~",
    "天地人山水 火，。木「」金、土123.",
    "あいうえおカキクケコー日本。、 x",
    "가나다라마 바사. 아,",
    "ابتثج حخ، دذ. ر٣",
    "😀😁🎉 👍🏽.,a",
    "αβγ ΔΕΣς. абв ГД,",
]


def mutate(text, times):
    words = text.split(" ")
    for _ in range(times):
        at = rng.randrange(len(words) + 1)
        action = rng.random()
        if action < 0.2:
            words[at : at + 1] = []
        elif action < 0.4:
            words[at:at] = [rng.choice(WORDS)]
        elif action < 0.55:
            words[at : at + 1] = [rng.choice(WORDS).upper()]
        else:
            size = rng.randint(1, 12)
            block = words[at : at + size]
            words[at : at + size] = []
            to = rng.randrange(len(words) + 1)
            words[to:to] = block
    return " ".join(words)


def sentence(words, length):
    return " ".join(rng.choice(words) for _ in range(length))


def pair():
    kind = rng.random()
    if kind < 0.15:
        return rng.choice(ODD), rng.choice(ODD)
    if kind < 0.4:
        alphabet = rng.choice(ALPHABETS)
        text = "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 30)))
        cut = rng.randint(0, len(text))
        return text, text[cut:] + text[:cut] + rng.choice(["", ".", "x", " 你"])
    if kind < 0.5:
        length = rng.randint(0, 30)
        return sentence(SMALL, length), sentence(SMALL, max(0, length + rng.randint(-5, 5)))
    if kind < 0.515:
        return sentence(WORDS, rng.randint(1, 3)), sentence(WORDS, rng.randint(90, 170))
    if kind < 0.53:
        return sentence(WORDS, rng.randint(60, 110)), sentence(WORDS, rng.randint(1, 4))
    if kind < 0.55:
        text = sentence(SMALL[: rng.randint(1, 3)], rng.randint(30, 60))
        return text, mutate(text, 5)
    if kind < 0.58:
        text = " ".join(f"w{rng.randint(0, 300)}" for _ in range(rng.randint(50, 100)))
        return mutate(text, 6), text
    text = sentence(WORDS, rng.randint(0, 18))
    return mutate(text, rng.randint(0, 5)), text


SIZE = 1200
hyps, refs = [], [[], [], []]
for i in range(SIZE):
    hyp, ref = (ODD[i], ODD[i]) if i < len(ODD) else pair()
    hyps.append(hyp)
    refs[0].append(ref)
    # The second may be missing; the third mostly is.
    short = len(ref) < 200
    refs[1].append(mutate(ref if i % 2 else hyp, rng.randint(0, 3)) if short and rng.random() < 0.7 else None)
    refs[2].append(pair()[1] if rng.random() < 0.1 else None)

BLEU_SETTINGS = [
    {}, {"lowercase": True}, {"tokenize": "none"}, {"tokenize": "none", "smoothMethod": "none"}, {"smoothMethod": "floor"},
    {"smoothMethod": "floor", "smoothValue": 0.01}, {"smoothMethod": "add-k"}, {"smoothMethod": "add-k", "smoothValue": 2.5}, {"effectiveOrder": True},
    {"effectiveOrder": True, "smoothMethod": "add-k", "lowercase": True}, {"effectiveOrder": True, "smoothMethod": "floor"},
    {"effectiveOrder": True, "smoothMethod": "none", "tokenize": "none"}, {"tokenize": "intl"}, {"tokenize": "intl", "lowercase": True, "effectiveOrder": True},
    {"tokenize": "char"}, {"tokenize": "zh"}, {"tokenize": "zh", "effectiveOrder": True}, {"maxNgramOrder": 1}, {"maxNgramOrder": 2, "smoothMethod": "floor"},
    {"maxNgramOrder": 6, "effectiveOrder": True},
]
CHRF_SETTINGS = [
    {}, {"wordOrder": 2}, {"wordOrder": 1, "lowercase": True}, {"whitespace": True}, {"whitespace": True, "wordOrder": 2}, {"epsSmoothing": True},
    {"epsSmoothing": True, "wordOrder": 2}, {"charOrder": 3}, {"charOrder": 8, "wordOrder": 3}, {"beta": 1}, {"beta": 3, "lowercase": True}, {"beta": 0},
]
TER_SETTINGS = [
    {}, {"caseSensitive": True}, {"normalized": True}, {"noPunct": True}, {"normalized": True, "asianSupport": True}, {"noPunct": True, "asianSupport": True},
    {"normalized": True, "noPunct": True}, {"normalized": True, "noPunct": True, "asianSupport": True, "caseSensitive": True},
]
CLASSES = {"bleu": BLEU, "chrf": CHRF, "ter": TER}
settings = [[name, options] for name, all in zip(CLASSES, [BLEU_SETTINGS, CHRF_SETTINGS, TER_SETTINGS]) for options in all]
# Which references, in which order.
CHOICES = [[0], [0, 1], [0, 1, 2], [2, 1, 0]]


def snake(options):
    return {re.sub("[A-Z]", lambda m: "_" + m.group().lower(), key): value for key, value in options.items()}


corpora, sentences = [], []
for s, (name, options) in enumerate(settings):
    metric = CLASSES[name](**snake(options))
    ranges = [(0, 400 if name == "ter" else SIZE)] + [(start, min(SIZE, start + rng.randint(1, 60))) for start in rng.sample(range(SIZE), 9)]
    for k, (start, end) in enumerate(ranges):
        choice = CHOICES[k % len(CHOICES)]
        score = metric.corpus_score(hyps[start:end], [refs[r][start:end] for r in choice])
        corpora.append([s, choice, start, end, score.score, score.format(signature=metric.get_signature().format())])
    count = 90 if name == "ter" else 130
    for choice in [[0], [2, 1, 0]]:
        start = rng.randrange(SIZE - count)
        scores = [metric.sentence_score(hyps[i], [refs[r][i] for r in choice]).score for i in range(start, start + count)]
        sentences.append([s, choice, start, scores])

tokenized = {}
for name in ["13a", "intl", "char", "zh"]:
    tokenizer = BLEU(tokenize=name).tokenizer
    lines = ODD + [hyps[i] for i in rng.sample(range(len(ODD), SIZE), 60) if len(hyps[i]) < 200]
    tokenized[name] = [[line, tokenizer(line.rstrip())] for line in lines]
tercom = [
    [options, [TercomTokenizer(**{**snake(options)})(line.rstrip()) for line in ODD]]
    for options in TER_SETTINGS
]

# The command's output; lines without line feeds, as files have them.
plain = [i for i in range(SIZE) if "\n" not in "".join(r[i] or "" for r in refs) + hyps[i]][100:140]
COMMANDS = [
    "-m bleu", "-m bleu chrf ter", "-m bleu -lc -tok intl -s floor -sv 0.25 -w 4", "-m chrf --chrf-word-order 2 -w 3", "-m chrf --chrf-eps-smoothing --chrf-whitespace -w 2",
    "-m ter --ter-normalized --ter-no-punct -w 10", "-m bleu chrf --confidence --confidence-n 20 -w 2",
]
with tempfile.TemporaryDirectory() as folder:
    def save(name, lines):
        path = Path(folder, name)
        path.write_bytes("".join((lines[i] or "") + "\n" for i in plain).encode())
        return str(path)

    files = [save("a", refs[0]), save("b", refs[1]), "-i", save("hyp", hyps)]
    printed = [
        [arguments, subprocess.run([sys.executable, "-m", "sacrebleu", *files, *arguments.split(), "--format", "json"], capture_output=True, text=True, check=True).stdout]
        for arguments in COMMANDS
    ]

getcontext().prec = 60
arguments = [rng.uniform(-40, 8) for _ in range(100)] + [10 ** rng.uniform(-8, 0) for _ in range(30)] + [0.0, 1.0, -1.0, 650.5, -690.25]
positive = [rng.uniform(0, 100) for _ in range(100)] + [10 ** rng.uniform(-20, 20) for _ in range(30)] + [1.0, 100.0, 0.5, 1.0000000000000002, 0.9999999999999999]
rounded = {
    "exp": [[x, float(Decimal(x).exp())] for x in arguments],
    "log": [[x, float(Decimal(x).ln())] for x in positive],
}

golden = {
    "command": "python tests/reference/metrics.py",
    "sacrebleu": sacrebleu.__version__,
    "hyps": hyps, "refs": refs, "settings": settings, "corpora": corpora, "sentences": sentences,
    "tokenized": tokenized, "tercom": {"lines": ODD, "rows": tercom}, "plain": plain, "printed": printed, "rounded": rounded,
}
body = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}" for key, value in golden.items())
Path("tests/reference/goldens/metrics.json").write_text("{\n" + body + "\n}\n", encoding="utf-8", newline="\n")
