"""Makes tests/reference/tokenizers/{moses,sentencepiece,sentencepiece-outside}.json. For authors only: needs Perl,
Moses's scripts (MOSES = the folder that holds tokenizer/tokenizer.perl and share/nonbreaking_prefixes), Python with
sentencepiece 0.2.3, and a build of this project (npm run build).

    MOSES=.../mosesdecoder/scripts python tests/reference/make_tokenizers_golden.py
"""

import base64
import hashlib
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import sentencepiece as spm

HERE = pathlib.Path(__file__).parent
OUT = HERE / "tokenizers"
DIST = pathlib.Path(os.environ.get("TX_DIST", HERE.parent.parent / "dist")).resolve()
MOSES = pathlib.Path(os.environ["MOSES"])
COMMAND = "MOSES=.../mosesdecoder/scripts python tests/reference/make_tokenizers_golden.py"

SENTENCES = {
    "en": [
        "Mr. Brown's dog can't find the boys' ball, can it?",
        "She paid $5,300.50 (about 4,900 euros) on Jan. 3, i.e. too much.",
        "It was the 1990's; \"rock 'n' roll\" was over... or was it?",
        "See No. 7 and pp. 12-15. No. That is all.",
        "We met at 5 p.m. in the U.S. Then he left the U.S.",
        "A & B | C <tag> [x] {y} 100% #1 me@site.example",
        "He said 'stop.'",
        "a,b,c 1,2,3 4, five,6 7,",
        "well-known semi-final 3-1 - ok",
        "caf\u00e9 na\u00efve \u201cquoted\u201d \u2018single\u2019 \u2013 dash \u2026 end",
        "  tabs\tand\u00a0odd\u2003spaces \u0085 here \x07bell ",
        "\u4e2d\u6587\u3001\u65e5\u672c\u8a9e and \ud55c\uad6d\uc5b4.",
        ".. ... .... .a. ..b..",
        "'''' '' ' \" `` ` don't rock'n'roll '90s 80's",
    ],
    "de": [
        "Dr. M\u00fcller wohnt z.B. am 3. Mai bzw. am 4. Juni in der Hauptstr. 5.",
        "Die GmbH machte 1,5 Mio. Euro Umsatz, d.h. viel.",
        "Das ist Peters' Fahrrad, nicht Annas'.",
        "\u201eKommst du?\u201c, fragte er \u2013 usw. usf.",
        "Ludwig XIV. war K\u00f6nig. I. Teil.",
        "Ende des Satzes mit Nr. 7 und Abk. Ja.",
    ],
    "fr": [
        "L'homme qu'on voit aujourd'hui n'est pas l\u00e0.",
        "C'est-\u00e0-dire : \u00ab oui \u00bb, dit-il ; non ?",
        "M. Dupont a pay\u00e9 1 234,50 \u20ac p. ex. en janv. dernier.",
        "Il y en a. Cf. l'art. 5, etc.",
        "d'1 'x' l' d'Arc, j' ai 100 % raison !",
    ],
    "ca": ["L'il\u00b7lusi\u00f3 d'en P. val 1.000 \u20ac: la Sra. Mart\u00ed i l'avi, \u00b7 o \u00b7A, i aix\u00f2 \u00c2\u00b7 tamb\u00e9."],
    "cs": ["Viz nap\u0159. \u010dl. 5 odst. 2, tj. mj. v\u010d. p\u0159\u00edlohy.", "Ing. Nov\u00e1k m\u00e1 e-mail a 3 , 5 ml - li. Jak Praha - li je",
           "\u201eAhoj\u201c, \u0159ekl \u201edr. h. c.\u201c a ode\u0161el \u201e domu."],
    "el": ["\u0397 \u03b1\u03c1. 5, \u03b4\u03b7\u03bb. \u03bf \u03ba. \u03a0. \u03c0\u03bb\u03b7\u03c1\u03ce\u03bd\u03b5\u03b9 3,5 \u20ac."],
    "es": ["\u00bfQu\u00e9 hora es, d'accord? \u00a1Hola! La Sra. L\u00f3pez y el Dr. pagaron 3,5 p\u00e1gs. de EE.UU. Fin."],
    "fi": ["EU:n ja USA:ssa klo 20:een, esim. 5:lle; S:T: loppu:", "EU: n , USA: ssa , EU: Ssakin ja x: talo , Kela: ine", "Kapt. Virtanen ym. vuonna 1990:n."],
    "ga": ["D'fh\u00e1g s\u00e9 m'athair, .i. Iml. 5 Feb. agus an tUas. \u00d3 Briain."],
    "hi": ["\u0921\u0949. \u0936\u0930\u094d\u092e\u093e \u0915\u0947 \u092a\u093e\u0938 3,5 \u0930\u0941\u092a\u092f\u0947 \u0939\u0948\u0902\u0964 '\u0939\u093e\u0901'."],
    "hu": ["Dr. Kov\u00e1cs jan. 5-\u00e9n, a 12. f\u00e9l\u00e9vben, pl. 3. Jan. Vari."],
    "it": ["L'amico dell'avv. Rossi, il dott. Verdi, abita all'art. 5 e al num. Sei."],
    "lt": ["Pvz. \u017er. str. 5, p. 7, t. y. 2 mln. Lt. \u0160alis."],
    "nl": ["Drs. Jansen kocht o.a. 's avonds bv. 3 st. en nr. 5, Nr. Zes; Fa. Bos, z'n huis."],
    "pl": ["Tzw. dr hab. in\u017c. Nowak, np. ul. Prosta 5, nr. 3 i nr. Trzy."],
    "pt": ["O Sr. Silva mora na Av. Brasil, no. 5 e no. Seis, d'\u00e1gua."],
    "ru": ["\u0413. \u041f\u0435\u0442\u0440\u043e\u0432 \u0436\u0438\u0432\u0451\u0442 \u043d\u0430 \u0443\u043b. \u041b\u0435\u043d\u0438\u043d\u0430, \u0434. 5, \u0442.\u0435. \u0442\u0430\u043c; \u0440\u0443\u0431. \u0418 \u043c\u043b\u043d. \u0414\u0430."],
    "so": ["Waa go'aan 'cusub' la'aan ' ka ba'."],
    "sv": ["USA:s och S:t Erik kl. 20:30, bl.a. 5 kr. Ja: nej:Ja 7:"],
    "tdt": ["Ne'e la'\u00f3s ema-ida ni'A 'hau' Sr. Xavier no. 5 no. Lima."],
    "zh": ["\u4e2d\u6587 3,5 kg. Nr. 7, No. 5 and\u3002 No. Xy"],
    "xx": ["\u00bfQu\u00e9 hora es, d'accord? \u00a1Hola! Sr. L\u00f3pez pag\u00f3 3,5."],
}
# Spaces of all kinds: Perl's white space is not JavaScript's.
SPACES = "Um 2.30\u202fUhr zu 99\u202f%: a.\u202fD. 86\u202f400\u00a0s\u2009\u2028x\u3000\u0085\ufeff\u200by"
DETOKENIZE = {
    "en": ["\" Hello , \" he said ( twice ) : it 's the Jones ' house , 50 % off , $ 5 !", "` a ' \u4e2d \u6587 ab \u00bf x"],
    "de": ["\u201e Ja \" , sagte er \" ; nein ' x ' .", "semi @-@ final 3 @-@ 1"],
    "cs": ["v\u00edte - li , e - mail a E \u2013 Mailem , 3 , 5 nebo 3. 5 - li", "\u201c tak \u201e ano \u201c \u201e ne \u201e jo \" a \""],
    "fi": ["EU: N EU: seen USA: Llanikin x: talo EU: h\u00f6n EU : n", "n : n"],
    "it": ["L' amico dell' Avv. , un po' ' strano ' !"],
    "ja": ["\u732b \u304c \u3044\u308b \u3002 ab \uff71 \uff72"],
    "fr": ["Qu' est -ce que l' art ? C' est 100 % : oui ; non !", "d' un ' mot ' l' 5"],
}

