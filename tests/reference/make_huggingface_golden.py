"""Makes tests/reference/tokenizers/huggingface.json.gz. For authors only: needs Python with transformers 5.24 and
tokenizers 0.23, and Google's own tokenizer (GOOGLE = a folder that holds bert/tokenization.py of the package
bert-tensorflow 1.0.4; it is run without TensorFlow).

    GOOGLE=... python tests/reference/make_huggingface_golden.py
"""

import gzip
import json
import os
import pathlib
import random
import sys
import tempfile
import types
import unicodedata

import tokenizers
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
COMMAND = "GOOGLE=... python tests/reference/make_huggingface_golden.py"
BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]

HAND = [
    "The weather is lovely today, isn't it?",
    "I don't; you do not. He's, we've 'm! 12,345.67 (half)",
    "\u00c9t\u00e9 na\u00efve co\u00f6peratief \u017d\u00fcrich \u1ea4\u1edb\u0129",
    "e\u0301\u0301b a\u0323\u0307 \u0344\u0301x \u0301",
    "\u0397 \u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3\u0391\u03a3. \u03a3 \u0391\u03a3\u0301 \u0391\u0301\u03a3",
    "\u0130stanbul I\u0131 STRASSE Stra\u00dfe \u1e9e \ufb01ne \u01c5\u01f0 \u212a\u2126\u212b",
    "\u0412\u0441\u0435 \u0441\u0447\u0430\u0441\u0442\u043b\u0438\u0432\u044b\u0435 \u0441\u0435\u043c\u044c\u0438 \u0419\u0401",
    "\u4e2d\u6587\u5206\u8bcd a\u4e2db \u65e5\u672c\u8a9e\u3067\u3059\u3002\u30ac\u30ac \uff21\uff22\uff0c\u3000\u5168",
    "\ud55c\uad6d\uc5b4 \ud14d\uc2a4\ud2b8 \u1100\u1161\u11a8",
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05e2\u05d5\u05dc\u05dd\u05be \u0645\u0631\u062d\u0628\u0627\u064b\u060c \ufdfa",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e\u0964 \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \u1797\u17b6\u179f\u17b6",
    "\U0001f3f3\ufe0f\u200d\U0001f308 \U0001f469\u200d\U0001f469\u200d\U0001f467 ok \U0001d400\U0001d41b \U0001d15e",
    "\ue000a\uf8ff \U000f0000b \ufdd0 \uffff",
    "a\u2028b\u2029c\u0085d\u000be\u000cf\u001fg\u007fh\u0000i\ufffdj\u00adk\u200bl\ufeffm",
    "\ttab\tand\u00a0odd\u2003spaces\u3000here \u1680\u205f\u180ex",
    " a [MASK]b[SEP] [mask] [UNK] [ MASK ] [MASK [CLS][PAD]",
    "<s>a</s> <mask>b   <mask> c<pad> <unk><mask",
    "New York, new york NewYork (NEW YORK) New  York",
    "xentx <ent> <ent>y (<ent>) zz  zz a zz  b",
    "x" * 100 + " " + "x" * 101 + " y",
    "x" * 200 + " " + "x" * 201,
    "\U0002b820\U0002b920\U00020000\u3400\uf900\u2f00 \u31c0\u2e80",
    "\u0903\u093e\u0340\u0345 \u0591a\u1abf\u1ac9b \u07fd \u0898\u0323",
    "\u1e78B\u1f80\u1dfb c \ub700\u1f53\u1bf3x",
    "\u166da \u05bea \u2e43b \u061dc \u00b7d `e ^f $g ~h |i <j> =k +l \u20acm \u00a7n \u2010o",
    "\u2581 \u2581a \u0120 \u00c2\u00a0 \u010a ##a # #",
    "it's we'll 'D can't I'M they're  'sx don't've",
    " a",
    "  a  b   ",
    " ",
    "",
    "\u00a0\u00a0a\u3000\u3000 b",
    "\u00bd \u00b2 \u0663\u0664 \u2167 \u3232 \u1f100x",
    "trailing \u4e2d ",
]

