"""Counts the lines that tx cuts otherwise than Hugging Face's tokenizers, or Google's own, out of a million: of corpora
and of random Unicode. For authors only, by hand: needs Python with tokenizers 0.23, a build of this project, and a
tokenizer.json.

    python tests/reference/compare_tokenizers.py minilm/tokenizer.json --data ../shared/data [--lines 1000000]

With GOOGLE as for make_huggingface_golden.py, and --google, a WordPiece tokenizer is held against Google's.
"""

import argparse
import gzip
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import unicodedata

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
HERE = pathlib.Path(__file__).parent
TX = pathlib.Path(os.environ.get("TX", HERE.parent.parent / "bin" / "tx.js")).resolve()

parser = argparse.ArgumentParser()
parser.add_argument("tokenizer")
parser.add_argument("--data", help="a folder of corpora, of which all text files are read")
parser.add_argument("--lines", type=int, default=1_000_000)
parser.add_argument("--google", action="store_true")
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()

# Blocks from which a random line draws, those of combining marks and odd spaces oftener than their sizes would have it.
BLOCKS = [
    (0x00, 0x20), (0x20, 0x7F), (0x20, 0x7F), (0x7F, 0x250), (0x250, 0x300), (0x300, 0x370), (0x370, 0x590),
    (0x590, 0x700), (0x700, 0x900), (0x900, 0xE00), (0xE00, 0x1100), (0x1100, 0x1200), (0x1200, 0x1680),
    (0x1680, 0x1900), (0x1900, 0x1B80), (0x1AB0, 0x1B00), (0x1B80, 0x1E00), (0x1DC0, 0x1E00), (0x1E00, 0x2000),
    (0x2000, 0x2070), (0x2070, 0x2C00), (0x2C00, 0x3000), (0x3000, 0x3400), (0x3400, 0xA000), (0xA000, 0xAC00),
    (0xAC00, 0xD7FC), (0xE000, 0xF900), (0xF900, 0xFB50), (0xFB50, 0xFE00), (0xFE00, 0x10000), (0x10000, 0x10800),
    (0x10800, 0x12000), (0x12000, 0x1D000), (0x1D000, 0x1E000), (0x1E000, 0x20000), (0x20000, 0x32000),
    (0xE0000, 0xE0200), (0xF0000, 0xF0100),
]
WORDS = ["the", "Hello", "naïve", "don't", "[MASK]", "[mask]", "<mask>", "x" * 101, "ΣΑΣ", "İ", "ﬁ", "New York", "##ing"]


def corpus(folder):
    """The lines of all text in a folder, one of each file in turn."""
    def lines(path):
        with (gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")) as file:
            for line in file:
                yield line.decode("utf8", "replace").rstrip("\r\n")

    readers = [lines(path) for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()]
    while readers:
        for reader in list(readers):
            line = next(reader, None)
            if line is None:
                readers.remove(reader)
            elif len(line) <= 5000:
                yield line


def random_lines(rng, is_known):
    while True:
        blocks = rng.sample(BLOCKS, rng.choice([1, 1, 2, 3, 6]))
        line = ""
        for _ in range(rng.randint(1, 24)):
            kind = rng.random()
            if kind < 0.15:
                line += " "
            elif kind < 0.3:
                line += rng.choice("aeinst.,'ABC1")
            elif kind < 0.33:
                line += rng.choice(WORDS)
            else:
                point = rng.randrange(*rng.choice(blocks))
                if not 0xD800 <= point < 0xE000 and point not in (10, 13) and is_known(chr(point)):
                    line += chr(point)
        yield line


def sources(is_known):
    rng = random.Random(args.seed)
    real = corpus(args.data) if args.data else iter(())
    made = random_lines(rng, is_known)
    for number in range(args.lines):
        line = next(real, None) if number % 2 == 0 else None
        yield next(made) if line is None else line


def units(text):
    places = [0]
    for char in text:
        places.append(places[-1] + (2 if ord(char) > 0xFFFF else 1))
    return places


def hugging_face():
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(args.tokenizer)
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def encode(line):
        encoding = tokenizer.encode(line, add_special_tokens=False)
        places = units(line)
        return encoding.ids, [[places[a], places[b]] for a, b in encoding.offsets], encoding.word_ids

    return encode


def google(file):
    from make_huggingface_golden import google_tokenizer  # noqa: the stubs that stand for TensorFlow

    vocabulary = sorted(file["model"]["vocab"].items(), key=lambda item: item[1])
    tokenizer = google_tokenizer([piece for piece, _ in vocabulary], file["normalizer"]["lowercase"])
    return lambda line: (tokenizer.convert_tokens_to_ids(tokenizer.tokenize(line)), None, None)


def main():
    file = json.loads(pathlib.Path(args.tokenizer).read_text())
    path = args.tokenizer
    temporary = tempfile.TemporaryDirectory()
    if args.google:
        file["normalizer"]["rules"] = "google"
        file["model"]["max_input_chars_per_word"] = 200
        path = os.path.join(temporary.name, "tokenizer.json")
        pathlib.Path(path).write_text(json.dumps(file))
    theirs = google(file) if args.google else hugging_face()
    # Letters and digits, and Google's classes, are those of whichever Unicode a program has; what all know is compared.
    is_pinned = file["model"].get("type") == "WordPiece" and not args.google
    is_known = (lambda char: True) if is_pinned else (lambda char: unicodedata.category(char) != "Cn")
    process = subprocess.Popen(
        ["node", str(TX), "tokenizer", "encode", path, "--json", "--quiet"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    waiting = []
    room = threading.Semaphore(100_000)

    def feed():
        for line in sources(is_known):
            room.acquire()
            waiting.append(line)
            process.stdin.write(line.encode("utf8") + b"\n")
        process.stdin.close()

    threading.Thread(target=feed, daemon=True).start()
    counts = {"lines": 0, "pieces": 0, "ids differ": 0, "places or words differ": 0}
    shown = 0
    for answer in process.stdout:
        line = waiting[counts["lines"]]
        waiting[counts["lines"]] = None
        room.release()
        ours = json.loads(answer)
        ids, places, words = theirs(line)
        counts["lines"] += 1
        counts["pieces"] += len(ids)
        what = None
        if ours["ids"] != ids:
            what = "ids differ"
        elif places is not None and (ours["offsets"] != places or ours["words"] != words):
            what = "places or words differ"
        if what is not None:
            counts[what] += 1
            if shown < 20:
                shown += 1
                print(what, json.dumps(line), ours["ids"], ids, ours.get("offsets"), places, flush=True)
        if counts["lines"] % 20_000 == 0:
            print(counts, file=sys.stderr, flush=True)
    print(counts)
    return process.wait() or (counts["lines"] != args.lines)


if __name__ == "__main__":
    sys.exit(main())