TOY = "toy"
ODD = ["F12 x-ray a1b2 12,5", "e\u0301te\u0301 sol", "a\u00e9a\u00e9 \u4e2d\u6587\u30ab\u30ca\u30fc\u4e2d \uff71\uff72", "\U00010400\ufb01x", "  lead  trail "]
TRAININGS = [
    {"name": "toy", "lines": TOY, "options": {"vocabSize": 240}},
    {"name": "toy, other ids", "lines": TOY, "options": {"vocabSize": 120, "padId": 119, "unkId": 0, "bosId": -1, "eosId": 1}},
    {"name": "toy, over spaces", "lines": TOY, "options": {"vocabSize": 150, "splitByWhitespace": False}},
    {"name": "toy, coverage", "lines": TOY, "options": {"vocabSize": 150, "characterCoverage": 0.98}},
    {"name": "toy, symbols", "lines": TOY, "options": {"vocabSize": 150, "userDefinedSymbols": ["the", "<2de>", "ie"]}},
    {"name": "toy, bytes", "lines": TOY, "options": {"vocabSize": 400, "byteFallback": True, "characterCoverage": 0.98}},
    {"name": "repeats", "lines": ["aaaaa"] * 5 + ["bb"] * 11 + ["aaaa b"] * 3, "options": {"vocabSize": 14}},
    {"name": "odd", "lines": ODD * 3, "options": {"vocabSize": 70}},
    {"name": "tabs and marks", "lines": ["ab\tcd ab\tcd", "<s> ab </s>", "\u2581ab c"] * 3, "options": {"vocabSize": 15}},
    {"name": "tabs beside symbols", "lines": [";\t;\t;\t x;\t"] * 50, "options": {"vocabSize": 14}},
    {"name": "too large", "lines": ["ab\tcd ab\tcd", "abab"] * 5, "options": {"vocabSize": 60}},
]
SAMPLES = [
    "The dog sees the ball.",
    "Ist der Schl\u00fcssel gro\u00df?",
    "  The   the ie <2de>thedog x ",
    "caf\u00e9 \u65e5\u672c \U0001f600\U0001f600 zzz Qq",
    "\u2581marks\u2581 \u2581",
    "",
    " ",
    "tab\tand\u00a0nbsp<s></s><unk>",
    "aaaaaaa The neighbour sings in the garden today, and nobody laughs 1234.",
]

