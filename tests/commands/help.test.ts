import { expect, it } from 'vitest';
import { commandNames } from '../../src/commands/index.ts';
import { tx } from './run.ts';

const help = async (...words: string[]) => (await tx([...words, '--help'])).stdout;

it('tx', async () => {
  expect(await help()).toMatchInlineSnapshot(`
    "tx <command> [options]

    Train, use and score Transformer models.

    Commands:
      tx init <src> <tgt>             Write a config for your own text: two files, line by line
                                      translations of each other
      tx train <config>               Train a model as a config says: data, tokenizers, training,
                                      validation, test
      tx translate <run>              Translate lines of text with a trained run
      tx parse <run> [files..]        Parse sentences with a trained run
      tx lm <what> <run> [texts..]    Let a language model continue prompts, or score text
      tx classify <run> [texts..]     Find classes, scores or tags for texts with a trained run
      tx embed <run> [texts..]        Vectors of texts, by the encoder of a run
      tx fill <run> [texts..]         Likely words for the hidden ones of a text, by an encoder
      tx inspect <run>                Look inside a model: attention, hidden states, and what they are
                                      for
      tx tokenizer <what> [args..]    Train a tokenizer, cut text with one and put it together, or look
                                      into it
      tx eval-bleu [runs..]           Score translations, or runs on a test set, with BLEU, chrF and TER
                                      as sacreBLEU does
      tx eval-parse <gold> <tests..>  Score parse trees against gold trees with bracket F1 as EVALB
                                      computes it
      tx tree [files..]               Draw the trees of a treebank, or write them in another format
      tx runs [dir]                   List runs with their state, figures, time, and the settings in
                                      which they differ
      tx report <runs..>              Report on runs: curves, data, outputs, settings; several are
                                      compared
      tx study <study>                Train a config over settings and seeds, as a study says, and
                                      report on all runs together
      tx rasp <what> <program>        Run, trace or check a program in RASP-L, the language of what
                                      Transformers can learn
      tx average <runs..>             Average the parameters of checkpoints, of one run or of several
      tx import <format> <source>     A model that was made elsewhere, as a run
      tx export <run>                 A run as a model for other programs
      tx config [config]              Check a config for training and print it with its includes,
                                      overrides and defaults
      tx data [name] [args..]         Fetch a corpus into the folder of corpora, or list what there is
      tx completion <shell>           Print a script by which a shell completes commands, options,
                                      configs, runs and settings
      tx bench <what>                 Measure speed: whole training steps on made-up batches; what
                                      several machines would bring

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
      -v, --version  Show version number                                                       [boolean]

    tx <command> --help shows the options and examples of a command.
    "
  `);
});

it('tx train', async () => {
  expect(await help('train')).toMatchInlineSnapshot(`
    "tx train <config> [options]

    Train a model as a config says: data, tokenizers, training, validation, test

    Positionals:
      config  A YAML file, or the name of one that comes with tx, such as quickstart [string] [required]

    Options:
      -q, --quiet         Print results and errors only                                        [boolean]
      -h, --help          Show help                                                            [boolean]
      -v, --version       Show version number                                                  [boolean]
          --set           Override a setting: --set training.maxEpochs=3                         [array]
          --run           The run's folder [default: runs/NAME]                                 [string]
          --resume        Go on from the last checkpoint                      [boolean] [default: false]
          --from          With --resume: go back to a checkpoint, best or one such as step-1200 [string]
          --overwrite     Replace the run in the folder                       [boolean] [default: false]
          --rank-timeout  On several ranks: minutes after which one that the others wait for ends the
                          job                                                     [number] [default: 30]
          --json          Print the outcome as JSON                           [boolean] [default: false]

    Examples:
      tx train quickstart                          Train on the corpus that comes with tx
      tx train my.yaml --set optimizer.type=adamw  Try another optimizer
      tx train my.yaml --resume                    Go on after an interruption
      mpirun -np 4 tx train my.yaml                Four processes share each update (docs/cluster.md)
    "
  `);
});

it('tx translate', async () => {
  expect(await help('translate')).toMatchInlineSnapshot(`
    "tx translate <run> [options]

    Translate lines of text with a trained run

    Positionals:
      run  A run's folder, or the config it was trained from                         [string] [required]

    Options:
      -q, --quiet           Print results and errors only                                      [boolean]
      -h, --help            Show help                                                          [boolean]
      -v, --version         Show version number                                                [boolean]
      -i, --input           Text to translate; - is standard input [default: standard input]    [string]
      -o, --output          Where to write: FILE.part until all is done [default: standard output]
                                                                                                [string]
          --buffer-size     Lines taken together at most: fewer are shown sooner, more are searched
                            faster                                              [number] [default: 1024]
          --checkpoint      A checkpoint of the run, such as best, last or step-1200, or a file
                            [default: the run's choice]                                         [string]
          --threads         Threads; 0 is one a core                               [number] [default: 0]
          --beam-size       Hypotheses kept [default: the run's]                                [number]
          --length-penalty  Exponent of the length penalty [default: the run's]                 [number]
          --n-best          Translations of each line, each after its line number and score     [number]
          --batch-tokens    Source tokens in a batch                                            [number]
          --input-text      Input as people write it, or as the run's preprocessing steps leave it
                                                       [choices: "raw", "preprocessed"] [default: "raw"]
          --output-text     Output as people write it, or as the model does
                                                       [choices: "raw", "preprocessed"] [default: "raw"]
          --ensemble        Another run that decides together with it; may be given several times
                                                                                 [array] [default: none]
          --json            One JSON object a line, with scores               [boolean] [default: false]

    Examples:
      echo "A house." | tx translate runs/quickstart      Translate a line
      tx translate runs/en-de -i test.en -o test.hyp      Translate a file
      --beam-size 8
      tx translate runs/en-de -i test.en --n-best 3       Three translations with their scores
      --json
    "
  `);
});