RANGES = [
    (0x20, 0x7F), (0x80, 0x250), (0x300, 0x370), (0x370, 0x600), (0x600, 0x900), (0x900, 0x1100), (0x1100, 0x1200),
    (0x1200, 0x1E00), (0x1E00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2C00), (0x2C00, 0x3000), (0x3000, 0x3400),
    (0x3400, 0xA000), (0xA000, 0xAC00), (0xAC00, 0xD7B0), (0xF900, 0x10000), (0x10000, 0x12000), (0x12000, 0x20000),
    (0x20000, 0x2FA20),
]


def random_lines(count):
    rng = random.Random(1)
    lines = []
    while len(lines) < count:
        some = rng.sample(RANGES, rng.choice([1, 2, 3]))
        line = ""
        for _ in range(rng.randint(3, 14)):
            char = chr(rng.randrange(*rng.choice(some)))
            line += rng.choice(["", "", " ", "a", "T"]) + ("" if unicodedata.category(char) in ("Cn", "Cs") else char)
        lines.append(line)
    return lines


SAMPLES = HAND + random_lines(60)
TOY = [line for name in ("en", "de") for line in (HERE.parent / "corpus" / f"toy.{name}").read_text().splitlines()]


def units(text):
    """UTF-16 code units before each character, and in all."""
    places = [0]
    for char in text:
        places.append(places[-1] + (2 if ord(char) > 0xFFFF else 1))
    return places


def encodings(tokenizer):
    found = []
    for text in SAMPLES:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        places = units(text)
        found.append({
            "ids": encoding.ids,
            "starts": [places[start] for start, _ in encoding.offsets],
            "ends": [places[end] for _, end in encoding.offsets],
            "words": encoding.word_ids,
            "text": tokenizer.decode(encoding.ids),
        })
    return found


def described(name, tokenizer):
    pairs = [tokenizer.encode("a b").ids, tokenizer.encode("a", "b").ids]
    return {"name": name, "file": json.loads(tokenizer.to_str()), "encodings": encodings(tokenizer), "framed": pairs}


def wordpiece(size, **options):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(**options)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=size, limit_alphabet=100_000, special_tokens=BERT_SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(TOY * 3 + SAMPLES, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def byte_level(special, add_prefix_space):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TOY * 3 + SAMPLES, trainer)
    return tokenizer


def all_models():
    uncased = wordpiece(1500)
    uncased.enable_truncation(8)
    uncased.enable_padding(length=16)
    shortened = json.loads(uncased.to_str())
    uncased.no_truncation()
    uncased.no_padding()
    first = described("uncased", uncased)
    first["file"] = shortened
    yield first
    yield described("cased", wordpiece(1500, lowercase=False))
    bare = wordpiece(1500, clean_text=False, handle_chinese_chars=False, strip_accents=False)
    bare.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    bare.decoder = decoders.WordPiece(cleanup=False)
    bare.add_tokens([
        AddedToken("New York", normalized=True), AddedToken("<ENT>", single_word=True, normalized=True),
        AddedToken("zz", normalized=False, rstrip=True, lstrip=True), "\u4e2d",
    ])
    yield described("added", bare)
    roberta = byte_level(ROBERTA_SPECIAL, False)
    roberta.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    roberta.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), True, False)
    yield described("roberta", roberta)
    prefixed = byte_level(ROBERTA_SPECIAL, True)
    prefixed.add_tokens([AddedToken("New York", single_word=True), AddedToken(" zz ", normalized=False)])
    prefixed.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True, add_prefix_space=True),
        processors.TemplateProcessing(
            single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]),
    ])
    yield described("prefixed", prefixed)
    gpt2 = byte_level(["<|endoftext|>"], False)
    gpt2.post_processor = processors.ByteLevel(trim_offsets=False)
    yield described("gpt2", gpt2)


def ranges(points):
    runs = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in runs)