# Models of kinds that are not trained here, over the toy corpus and the lines of EXTRA.
EXTRA = ["wait. what... no.... Tom.. .", "\uff34\uff28\uff25 \ufb01ne caf\u00e9 x\u00b2", "\u65e5\u672c\u8a9e \u306e 1,5", "the  dog   sees"] * 5
# Left and right sides in hexadecimal: full width to plain, two characters to one, a character to two, to a space, to nothing.
RULES = ["FF34\t54", "FF28\t48", "FF25\t45", "FB01\t66 69", "65 301\tE9", "A0\t20", "AD\t", "2026\t2E 2E 2E", "2002\t20 20", "41 42 43\t1F600"]
OUTSIDE = [
    {"name": "unigram", "model_type": "unigram", "vocab_size": 150},
    {"name": "unigram, symbols and bytes", "model_type": "unigram", "vocab_size": 400, "byte_fallback": True, "character_coverage": 0.98, "user_defined_symbols": ["the", "<2de>", "o g", "\u65e5\u672c"]},
    {"name": "unigram, own rules", "model_type": "unigram", "vocab_size": 150, "rules": True, "user_defined_symbols": ["\uff34x", "\ufb01"]},
    {"name": "unigram, marks after words", "model_type": "unigram", "vocab_size": 150, "rules": True, "treat_whitespace_as_suffix": True},
    {"name": "unigram, spaces as they are", "model_type": "unigram", "vocab_size": 150, "rules": True, "split_by_whitespace": False, "allow_whitespace_only_pieces": True, "remove_extra_whitespaces": False},
    {"name": "unigram, no mark first", "model_type": "unigram", "vocab_size": 150, "add_dummy_prefix": False},
    {"name": "unigram, unused pieces", "model_type": "unigram", "vocab_size": 150, "unused": True},
    {"name": "unigram, ties", "model_type": "unigram", "vocab_size": 34, "lines": ["wait.. a...", "no. no... b", "Tom. said... x.", "so... ab. ba..."] * 30},
    {"name": "bpe, own rules", "model_type": "bpe", "vocab_size": 150, "rules": True, "user_defined_symbols": ["\ufb01"]},
    {"name": "bpe, unused pieces", "model_type": "bpe", "vocab_size": 150, "unused": True},
    {"name": "words", "model_type": "word", "vocab_size": 60},
    {"name": "characters", "model_type": "char", "vocab_size": 80, "user_defined_symbols": ["the"]},
]
OUTSIDE_SAMPLES = SAMPLES + EXTRA[:4] + [
    "Tom.... .... wait.....  a......b. no..........", "\u00ad", "\u00ad\u00a0 \u2002x\u2002 \u2002y\u00ad", "\uff34x \uff34\ufb01 \ufb01ABC e\u0301te\u0301", "ABABC\u2026\ufeff\ufffd", "<2de>the\u65e5\u672cthe dog",
    "a ....", "xa.....", "no..... b.....a....x",
]