it('tx eval-bleu', async () => {
  expect(await help('eval-bleu')).toMatchInlineSnapshot(`
    "tx eval-bleu [runs..] [options]

    Score translations, or runs on a test set, with BLEU, chrF and TER as sacreBLEU does

    Positionals:
      runs  Folders of runs, or the configs they were trained from; the first is the baseline
                                                                                   [array] [default: []]

    Input:
          --on                         Which of the runs' own sets [default: test]
                                                                              [choices: "test", "valid"]
          --checkpoint                 A checkpoint of the run, such as best, last or step-1200, or a
                                       file [default: the run's choice]                         [string]
          --hyp                        Instead of a run: translations, one a line; a file for each
                                       system; - is standard input                               [array]
          --ref                        References, line by line for the translations; one file or
                                       several                                                   [array]
          --src                        Sources, for reports and to notice swapped files         [string]
          --names                      What reports call the systems [default: their files, or their
                                       runs]                                                     [array]
      -t, --test-set                   A known test set instead of --ref and --src, such as wmt14/full;
                                       runs translate it                                        [string]
      -l, --langpair, --language-pair  Of --test-set or the files, such as en-de: BLEU's tokenizer
                                       follows it [default: the run's]                          [string]
          --list-test-sets             Print the known test sets                               [boolean]

    Metrics:
      -m, --metrics  Among bleu, chrf, ter, separated by commas or spaces [default: bleu]        [array]

    BLEU:
          --tokenize                 How text is split into words [default: 13a, the language's or the
                                     run's]               [choices: "13a", "intl", "char", "zh", "none"]
          --lowercase                Ignore case                                               [boolean]
          --smooth-method, --smooth  Smoothing of n-gram orders without a match [default: exp, or the
                                     run's]                   [choices: "exp", "floor", "add-k", "none"]
          --smooth-value             For the methods floor (0.1) and add-k (1)                  [number]
          --max-ngram-order          Longest n-grams; signatures do not tell it [default: 4, or the
                                     run's]                                                     [number]
          --effective-order          Leave out orders that the text is too short for           [boolean]
          --force                    Do not warn of translations that look tokenized           [boolean]

    chrF:
          --chrf-char-order     Longest character n-grams [default: 6]                          [number]
          --chrf-word-order     Longest word n-grams; 2 makes it chrF++ [default: 0]            [number]
          --chrf-beta           How many times as much recall weighs as precision [default: 2]  [number]
          --chrf-lowercase      Ignore case                                                    [boolean]
          --chrf-whitespace     Keep white space as characters                                 [boolean]
          --chrf-eps-smoothing  Average over all orders, as chrF++.py and NLTK do              [boolean]

    TER:
          --ter-normalized      Decode entities and split off punctuation                      [boolean]
          --ter-no-punct        Remove punctuation                                             [boolean]
          --ter-asian-support   With --ter-normalized or --ter-no-punct: Chinese and Japanese too
                                                                                               [boolean]
          --ter-case-sensitive  Tell upper from lower case                                     [boolean]

    Significance:
          --confidence    For one system: mean and 95% interval by bootstrap resampling        [boolean]
          --confidence-n  Its resamples [default: 1000]                                         [number]
          --paired-bs     For several: test each against the first by paired bootstrap resampling
                                                                                               [boolean]
          --paired-bs-n   Its resamples [default: 1000]                                         [number]
          --paired-ar     For several: test each against the first by paired approximate randomization
                                                                                               [boolean]
          --paired-ar-n   Its trials [default: 10000]                                           [number]
          --seed          Of these tests: a number, or none for another each time [default: 12345]
                                                                                                [string]

    Protocol:
          --protocol       A paper's way of scoring, with sacreBLEU's beside it: tokenized BLEU with
                           compounds split                                      [choices: "vaswani2017"]
          --lang           The target language [default: the test set's, or the run's]          [string]
          --ref-tokenized  References are tokenized beforehand: leave them as they are         [boolean]

    Output:
          --json           Print JSON with sacreBLEU's fields                                  [boolean]
      -w, --width          Decimals of scores [default: 2; in JSON and CSV at most 10]          [number]
          --csv            Write the scores to a CSV file                                       [string]
          --sentences-csv  Write every sentence with its scores to a CSV file                   [string]
          --html           Write a page that compares the systems, down to single sentences     [string]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
      -v, --version  Show version number                                                       [boolean]

    Examples:
      tx eval-bleu runs/quickstart                        Score a run on its test set
      tx eval-bleu runs/en-de --test-set wmt14/full       Translate a known test set and score it
      tx eval-bleu runs/base runs/new --paired-bs         Is the second run better than the first?
      tx eval-bleu --hyp out.de --ref test.de --metrics   Score a file
      bleu,chrf,ter
      tx eval-bleu --hyp out.de --ref a.de b.de --json    Two references, JSON
      tx eval-bleu --hyp out.zh --ref test.zh --langpair  With Chinese's own tokenizer
      en-zh
      tx eval-bleu --hyp - --test-set wmt14/full          Score what is piped in
      --langpair en-de < out.de
      tx eval-bleu --hyp base.de new.de --ref test.de     Is the difference significant?
      --paired-bs
      tx eval-bleu --hyp a.de b.de --ref test.de --src    A page to look into
      test.en --html ab.html
      tx eval-bleu --hyp out.de --ref test.de --protocol  As Vaswani et al. (2017) score
      vaswani2017 --lang de
    "
  `);
});

it('tx config', async () => {
  expect(await help('config')).toMatchInlineSnapshot(`
    "tx config [config] [options]

    Check a config for training and print it with its includes, overrides and defaults

    Positionals:
      config  A YAML file, or the name of one that comes with tx, such as quickstart            [string]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
      -v, --version  Show version number                                                       [boolean]
          --set      Override a setting: --set training.maxEpochs=3                              [array]
          --schema   Print the JSON Schema of all configs instead, for editors[boolean] [default: false]

    Examples:
      tx config quickstart                      All settings of the first example
      tx config my.yaml --set model.dModel=256  Check an override
      tx config quickstart > my.yaml            A file to start from
      tx config --schema > tx.schema.json       What editors complete and check configs by
    "
  `);
});