def classes():
    """What Hugging Face's BERT takes each code point for."""
    off = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    one = {key: normalizers.BertNormalizer(**{**off, key: True}).normalize_str for key in off}
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    points = [point for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    cleaned = {point: one["clean_text"](f"a{chr(point)}a")[1:-1] for point in points}
    return {
        "removed": ranges(point for point in points if cleaned[point] == ""),
        "spaces": ranges(point for point in points if cleaned[point] == " "),
        "ideographs": ranges(point for point in points if one["handle_chinese_chars"](chr(point)) != chr(point)),
        "accents": ranges(point for point in points if one["strip_accents"](f"a{chr(point)}") == "a"),
        "punctuation": ranges(point for point in points if len(split(f"a{chr(point)}a")) == 3),
    }


def from_files():
    """What transformers makes of vocabularies without a tokenizer.json."""
    bert = wordpiece(300)
    pieces = [piece for piece, _ in sorted(bert.get_vocab().items(), key=lambda item: item[1])]
    roberta = json.loads(byte_level(ROBERTA_SPECIAL, False).to_str())["model"]
    merges = [" ".join(pair) for pair in roberta["merges"]]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "vocab.txt").write_text("".join(f"{piece}\n" for piece in pieces))
        (path / "vocab.json").write_text(json.dumps(roberta["vocab"]))
        (path / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{pair}\n" for pair in merges))
        own = transformers.BertTokenizer.from_pretrained(folder)
        # As in the files of RoBERTa's releases; since transformers 5, vocabularies alone no longer say it.
        mask = AddedToken("<mask>", lstrip=True, special=True)
        other = transformers.RobertaTokenizer.from_pretrained(folder, mask_token=mask)
    ids = lambda tokenizer: [tokenizer(text)["input_ids"] for text in SAMPLES]
    return {
        "bert": {"pieces": pieces, "ids": ids(own)},
        "roberta": {"vocabulary": roberta["vocab"], "merges": merges, "ids": ids(other)},
        "google": google(pieces),
    }


def google_tokenizer(pieces, lowercase):
    """Google's own, without TensorFlow."""
    if "bert" not in sys.modules:
        for name in ("tensorflow", "tensorflow.compat", "tensorflow.compat.v1", "six", "absl"):
            sys.modules[name] = types.ModuleType(name)
        sys.modules["six"].PY3 = True
        sys.modules["six"].ensure_text = lambda text, *_: text
        settings = types.SimpleNamespace(preserve_unused_tokens=False)
        sys.modules["absl"].flags = types.SimpleNamespace(FLAGS=settings, DEFINE_bool=lambda *_: None)
        files = types.SimpleNamespace(GFile=lambda path, _: open(path, encoding="utf8"))
        sys.modules["tensorflow.compat"].v1 = sys.modules["tensorflow.compat.v1"]
        sys.modules["tensorflow.compat.v1"].io = types.SimpleNamespace(gfile=files)
        sys.modules["tensorflow.compat.v1"].gfile = files
        folder = types.ModuleType("bert")
        folder.__path__ = [os.path.join(os.environ["GOOGLE"], "bert")]
        sys.modules["bert"] = folder
    from bert import tokenization

    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / "vocab.txt"
        path.write_text("".join(f"{piece}\n" for piece in pieces))
        return tokenization.FullTokenizer(str(path), do_lower_case=lowercase)


def google(pieces):
    """Ids by Google's tokenizer, of lower-cased text and of text as it is."""
    def ids(lowercase):
        tokenizer = google_tokenizer(pieces, lowercase)
        return [tokenizer.convert_tokens_to_ids(tokenizer.tokenize(text)) for text in SAMPLES]

    return {"uncased": ids(True), "cased": ids(False)}


def training():
    """Words with counts that leave no ties, and the vocabulary that Hugging Face's trainer makes of them."""
    rng = random.Random(2)
    words = sorted({"".join(rng.choice("abcdef") for _ in range(rng.randint(2, 9))) for _ in range(400)})
    counts = {word: rng.randrange(1, 60) for word in words}
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()

    def vocabulary(size):
        trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=BERT_SPECIAL, show_progress=False)
        tokenizer.train_from_iterator((" ".join([word] * count) for word, count in counts.items()), trainer)
        return sorted(tokenizer.get_vocab())

    sizes = [40, 80, 120]
    vocabularies = [vocabulary(size) for size in sizes]
    # Its order of pairs that are equally frequent is another in each training.
    assert all([vocabulary(size) for size in sizes] == vocabularies for _ in range(5)), "there are ties"
    return {"counts": counts, "sizes": sizes, "vocabularies": vocabularies}


def main():
    golden = {
        "command": COMMAND,
        "versions": f"tokenizers {tokenizers.__version__}, transformers {transformers.__version__}",
        "samples": SAMPLES,
        "classes": classes(),
        "models": list(all_models()),
        "files": from_files(),
        "training": training(),
    }
    content = json.dumps(golden, separators=(",", ":")).encode()
    (HERE / "tokenizers" / "huggingface.json.gz").write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    main()