def perl(script, *args, lines):
    run = subprocess.run(["perl", str(MOSES / "tokenizer" / script), "-q", *args], input="\n".join(lines) + "\n",
                         capture_output=True, encoding="utf-8", check=True)
    return [line.strip(" ") for line in run.stdout.split("\n")[:-1]]


def prefix_lists():
    """What each file lists that can come up: no white space, no dot beside a letter."""
    lists = {}
    for file in sorted((MOSES / "share" / "nonbreaking_prefixes").glob("nonbreaking_prefix.*")):
        entries = [re.sub(r"\s+#NUMERIC_ONLY#.*", "", line) for line in file.read_text("utf-8").split("\n")
                   if line and line[0] != "#"]
        lists[file.suffix[1:]] = [entry for entry in entries if not re.search(r"\s", entry)
                                  and not ("." in entry and any(char.isalpha() for char in entry))]
    return lists


def moses_lists():
    """By language, a hash of the tokens of all languages' abbreviations before a name and before a number."""
    lists = prefix_lists()
    lines = [f"{entry}. Xy {entry}. 5" for entry in sorted(set(sum(lists.values(), [])))]
    hashes = {}
    for language in [*lists, "so", "xx"]:
        text = "\n".join(perl("tokenizer.perl", "-l", language, lines=lines))
        hashes[language] = hashlib.sha256(text.encode()).hexdigest()
    return {"lines": len(lines), "sha256": hashes}


def moses():
    cases = []
    for language, lines in SENTENCES.items():
        lines = [*lines, SPACES]
        plain = perl("tokenizer.perl", "-l", language, lines=lines)
        raw = perl("tokenizer.perl", "-l", language, "-a", "-no-escape", lines=lines)
        back = perl("detokenizer.perl", "-l", language, lines=plain)
        for line, a, b, c in zip(lines, plain, raw, back, strict=True):
            cases.append({"language": language, "line": line, "tokens": a, "aggressive": b, "detokenized": c})
    detokenize = []
    for language, lines in DETOKENIZE.items():
        for line, text in zip(lines, perl("detokenizer.perl", "-l", language, lines=lines), strict=True):
            detokenize.append({"language": language, "tokens": line, "text": text})
    return {"command": COMMAND, "cases": cases, "detokenize": detokenize, "lists": moses_lists()}


def read_lines(lines):
    if lines != TOY:
        return lines
    corpus = HERE.parent / "corpus"
    return [line for name in ("toy.en", "toy.de") for line in (corpus / name).read_text("utf-8").split("\n")[:-1]]


def train(lines, options, **more):
    names = {"vocabSize": "vocab_size", "padId": "pad_id", "unkId": "unk_id", "bosId": "bos_id", "eosId": "eos_id",
             "splitByWhitespace": "split_by_whitespace", "characterCoverage": "character_coverage",
             "userDefinedSymbols": "user_defined_symbols", "byteFallback": "byte_fallback"}
    settings = {"model_type": "bpe", "character_coverage": 1.0, "normalization_rule_name": "identity", "pad_id": 0,
                "unk_id": 1, "bos_id": 2, "eos_id": 3, "minloglevel": 4, **more}
    settings |= {names[key]: value for key, value in options.items()}
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, **settings)
    return model.getvalue()


def forbid(data):
    """The model with two of three longer pieces marked as unused."""
    program = """
      const { decodeModel, encodeModel } = await import(process.argv[1] + '/tokenizers/sentencepiece-model.js');
      const { readFileSync } = await import('node:fs');
      const model = decodeModel(readFileSync(0), 'model');
      model.pieces.forEach((piece, id) => { if (piece.type === 1 && piece.piece.length > 1 && id % 3) piece.type = 5; });
      process.stdout.write(encodeModel(model));
    """
    return subprocess.run(["node", "--input-type=module", "-e", program, str(DIST)], check=True, capture_output=True,
                          input=data).stdout