it('tx bench', async () => {
  expect(await help('bench')).toMatchInlineSnapshot(`
    "tx bench <what> [options]

    Measure speed: whole training steps on made-up batches; what several machines would bring

    Positionals:
      what  What to tell                                          [required] [choices: "train", "scale"]

    Options:
      -q, --quiet      Print results and errors only                                           [boolean]
      -h, --help       Show help                                                               [boolean]
      -v, --version    Show version number                                                     [boolean]
          --config     A benchmark config, or the name of one that comes with tx
                                                                        [string] [default: "bench/tiny"]
          --set        Override a setting: --set steps=50                                        [array]
          --profile    train: also show the time by operator                  [boolean] [default: false]
          --step-ms    scale: milliseconds of a batch on one machine, instead of measuring      [number]
          --gflops     scale: the same by the speed of its steps, as bench train tells it       [number]
          --batches    scale: batches of each machine in an update [default: 1]                 [number]
          --machines   scale: how many [default: 1,2,4,8,16,32,64]                              [string]
          --gbits      scale: speeds of the network in Gbit/s [default: 1,10,100]               [string]
          --reduction  scale: as which numbers gradients are sent [default: float32]
                                                                            [choices: "float32", "bf16"]
          --latency    scale: microseconds of a message [default: 50]                           [number]
          --json       Print one JSON object                                  [boolean] [default: false]

    Examples:
      tx bench train                                      The tiny model
      tx bench train --config bench/base --json           The base model, for scripts
      tx bench train --config bench/lm-256                A language model
      tx bench train --profile                            Where the time goes
      tx bench scale --config bench/base                  Measured here, computed for 1 to 64 machines
      tx bench scale --config bench/base --step-ms 2200   With figures of your own
      --gbits 25
    "
  `);
});

it('tx parse', async () => {
  expect(await help('parse')).toMatchInlineSnapshot(`
    "tx parse <run> [files..] [options]

    Parse sentences with a trained run

    Positionals:
      run    A run's folder, or the config it was trained from                       [string] [required]
      files  English sentences, one a line; - is standard input                 [array] [default: ["-"]]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
          --tokenized      The words stand apart already, as a treebank splits them; in any language
                                                                              [boolean] [default: false]
          --partial        Words stand apart, with brackets around some that trees keep: (NP the (JJ
                           old)) man .                                        [boolean] [default: false]
      -f, --format         One of bracket, pretty, unicode, ascii, json, json-array, conll, spans, dot,
                           forest, tikz-qtree, svg, html [default: by --output's ending; unicode on a
                           terminal; else bracket]                                              [string]
          --json           The same as --format json                                           [boolean]
      -o, --output, --out  Where to write: FILE.part until all is done [default: standard output]
                                                                                                [string]
          --ensemble       Another run that decides together with it; may be given several times
                                                                                 [array] [default: none]
          --beam-size      Hypotheses kept [default: the run's]                                 [number]
          --n-best         Trees of each sentence at most, each with the number of its line and its
                           score                                                                [number]
          --scores         Line numbers and scores without --n-best too; in drawings what is not sure
                                                                              [boolean] [default: false]
          --unconstrained  Let the model print what it will, and tell what had to be repaired
                                                                              [boolean] [default: false]
          --buffer-size    Lines taken together at most: fewer are shown sooner, more are searched
                           faster                                               [number] [default: 1024]
          --checkpoint     A checkpoint of the run, such as best, last or step-1200, or a file [default:
                           the run's choice]                                                    [string]
          --threads        Threads; 0 is one a core                                [number] [default: 0]

    Examples:
      echo "It doesn't rain." | tx parse runs/ptb-sample  Parse a sentence
      tx parse runs/ptb-sample news.txt -o news.html      A page with folding trees
      tx parse runs/ptb-sample words.txt --tokenized >    Trees to score: tx eval-parse
      parsed.mrg
      tx parse runs/ptb-sample news.txt --n-best 3 -f     Three trees each, with scores
      json
      echo "I saw (NP the man with hats) ." | tx parse    Keep a phrase
      runs/chart --partial

    An empty line gives an empty line where trees stand one a line without numbers, elsewhere nothing.
    "
  `);
});

it('tx eval-parse', async () => {
  expect(await help('eval-parse')).toMatchInlineSnapshot(`
    "tx eval-parse <gold> <tests..> [options]

    Score parse trees against gold trees with bracket F1 as EVALB computes it

    Significance:
          --confidence    For one system: mean and 95% interval by bootstrap resampling        [boolean]
          --confidence-n  Its resamples [default: 1000]                                         [number]
          --paired-bs     For several: test each against the first by paired bootstrap resampling
                                                                                               [boolean]
          --paired-bs-n   Its resamples [default: 1000]                                         [number]
          --paired-ar     For several: test each against the first by paired approximate randomization
                                                                                               [boolean]
          --paired-ar-n   Its trials [default: 10000]                                           [number]
          --seed          Of these tests: a number, or none for another each time [default: 12345]
                                                                                                [string]

    Positionals:
      gold   Gold trees, one a line or over several                                  [string] [required]
      tests  Trees to score, in the order of the gold trees, the baseline first; - is standard input
                                                                        [array] [required] [default: []]

    Options:
      -q, --quiet         Print results and errors only                                        [boolean]
      -h, --help          Show help                                                            [boolean]
      -v, --version       Show version number                                                  [boolean]
          --prm           EVALB's parameters: a file, collins, or bare (all labels count)
                                                                           [string] [default: "collins"]
          --cutoff        Length for the second summary [default: as --prm says]                [number]
          --max-errors    With --skip-bad: EVALB's MAX_ERROR [default: as --prm says]           [number]
          --skip-bad      Count sentences that cannot be compared, as EVALB does, instead of stopping
                                                                              [boolean] [default: false]
          --json          Print JSON instead of the table                     [boolean] [default: false]
          --per-sentence  With --json: also each sentence                     [boolean] [default: false]
          --html          Write a page: scores by label and length, kinds of errors, trees side by side
                                                                                                [string]

    Examples:
      tx eval-parse gold.mrg parsed.mrg                   Print EVALB's table, with Collins' parameters
      tx eval-parse gold.mrg parsed.mrg --prm bare        What evalb prints without -p
      --skip-bad
      tx eval-parse gold.mrg - --json < parsed.mrg        Score what is piped in, JSON
      tx eval-parse gold.mrg parsed.mrg --html            What is wrong, and where
      errors.html
      tx eval-parse gold.mrg a.mrg b.mrg --paired-bs      Is the second parser better?
    "
  `);
});

