# Makes goldens/bleu.json: sacreBLEU 2.6.0 on seeded random and adversarial segments under many settings.
# Run from the repository's root: python tests/reference/bleu.py (needs sacrebleu==2.6.0; tests only read the result).
import json
import random

import sacrebleu
from sacrebleu.metrics import BLEU

assert sacrebleu.__version__ == "2.6.0"
rng = random.Random(20240613)

SEGMENTS = [
    "", " ", "   \t ", "word", ".", "...", ",.,.,", "-", "--", "5-6", "3.14", "3,000.50", "1.", ".5", "a.b", "a,b", "U.S.A.",
    "e.g., this", "10-year-old", "x-10", "-5", "$5.00", "50%", "C++ / C#", "[a] {b} (c) <d>", "~`^_|\\", "!!! ???", "'quoted' \"text\"",
    "don't won't", "l'homme d'État", "&quot;hi&quot; &amp;lt; &lt;b&gt; &amp;amp;", "a<skipped>b", "<skipped>", "line-\nbreak", "line\nbreak", "end\n",
    "tab\tseparated", "nel\u0085inside", "ls\u2028ps\u2029end", "fs\u001cgs\u001drs\u001eus\u001fend", "nbsp\u00a0here", "thin\u2009space\u202f!", "ideographic\u3000space",
    "zero\u200bwidth", "\ufeffbom at start", "bom\ufeff inside \ufeff", "trailing nel \u0085", "vt\u000bff\u000ccr\r", "ogham\u1680space mvs\u180espace math\u205fspace",
    "Größe Straße ẞ ß", "İstanbul IĞDIR ı", "ΟΔΥΣΣΕΥΣ Σ", "Привет, мир.", "你好，世界。", "日本語.テスト,です", "한국어 문장 .", "مرحبا، العالم.", "हिन्दी १२३.४५",
    "😀.😀,😀", ".😀.", "1😀.5", "𝟏.𝟐 ٣.٤", "é.é e\u0301.", "„deutsch“ ‚einfach‘ «français» – — …", "a b a b a b a b a b", "the the the the the the the",
    "cat the cat on the mat the cat on the mat", "x" * 300, "a " * 60, "1,2,3,4.5.6.7", "1.,2", "..1..2..", "a.,b", "A-1-B-2", "9-", "-9-9-",
]
WORDS = "the a cat dog The sat on mat , . - 5 3.14 10-15 Haus über naïve 你好 😀 U.S. can't (x) &amp; % ...".split()


def random_segment():
    if rng.random() < 0.2:
        return rng.choice(SEGMENTS)
    if rng.random() < 0.15:
        return "".join(rng.choice("ab1.,-&;'\"< \u0085\u00a0\u2028é你😀/@[`{~") for _ in range(rng.randint(0, 25)))
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 18)))


def mutate(text):
    words = text.split(" ")
    for _ in range(rng.randint(0, 4)):
        at = rng.randrange(len(words) + 1)
        action = rng.random()
        if action < 0.35:
            words[at : at + 1] = []
        elif action < 0.7:
            words[at:at] = [rng.choice(WORDS)]
        else:
            words[at : at + 1] = [rng.choice(WORDS).upper()]
    return " ".join(words)


SETTINGS = [
    {},
    {"lowercase": True},
    {"tokenize": "none"},
    {"tokenize": "none", "smooth_method": "none"},
    {"smooth_method": "floor"},
    {"smooth_method": "floor", "smooth_value": 0.01},
    {"smooth_method": "add-k"},
    {"smooth_method": "add-k", "smooth_value": 2.5},
    {"effective_order": True},
    {"effective_order": True, "smooth_method": "add-k", "lowercase": True},
    {"effective_order": True, "smooth_method": "floor"},
    {"effective_order": True, "smooth_method": "none", "tokenize": "none"},
]


def describe(settings, hyps, refs):
    bleu = BLEU(**settings)
    score = bleu.corpus_score(hyps, refs)
    signature = bleu.get_signature().format()
    return {
        "score": score.score,
        "counts": score.counts,
        "totals": score.totals,
        "precisions": score.precisions,
        "bp": score.bp,
        "sysLen": score.sys_len,
        "refLen": score.ref_len,
        "text": score.format(),
        "signature": signature,
    }


tokenizer = BLEU().tokenizer
segments = SEGMENTS + [random_segment() for _ in range(150)]
refs = [[mutate(s) for s in segments] for _ in range(3)]
hyps = [mutate(s) for s in segments]
sentences = [
    [i, k, numRefs, describe(SETTINGS[k], [hyps[i]], [[r[i]] for r in refs[:numRefs]])]
    for i in range(len(segments))
    for k, numRefs in {(i % len(SETTINGS), 1 + i % 3), (rng.randrange(len(SETTINGS)), rng.randint(1, 3))}
]
corpora = [
    [start, end, k, numRefs, describe(SETTINGS[k], hyps[start:end], [r[start:end] for r in refs[:numRefs]])]
    for k in range(len(SETTINGS))
    for numRefs in (1, 2, 3)
    for start, end in ((0, len(segments)), (k * 7, k * 7 + 5))
]
golden = {
    "command": "python tests/reference/bleu.py",
    "version": sacrebleu.__version__,
    "settings": SETTINGS,
    "hyps": hyps,
    "refs": refs,
    "tokenized": [[s, tokenizer(s)] for s in segments],
    "sentences": sentences,
    "corpora": corpora,
}
with open("tests/reference/goldens/bleu.json", "w", encoding="utf-8") as file:
    json.dump(golden, file, ensure_ascii=True, separators=(",", ":"))
    file.write("\n")
print(len(segments), "segments", len(sentences), "sentence scores", len(corpora), "corpus scores")