def foreign(settings, lines):
    """A model of another kind, its ids and pieces for the samples, and the texts of random ids."""
    name, rules, unused = (settings.pop(key, None) for key in ("name", "rules", "unused"))
    lines = settings.pop("lines", lines)
    settings["hard_vocab_limit"] = False
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
        file.write("\n".join(RULES) + "\n")
        file.flush()
        if rules:
            settings["normalization_rule_tsv"] = file.name
        data = train(lines, {}, **settings)
    if unused:
        data = forbid(data)
    processor = spm.SentencePieceProcessor(model_proto=data)
    draw = random.Random(1)
    special = [i for i in range(len(processor)) if processor.is_control(i) or processor.is_unknown(i) or processor.id_to_piece(i) == "\u2581"]
    texts = []
    for _ in range(40):
        ids = [draw.choice(special) if draw.random() < 0.3 else draw.randrange(len(processor)) for _ in range(6)]
        texts.append([ids, processor.decode(ids)])
    return {"name": name, "model": base64.b64encode(data).decode(),
            "ids": [processor.encode(line) for line in OUTSIDE_SAMPLES],
            "pieces": [processor.encode(line, out_type=str) for line in OUTSIDE_SAMPLES], "texts": texts}


def train_here(lines, options):
    """The bytes of the model that this project's trainer makes."""
    program = """
      const { trainBpe } = await import(process.argv[1] + '/tokenizers/bpe-trainer.js');
      const { encodeModel } = await import(process.argv[1] + '/tokenizers/sentencepiece-model.js');
      const { readFileSync } = await import('node:fs');
      const { lines, options } = JSON.parse(readFileSync(0, 'utf8'));
      process.stdout.write(encodeModel(trainBpe(lines, options)));
    """
    return subprocess.run(["node", "--input-type=module", "-e", program, str(DIST)], check=True, capture_output=True,
                          input=json.dumps({"lines": lines, "options": options}).encode()).stdout


def sentencepiece():
    trainings = []
    for case in TRAININGS:
        lines = read_lines(case["lines"])
        try:
            data = train(lines, case["options"])
        except RuntimeError as error:
            trainings.append({**case, "largest": int(str(error).rsplit("<= ", 1)[1].rstrip("."))})
            continue
        theirs = spm.SentencePieceProcessor(model_proto=data)
        vocabulary = [[theirs.id_to_piece(i), theirs.get_score(i)] for i in range(len(theirs))]
        own = train_here(lines, case["options"])
        ours = spm.SentencePieceProcessor(model_proto=own)
        trainings.append({**case, "vocabulary": vocabulary, "sha256": hashlib.sha256(own).hexdigest(),
                          "ids": [ours.encode(s) for s in SAMPLES], "pieces": [ours.encode(s, out_type=str) for s in SAMPLES],
                          "decoded": [ours.decode(ours.encode(s)) for s in SAMPLES]})
    toy = read_lines(TOY)
    models = {"bpe": train(toy, {"vocabSize": 60}),
              "unigram": train(toy, {"vocabSize": 60}, model_type="unigram"),
              "bare": train(toy, {"vocabSize": 60}, add_dummy_prefix=False, remove_extra_whitespaces=False)}
    return {"command": COMMAND, "version": spm.__version__, "samples": SAMPLES, "trainings": trainings,
            "models": {name: base64.b64encode(data).decode() for name, data in models.items()}}


def outside():
    """The golden of models that are not trained here, one a line."""
    lines = read_lines(TOY) + EXTRA
    head = {"command": COMMAND, "version": spm.__version__, "samples": OUTSIDE_SAMPLES}
    models = ",\n".join(json.dumps(foreign(dict(case), lines), ensure_ascii=False) for case in OUTSIDE)
    return json.dumps(head, ensure_ascii=False)[:-1] + ',\n"models": [\n' + models + "\n]}\n"


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for name, make in (("moses", moses), ("sentencepiece", sentencepiece)):
        with open(OUT / f"{name}.json", "w", encoding="utf-8") as file:
            json.dump(make(), file, ensure_ascii=False, indent=1)
            file.write("\n")
    (OUT / "sentencepiece-outside.json").write_text(outside(), "utf-8")
    sys.exit(0)