it('tx tree', async () => {
  expect(await help('tree')).toMatchInlineSnapshot(`
    "tx tree [files..] [options]

    Draw the trees of a treebank, or write them in another format

    Positionals:
      files  Trees in brackets; - is standard input                             [array] [default: ["-"]]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
      -f, --format         One of bracket, pretty, unicode, ascii, json, json-array, conll, spans, dot,
                           forest, tikz-qtree, svg, html [default: by --output's ending; unicode on a
                           terminal; else bracket]                                              [string]
          --normalize      Steps, in this order, of stripTop, addTop, dropTraces, stripFunctions,
                           dropRepeats, collapseUnary, restoreUnary; without a name: dropTraces
                           stripFunctions stripTop dropRepeats                                   [array]
          --skip-bad       Leave out trees that cannot be read                [boolean] [default: false]
          --first          So many trees at most                                                [number]
          --select         Only the trees of these numbers, counted from 1: 3,7-9               [string]
          --standalone     For forest and tikz-qtree: a whole document [default]; --standalone=false:
                           the pictures alone, to \\input                                       [boolean]
          --json           The same as --format json                                           [boolean]
      -o, --output, --out  Where to write; its ending says the format [default: standard output][string]

    Examples:
      tx tree wsj.mrg --select 3 --normalize        Draw the third tree without traces and functions
      tx tree wsj.mrg --first 50 --output wsj.html  A page with folding trees
      tx tree wsj.mrg --select 3 --output tree.tex  A LaTeX document
      tx tree wsj.mrg --select 3 --output tree.png  A picture

    Formats:
      bracket     .mrg            One tree a line; of several parses each after its number and score
      pretty      .ptb            Brackets over several lines, indented
      unicode     .txt            Drawing for a terminal, in colour where it has colours
      ascii                       Drawing in ASCII lines
      json        .jsonl .ndjson  One JSON object a line: words, tags, spans, tree, the score if known
      json-array  .json           The same objects as one JSON list
      conll       .conll          Columns: word number, word, tag, parse bits such as (S(NP* and *)
      spans       .tsv            Columns: label, first word, word after the last, from 0; no tags
      dot         .dot .gv        Graphviz: dot -Tsvg, dot -Tpdf
      forest      .tex            LaTeX with the package forest
      tikz-qtree                  LaTeX with the package tikz-qtree
      svg         .svg            One self-contained SVG image, for light and dark pages
      html        .html .htm      A page with folding trees and a search box, in one file
    "
  `);
});

it('tx data', async () => {
  expect(await help('data')).toMatchInlineSnapshot(`
    "tx data [name] [args..] [options]

    Fetch a corpus into the folder of corpora, or list what there is

    Positionals:
      name  The corpus; left out, all are listed                                                [string]
      args  Of wmt: a test set, and one of its pairs; of wmt14: a pair             [array] [default: []]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
      -o, --output, --out  Where to write [default: the corpus's folder in TX_DATA, or in data/][string]
          --from           A folder, file or address that has it [default: its publisher]       [string]
          --force          Of text, wmt and wmt14: replace files of other content              [boolean]

    Examples:
      tx data                              What there is, with licences and sizes
      tx data multi30k                     Fetch Multi30k
      tx data text                         Fetch running text for language models
      tx data wmt wmt14/full en-de         Fetch a test set
      tx data wmt14 en-de                  Fetch training text of gigabytes; run again, it goes on
      tx data ptb-sample --from nltk_data  Take it from a folder
    "
  `);
});

it('tx init', async () => {
  expect(await help('init')).toMatchInlineSnapshot(`
    "tx init <src> <tgt> [options]

    Write a config for your own text: two files, line by line translations of each other

    Positionals:
      src  Source side of the training text, such as train.en                        [string] [required]
      tgt  Target side, such as train.de                                             [string] [required]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
          --valid          The two files of the validation set [default: valid, val or dev beside the
                           training text]                                                        [array]
          --test           The two files of the test set [default: test beside the training text, or
                           none]                                                                 [array]
          --src-lang       Source language [default: the file's ending]                         [string]
          --tgt-lang       Target language [default: the file's ending]                         [string]
      -o, --output, --out  Where to write [default: SRC-TGT.yaml, of the languages]             [string]
          --force          Replace a file that is there                       [boolean] [default: false]

    Examples:
      tx init corpus/train.en corpus/train.de         Write en-de.yaml
      tx init a.en a.de --valid b.en b.de -o my.yaml  With a validation set of other names
    "
  `);
});

it('tx lm', async () => {
  expect(await help('lm')).toMatchInlineSnapshot(`
    "tx lm <what> <run> [texts..] [options]

    Let a language model continue prompts, or score text

    Positionals:
      what   generate: continue prompts; score: tell how likely text is
                                                               [required] [choices: "generate", "score"]
      run    A run's folder, or the config it was trained from                       [string] [required]
      texts  generate: prompts, instead of lines of --input; score: files, - is standard input [default:
             -]                                                                    [array] [default: []]

    Generate:
      -i, --input               Prompts, one a line; - is standard input [default: standard input]
                                                                                                [string]
      -o, --output              Where to write: FILE.part until all is done [default: standard output]
                                                                                                [string]
          --max-tokens          Most tokens of a continuation [default: the run's]              [number]
          --temperature         What logits are divided by; 0 takes the likeliest token [default: the
                                run's]                                                          [number]
          --top-k               Draw from the k likeliest tokens                                [number]
          --top-p               Draw from the likeliest tokens that together have this probability
                                                                                                [number]
          --min-p               Draw from tokens with at least this share of the likeliest one's
                                probability                                                     [number]
          --repetition-penalty  What logits of tokens that are there already are divided by; 1 is none
                                                                                                [number]
          --seed                Of what is drawn [default: the run's]                           [number]
          --stop                End before this text; may be given several times                 [array]
      -n, --n-best              Continuations of each prompt, each after its line number and score
                                                                                                [number]
          --beam-size           Hypotheses kept [default: the run's]                            [number]
          --length-penalty      Exponent of the length penalty [default: the run's]             [number]

    Score:
          --stride  Tokens from one context to the next: fewer let each token see more before it
                    [default: the run's]                                                        [number]

    Options:
      -q, --quiet        Print results and errors only                                         [boolean]
      -h, --help         Show help                                                             [boolean]
      -v, --version      Show version number                                                   [boolean]
          --json         One JSON object a line: of a prompt with its continuations; of a document with
                         its pieces, and of a file                            [boolean] [default: false]
          --buffer-size  Lines taken together at most: fewer are shown sooner, more are searched faster
                                                                                [number] [default: 1024]
          --checkpoint   A checkpoint of the run, such as best, last or step-1200, or a file [default:
                         the run's choice]                                                      [string]
          --threads      Threads; 0 is one a core                                  [number] [default: 0]

    Examples:
      tx lm generate runs/novels "It was a dark night"    Continue a prompt, shown as it is written
      tx lm generate runs/novels "Chapter 1"              Draw three
      --temperature 0.8 --top-p 0.95 --n 3
      tx lm generate runs/novels -i prompts.txt           Continue each line of a file
      --max-tokens 20 --json
      tx lm score runs/novels test.txt                    Perplexity by token, word and byte
      tx lm score runs/novels test.txt --stride 64        Log-probability of each token
      --json
    "
  `);
});

