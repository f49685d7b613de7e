"""Needs PyPI's sentence-splitter 1.4; reference only, never used by the package.

Writes the sentences that it finds in lines of several languages, of abbreviations that both its lists and the Moses
project's have: tests/reference/tokenizers/sentences.json.

    python tests/reference/sentences.py > tests/reference/tokenizers/sentences.json
"""

import json

from sentence_splitter import SentenceSplitter

COMMAND = "python tests/reference/sentences.py > tests/reference/tokenizers/sentences.json"

LINES = {
    "en": [
        "One sentence alone",
        "It ends. Another begins.",
        "Does it end? Yes! It does... Or so they say.",
        "Dr. Smith met Mr. Jones on day 5. at No. 10 Downing St. in London. They talked.",
        "No. That was all he said. No. 5 was empty.",
        "See e.g. Section 4, i.e. The one about dots. So Nr. 2 and pp. 3 to 5.",
        "He left the U.S. Army in 1990. The U.S.A. was at peace. NASA sent R.E.M. Tickets were sold.",
        "She has a Ph.D. Her brother has none vs. Nobody. Adm. Asked.",
        "\"Come in,\" she said. \"It is cold.\" He came. 'Why?' he asked. \"Because.\"",
        "(He left.) [Nobody saw it.] (\"Nobody?\") She did!",
        "What?! Never!! Really?!? Well . . . Perhaps.",
        "It cost $3.50. 200 people paid 5%. 1990 was the year.",
        "the end. lower case goes on. and on! so? yes.",
        "He said “No.” Then “Yes!” ‘Why?’ ¿Qué? ¡Oh!",
        "At 5 p.m. The doors opened at 6 a.m. sharp. J. R. R. Tolkien wrote. A. B. and C.",
        "Spaces   between.   Many   of them.  ",
        "   Before it. ",
        ". . Dots . First ... Last",
        "Version 2.0. Then 3.0.1. See example.com. It works. Mail to a.b@c.de. Done.",
        "The list: a.) one b.) two. C.) Three). Four\"). Five.",
        "Tea (it was hot.) was served... (Later.) \"...\" He slept.",
        "A very long sentence-with-hyphens. X-ray. e-mail. Gov. Corp. The firm. Ltd. Gone.",
        "He paid 5. (She did not.) He left. [5 more.] {Braces.} <Angles.> End.",
    ],
    "de": [
        "Das ist z.B. ein Satz, d.h. Noch einer. Er hat ca. 5 km, usw. Dann Schluss.",
        "Am 3. Oktober kam Dr. Meier. Er blieb bis zum 4. Dann ging er.",
        "„Wirklich?“ fragte sie. »Ja.« Er nickte. Gemäß Art. 5 Abs. 2 gilt das nicht.",
    ],
    "fr": [
        "M. Dupont est arrivé. Il a dit : « Bonjour ! » Puis il est parti. Mme. Durand aussi.",
        "Voir p. 5 et art. 3. C.-à-d. Rien. École fermée. À demain ?",
    ],
    "es": ["¿Qué tal? ¡Bien! El Sr. García vive en la Avda. España. Él trabaja. EE.UU. Ganó."],
    "ru": ["Это конец. Новое начало! Да? Нет. Так. 5. Ещё. А. С. Пушкин писал."],
    "el": ["Τέλος. Αρχή; Ναι! κ.λπ. Όχι."],
}

if __name__ == "__main__":
    cases = [
        {"language": language, "line": line, "sentences": [s for s in SentenceSplitter(language).split(line) if s]}
        for language, lines in LINES.items()
        for line in lines
    ]
    print(json.dumps({"command": COMMAND, "cases": cases}, ensure_ascii=False, indent=1))