it('tx classify', async () => {
  expect(await help('classify')).toMatchInlineSnapshot(`
    "tx classify <run> [texts..] [options]

    Find classes, scores or tags for texts with a trained run

    Positionals:
      run    A run's folder, or the config it was trained from                       [string] [required]
      texts  Texts, instead of lines of --input; of a run that reads pairs, two for each
                                                                                   [array] [default: []]

    Options:
      -q, --quiet        Print results and errors only                                         [boolean]
      -h, --help         Show help                                                             [boolean]
      -v, --version      Show version number                                                   [boolean]
      -i, --input        Texts, one a line, of a pair with a tab between, or words between spaces; - is
                         standard input [default: standard input]                               [string]
      -o, --output       Where to write: FILE.part until all is done [default: standard output] [string]
          --buffer-size  Lines taken together at most: fewer are shown sooner, more are searched faster
                                                                                [number] [default: 1024]
          --checkpoint   A checkpoint of the run, such as best, last or step-1200, or a file [default:
                         the run's choice]                                                      [string]
          --threads      Threads; 0 is one a core                                  [number] [default: 0]
          --text         The input is a table: its column of texts, by name or number from 0    [string]
          --pair         Of a table: the column of second texts [default: the run's]            [string]
          --label        Of a table: the column of labels, scores or tags [default: the run's]  [string]
          --score        Compare with the labels of a table, and print figures[boolean] [default: false]
          --json         One JSON object a text, with the probability of every class; of figures one in
                         all                                                  [boolean] [default: false]

    Examples:
      tx classify runs/sst2 "A joy to watch."             The class of a text, and its probability
      tx classify runs/sst2 -i reviews.txt --json         All probabilities, for each line
      tx classify runs/rte -i new.tsv --text premise      The rows of a table
      --pair claim
      tx classify runs/rte -i dev.tsv --score             Figures on a table with labels

    A table is a file of CSV, TSV or JSON Lines, or of a run that tags words of tagged words; its
    columns have the names that the run's data.valid has, unless options name others.
    "
  `);
});

it('tx runs', async () => {
  expect(await help('runs')).toMatchInlineSnapshot(`
    "tx runs [dir] [options]

    List runs with their state, figures, time, and the settings in which they differ

    Positionals:
      dir  A folder with runs in it                                           [string] [default: "runs"]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
      -v, --version  Show version number                                                       [boolean]
          --sort     Best, or newest, first
                                 [choices: "name", "score", "loss", "time", "started"] [default: "name"]
          --state    Only runs that stand so
                  [array] [choices: "running", "finished", "interrupted", "failed", "killed", "damaged"]
          --filter   Only runs with a setting: --filter model.dModel=128                         [array]
          --json     Print JSON, all settings included                                         [boolean]
          --csv      Print the table as CSV                                                    [boolean]

    Examples:
      tx runs                                            Those in runs/
      tx runs --sort score --state finished              The best first
      tx runs experiments --filter model.norm=pre --csv  A table for a spreadsheet
    "
  `);
});

it('tx report', async () => {
  expect(await help('report')).toMatchInlineSnapshot(`
    "tx report <runs..> [options]

    Report on runs: curves, data, outputs, settings; several are compared

    Positionals:
      runs  Runs' folders, configs that they were trained from, or folders with runs in them; after the
            word kv-cache also configs that have no run                 [array] [required] [default: []]

    kv-cache:
          --batch    Sequences that are decoded at a time [default: 1]                          [number]
          --context  Tokens of each [default: model.maxLength]                                  [number]
          --dtype    Numbers that the cache is kept in; here they are float32 [default: float16]
                                                                         [choices: "float16", "float32"]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
      -v, --version  Show version number                                                       [boolean]
          --out      Where to write it [default: a page of one run into its folder, text to standard
                     output]                                                                    [string]
          --format   A page, or text for a terminal [default: html]            [choices: "html", "text"]
          --json     Print the data behind it as JSON                                          [boolean]

    Examples:
      tx report runs/en-de                                Make report.html in the folder anew
      tx report runs/a runs/b --out compared.html         Two runs in one page
      tx report runs/en-de --format text                  The same in the terminal
      tx report kv-cache cla/paper/h128-mqa my.yaml       Bytes of keys and values
      runs/a
      tx report kv-cache runs/a --batch 8 --context 2048  Of eight long texts
      --json

    kv-cache needs no training: the vocabularies of a config, on which only the parameters depend, have
    tokenizers.NAME.size pieces; those of a run are its own.
    "
  `);
});

it('tx study', async () => {
  expect(await help('study')).toMatchInlineSnapshot(`
    "tx study <study> [options]

    Train a config over settings and seeds, as a study says, and report on all runs together

    Positionals:
      study  A YAML file, or the name of a study that comes with tx                  [string] [required]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
      -v, --version  Show version number                                                       [boolean]
          --out      The study's folder [default: studies/NAME]                                 [string]
          --jobs     Trainings at a time                                           [number] [default: 1]
          --threads  Threads of each training [default: the cores, shared among the jobs]       [number]
          --set      Override a setting of all runs: --set training.maxSteps=20                  [array]
          --shard    Only a part of the runs, on one of several machines: 2/8 is the second of eight;
                     auto is that of a task of Slurm's job array, or of mpirun or srun          [string]
          --retry    Try runs again that have failed                          [boolean] [default: false]
          --list     List the runs and how they stand                                          [boolean]
          --report   Report on the runs that are there                                         [boolean]
          --json     Print the results as JSON                                [boolean] [default: false]

    Examples:
      tx study dropout.yaml                               Train what is missing, then report
      tx study dropout.yaml --jobs 2 --threads 1          Two trainings at a time
      tx study dropout.yaml --list                        What there is to do
      tx study dropout.yaml --shard 1/2 --out             The first half of the runs
      /mnt/shared/dropout
      srun tx study dropout.yaml --shard auto             On many machines (docs/cluster.md)
    "
  `);
});

it('tx rasp', async () => {
  expect(await help('rasp')).toMatchInlineSnapshot(`
    "tx rasp <what> <program> [options]

    Run, trace or check a program in RASP-L, the language of what Transformers can learn

    Positionals:
      what     run: let it write behind a prompt; trace: show all that it computes; check: tell its
               length, and whether it solves what it says  [required] [choices: "run", "trace", "check"]
      program  A .rasp file, or the name of one that comes with tx, such as sort     [string] [required]

    Options:
      -q, --quiet       Print results and errors only                                          [boolean]
      -h, --help        Show help                                                              [boolean]
      -v, --version     Show version number                                                    [boolean]
      -i, --input       The prompt: tokens, with blanks between them [default: each line of standard
                        input]                                                                  [string]
          --max-tokens  Most tokens that it writes [default: 1000; of a trace 40, and 0 is none][number]
      -o, --output      Where to write a trace as a page [default: text to standard output]     [string]
          --lengths     Greatest length of the examples to try [default: 30]                    [number]
          --examples    Examples of each length [default: 10]                                   [number]
          --seed        Of the examples [default: 1]                                            [number]
          --json        Print JSON instead of text                            [boolean] [default: false]

    Examples:
      tx rasp run sort --input "3 1 2 ="                  The tokens that it writes behind these: 1 2 3
                                                          $
      tx rasp trace sort --input "3 1 2 =" --output       What it computes, as a page
      sort.html
      tx rasp check my.rasp --lengths 100                 Its length, and whether it is right up to 100
    "
  `);
});

it('tx average', async () => {
  expect(await help('average')).toMatchInlineSnapshot(`
    "tx average <runs..> [options]

    Average the parameters of checkpoints, of one run or of several

    Positionals:
      runs  Runs' folders, or the configs that they were trained from   [array] [required] [default: []]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
          --last           So many last checkpoints of each run                                 [number]
          --best           So many of each run whose validation was best                        [number]
          --by             With --best: a figure of metrics.jsonl, such as loss or score [default:
                           training.selectBy]                                                   [string]
      -o, --output, --out  Where to write [default: the checkpoint average of the first run]    [string]

    Examples:
      tx average runs/en-de --last 5                      As Vaswani et al. (2017) do
      tx average runs/seed-1 runs/seed-2 --best 1 -o      The best of two runs
      soup.safetensors
    "
  `);
});

it('tx completion', async () => {
  expect(await help('completion')).toMatchInlineSnapshot(`
    "tx completion <shell> [options]

    Print a script by which a shell completes commands, options, configs, runs and settings

    Positionals:
      shell  The shell that sources it                       [required] [choices: "bash", "zsh", "fish"]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
      -v, --version  Show version number                                                       [boolean]

    Examples:
      source <(tx completion bash)                        In this shell; in ~/.bashrc, in every one
      source <(tx completion zsh)                         The same in ~/.zshrc, after compinit
      tx completion fish >                                For every fish
      ~/.config/fish/completions/tx.fish

    The shell must find tx in its PATH, as in: export PATH="$PWD/node_modules/.bin:$PATH"
    "
  `);
});

it('tx tokenizer', async () => {
  expect(await help('tokenizer')).toMatchInlineSnapshot(`
    "tx tokenizer <what> [args..] [options]

    Train a tokenizer, cut text with one and put it together, or look into it

    Positionals:
      what  train: make one of text; encode: cut text into pieces; decode: put pieces together; inspect:
            tell what it is and how it fits a text
                                            [required] [choices: "train", "encode", "decode", "inspect"]
      args  train: text files, - is standard input. Others: the tokenizer (a file, a folder that has
            one, or a run), then encode, decode: lines, instead of those of --input; inspect: text files
                                                                                   [array] [default: []]

    Train:
          --type                The kind of pieces                 [choices: "bpe", "word", "wordpiece"]
          --config              A config, by path or name, whose tokenizer's settings are taken; others
                                go first                                                        [string]
          --size                Pieces, special ones included; of words and WordPieces, the most
                                [default: 8000]                                                 [number]
          --character-coverage  bpe, wordpiece: share of the text's characters that have a piece
                                [default: 1]                                                    [number]
          --min-frequency       wordpiece: how often a piece of several characters occurs at least
                                [default: 2]                                                    [number]
          --lowercase           wordpiece: whether text is lower-cased [default: true]         [boolean]
          --strip-accents       wordpiece: whether accents are taken off [default: as text is
                                lower-cased]                                                   [boolean]

    Encode, decode:
      -i, --input    Lines to encode or decode; - is standard input [default: standard input]   [string]
          --ids      Ids instead of pieces                                                     [boolean]
          --offsets  encode: a line for each piece, with its beginning and end in the text (UTF-16 code
                     units) and the number of its word; an empty line after each text          [boolean]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
      -o, --output, --out  Where to write. train: the tokenizer; encode, decode: lines, into FILE.part
                           until all is done [default: standard output]                         [string]
          --side           Of several tokenizers of a run or a config: the one of this side of the text,
                           or of this name                                                      [string]
          --json           One JSON object a line, or one of all that inspect tells            [boolean]
          --normalization  bpe, word: form of text before it is cut, which the file does not say: it
                           must be given with each use [default: identity] [choices: "identity", "nfkc"]

    Examples:
      tx tokenizer train a.txt b.txt --type wordpiece     Train WordPieces
      --size 8000 --out t.json
      tx tokenizer encode t.json "It is cold." --offsets  Pieces, ids, and where they stand
      tx tokenizer encode runs/en-de --side src -i a.en   Ids by a run's tokenizer
      --ids
      tx tokenizer decode bert/vocab.txt --ids "7592      Text of ids
      2088"
      tx tokenizer inspect minilm/ news.txt               A tokenizer of Hugging Face's, and how it fits
                                                          a text
    "
  `);
});

it('tx embed', async () => {
  expect(await help('embed')).toMatchInlineSnapshot(`
    "tx embed <run> [texts..] [options]

    Vectors of texts, by the encoder of a run

    Positionals:
      run    The folder of a run, or one that transformers' save_pretrained wrote    [string] [required]
      texts  Texts, instead of lines of --input                                    [array] [default: []]

    Options:
      -q, --quiet        Print results and errors only                                         [boolean]
      -h, --help         Show help                                                             [boolean]
      -v, --version      Show version number                                                   [boolean]
      -i, --input        Texts, one a line; - is standard input [default: standard input]       [string]
      -o, --output       Where to write: FILE.part until all is done [default: standard output] [string]
          --buffer-size  Lines taken together at most: fewer are shown sooner, more are searched faster
                                                                                [number] [default: 1024]
          --checkpoint   A checkpoint of the run, such as best, last or step-1200, or a file [default:
                         the run's choice]                                                      [string]
          --threads      Threads; 0 is one a core                                  [number] [default: 0]
          --pooling      The mean over the places of a text, or the vector of its first place
                                                            [choices: "mean", "first"] [default: "mean"]
          --layer        Vectors after so many layers; 0 has the embeddings [default: all layers]
                                                                                                [number]
          --normalize    Vectors of length 1                                  [boolean] [default: false]
          --json         One JSON object a line, text and vector [default: unless --output is a .npy
                         file]                                                                 [boolean]

    Examples:
      tx embed runs/minilm "A joy to watch." --normalize  A text and its vector
      tx embed runs/minilm -i texts.txt -o vectors.npy    All vectors as NumPy's matrix
      tx embed minilm/ --layer 3 --pooling first          Of a folder that transformers wrote
    "
  `);
});

it('tx fill', async () => {
  expect(await help('fill')).toMatchInlineSnapshot(`
    "tx fill <run> [texts..] [options]

    Likely words for the hidden ones of a text, by an encoder

    Positionals:
      run    The folder of a run, or one that transformers' save_pretrained wrote    [string] [required]
      texts  Texts, instead of lines of --input                                    [array] [default: []]

    Options:
      -q, --quiet        Print results and errors only                                         [boolean]
      -h, --help         Show help                                                             [boolean]
      -v, --version      Show version number                                                   [boolean]
      -i, --input        Texts, one a line, with [MASK], or what the tokenizer calls it, for each hidden
                         word; - is standard input [default: standard input]                    [string]
      -o, --output       Where to write: FILE.part until all is done [default: standard output] [string]
          --buffer-size  Lines taken together at most: fewer are shown sooner, more are searched faster
                                                                                [number] [default: 1024]
          --checkpoint   A checkpoint of the run, such as best, last or step-1200, or a file [default:
                         the run's choice]                                                      [string]
          --threads      Threads; 0 is one a core                                  [number] [default: 0]
          --top          Words told of each place                                  [number] [default: 5]
          --json         One JSON object a line                               [boolean] [default: false]

    Examples:
      tx fill runs/bert "The capital of France is         The likeliest words, with their probabilities
      [MASK]."
      tx fill runs/bert -i texts.txt --top 20 --json      For scripts
    "
  `);
});

it('tx inspect', async () => {
  expect(await help('inspect')).toMatchInlineSnapshot(`
    "tx inspect <run> [options]

    Look inside a model: attention, hidden states, and what they are for

    Positionals:
      run  The folder of a run, or one that transformers' save_pretrained wrote      [string] [required]

    Options:
      -q, --quiet               Print results and errors only                                  [boolean]
      -h, --help                Show help                                                      [boolean]
      -v, --version             Show version number                                            [boolean]
          --show                attention: who looks at whom; masks: what an encoder takes each token
                                for, hidden in turn; saliency: which tokens speak for a token or class
                                that is told; neighbours: the pieces nearest to a token, layer by layer;
                                word: a word in many sentences; positions: how places are told apart,
                                and what they are worth; heads: what they do over many texts;
                                alignments: words that cross-attention links; selectors: those of a
                                RASP-L program beside the heads of a run on made-up problems
                 [choices: "attention", "masks", "saliency", "neighbours", "word", "positions", "heads",
                                                       "alignments", "selectors"] [default: "attention"]
      -i, --input               The text; with --line a file; word, positions, heads, alignments: a file
                                of texts                                                        [string]
          --pair                Encoders: a second text beside it; with --line a file           [string]
          --target              Translation, parsing: the target to look at; with --line, and where
                                --input is a file of texts, a file [default: its own output]    [string]
          --line                Read this line, from 1, of the files that --input, --pair and --target
                                name; - is standard input                                       [number]
          --attention           Which attention to show [default: cross where there is, else the only
                                one]                            [choices: "encoder", "decoder", "cross"]
          --map                 What is drawn: weights; norms, the lengths of what tokens give one
                                another; rollout or flow, through all layers up to --layer [default:
                                weights]                [choices: "weights", "norms", "rollout", "flow"]
          --layer               Only this layer, from 1 [default: all; in characters the last]; word: 0
                                has the embeddings                                              [number]
          --head                Show this head, from 1 [default: the mean of all]               [number]
          --words               Join the pieces of words: sums over keys, means over queries   [boolean]
          --without-special     Leave special tokens out, and make the rest of each row 1 again[boolean]
          --top                 masks, neighbours: pieces told of each place [default: 5]       [number]
          --at                  saliency, neighbours: the token at this place, from 1 [default: the
                                first; of text that is written the last]                        [number]
          --token               saliency: explain this piece instead of the one that is there;
                                neighbours: of this piece, without a text                       [string]
          --class               saliency: explain this class, tag or label [default: the likeliest]
                                                                                                [string]
          --span                saliency, parsers by a chart: explain the score of these words, such as
                                2-4, from 1 [default: all]                                      [string]
          --word                word: which; case and what stands around words make no difference
                                                                                                [string]
          --tagged              word: lines are a tag, a tab and a sentence; each tag has a colour
                                                                                               [boolean]
          --labels              word: a file with a label for each line; each label has a colour[string]
          --tagger              word: a run of tagging; each tag that it gives the word has a colour
                                                                                                [string]
          --conll               word: --input is a CoNLL file, and the tag of a word stands in this
                                column, from 0; each tag has a colour                           [number]
          --by-sentence         word: each line has a colour                                   [boolean]
          --plane               word: by principal components or UMAP; pages and JSON have both
                                [default: pca]                                  [choices: "pca", "umap"]
          --length              positions: places compared [default: 64]                        [number]
          --ablate              heads: also leave each out, for nothing or for the mean of what it
                                gives, and score the texts                     [choices: "zero", "mean"]
          --labelled            heads, of runs that classify, score or tag: --input is a file with
                                labels, with the columns of the run's data.valid, and heads are held
                                against them                                                   [boolean]
          --gold                alignments: a file of given links in Pharaoh's form, 0-0 1p2, line by
                                line                                                            [string]
          --program             selectors: a .rasp file, or the name of one that comes with tx [default:
                                the shortest that solves the problems]                          [string]
          --compare             Pages and pictures of attention: another run or folder beside this one
                                                                                                [string]
          --compare-checkpoint  Pages and pictures of attention: another checkpoint, of --compare or of
                                this run                                                        [string]
          --compare-input       Pages and pictures of attention: another input beside this one; with
                                --line another file                                             [string]
          --json                All that was found, for scripts                                [boolean]
          --with                With --json: more, between commas, of queries, keys, values, scores,
                                masked, mixed, hidden, figures, norms, rollout, flow            [string]
      -o, --output              Where to write; what ends with .html is a page with all of it, with .svg
                                or .png a picture [default: standard output]                    [string]
          --figure              With --output .svg or .png: which picture; attention: map, lines, heads;
                                masks: tokens; saliency: integrated, gradient; word: plane, layers;
                                positions: cosines, distances, waves; heads: gradient, ablation;
                                selectors: pairs, heads, agreement [default: the first]
               [choices: "map", "lines", "heads", "tokens", "integrated", "gradient", "plane", "layers",
                                      "cosines", "distances", "waves", "ablation", "pairs", "agreement"]
          --checkpoint          A checkpoint of the run, such as best, last or step-1200, or a file
                                [default: the run's choice]                                     [string]
          --threads             Threads; 0 is one a core                           [number] [default: 0]

    Examples:
      tx inspect minilm/ -i "The bank of the river."      A map in characters
      --layer 6 --words
      tx inspect runs/en-de -i "A house." --target "Ein   A forced translation
      Haus." --attention cross
      tx inspect minilm/ -i "The bank of the river." -o   A page of all heads, and their steps
      bank.html
      tx inspect runs/bert -i test.txt --line 7 --json    For scripts
      --with hidden,rollout
      tx inspect runs/bert -i "The bank of the river."    Each token hidden in turn
      --show masks
      tx inspect runs/reviews -i "Not bad at all."        Why this class
      --show saliency
      tx inspect minilm/ -i banks.txt --show word --word  One word in many sentences
      bank -o bank.html
      tx inspect runs/lm -i test.txt --show heads         What each head does, and is worth
      --ablate zero
      tx inspect runs/copy -i "5 2 7 =" --show selectors  A program in RASP-L beside trained heads
      -o copy.html
      tx inspect runs/a -i "A house." --compare runs/b    Two runs in one page
      -o both.html
    "
  `);
});

it('tx import', async () => {
  expect(await help('import')).toMatchInlineSnapshot(`
    "tx import <format> <source> [options]

    A model that was made elsewhere, as a run

    Positionals:
      format  hf: BERT, DistilBERT, RoBERTa or MiniLM for Hugging Face's transformers
                                                                              [required] [choices: "hf"]
      source  A folder that transformers' save_pretrained wrote, or the name of a model on the hub
                                                                                     [string] [required]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
      -o, --output, --out  The run's folder [default: runs/ and the last part of the source's name]
                                                                                                [string]
          --overwrite      Replace the run that is there                      [boolean] [default: false]
          --revision       Of the hub: a branch, a tag or a commit [default: main]              [string]
          --from           The address of the hub [default: HF_ENDPOINT, else https://huggingface.co]
                                                                                                [string]
          --json           Tell what was taken as JSON                        [boolean] [default: false]

    Examples:
      tx import hf minilm/                                Take a folder
      tx import hf                                        Fetch it from the hub, into the folder of
      sentence-transformers/all-MiniLM-L6-v2              corpora
    "
  `);
});

it('tx export', async () => {
  expect(await help('export')).toMatchInlineSnapshot(`
    "tx export <run> [options]

    A run as a model for other programs

    Positionals:
      run  A run's folder, or the config it was trained from                         [string] [required]

    Options:
      -q, --quiet          Print results and errors only                                       [boolean]
      -h, --help           Show help                                                           [boolean]
      -v, --version        Show version number                                                 [boolean]
          --format         hf: an encoder for Hugging Face's transformers     [required] [choices: "hf"]
      -o, --output, --out  The folder to make                                        [string] [required]
          --checkpoint     A checkpoint of the run, such as best, last or step-1200, or a file [default:
                           the run's choice]                                                    [string]

    Examples:
      tx export runs/sst2 --format hf -o sst2-hf  For AutoModel.from_pretrained
    "
  `);
});

it('no other command', () => {
  expect(commandNames).toEqual([
    'init',
    'train',
    'translate',
    'parse',
    'lm',
    'classify',
    'embed',
    'fill',
    'inspect',
    'tokenizer',
    'eval-bleu',
    'eval-parse',
    'tree',
    'runs',
    'report',
    'study',
    'rasp',
    'average',
    'import',
    'export',
    'config',
    'data',
    'completion',
    'bench',
  ]);
});
