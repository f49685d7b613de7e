import { expect, it } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { tx } from './run.ts';

const help = async (...words: string[]) => (await tx([...words, '--help'])).stdout;

it('tx', async () => {
  expect(await help()).toMatchInlineSnapshot(`
    "tx <command> [options]

    Train, translate with and score translation models.

    Commands:
      tx train <config>   Train a model as a config says: data, vocabulary, training, validation, test
      tx translate <run>  Translate lines of text with a trained run
      tx eval-bleu [run]  Score translations, or a run on its test set, with BLEU as sacreBLEU computes
                          it
      tx config <config>  Check a config for training and print it with its includes, overrides and
                          defaults
      tx bench <what>     Measure speed: whole training steps on made-up batches

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
          --version  Show version number                                                       [boolean]

    tx <command> --help shows the options and examples of a command.
    "
  `);
});

it('tx train', async () => {
  expect(await help('train')).toMatchInlineSnapshot(`
    "tx train <config> [options]

    Train a model as a config says: data, vocabulary, training, validation, test

    Positionals:
      config  A YAML file, or the name of one that comes with tx, such as quickstart [string] [required]

    Options:
      -q, --quiet      Print results and errors only                                           [boolean]
      -h, --help       Show help                                                               [boolean]
          --version    Show version number                                                     [boolean]
          --set        Override a setting: --set training.maxEpochs=3                            [array]
          --run        The run's folder [default: runs/NAME]                                    [string]
          --resume     Go on from the last checkpoint                         [boolean] [default: false]
          --overwrite  Replace the run in the folder                          [boolean] [default: false]
          --json       Print the outcome as JSON                              [boolean] [default: false]

    Examples:
      tx train quickstart                          Train on the corpus that comes with tx
      tx train my.yaml --set optimizer.type=adamw  Try another optimizer
      tx train my.yaml --resume                    Go on after an interruption
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
          --version         Show version number                                                [boolean]
      -i, --input           Text to translate [default: standard input]                         [string]
      -o, --output          Where to write [default: standard output]                           [string]
          --beam-size       Hypotheses kept [default: the run's]                                [number]
          --length-penalty  Exponent of the length penalty [default: the run's]                 [number]
          --n-best          Translations of each line, each after its line number and score     [number]
          --batch-tokens    Source tokens in a batch                                            [number]
          --text            Text as people write it, or as the run's preprocessing steps leave it
                                                       [choices: "raw", "preprocessed"] [default: "raw"]
          --threads         Threads; 0 is one a core                               [number] [default: 0]
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
    "tx eval-bleu [run] [options]

    Score translations, or a run on its test set, with BLEU as sacreBLEU computes it

    Positionals:
      run  A run's folder, or the config it was trained from                                    [string]

    Options:
      -q, --quiet         Print results and errors only                                        [boolean]
      -h, --help          Show help                                                            [boolean]
          --version       Show version number                                                  [boolean]
          --on            Which of the run's sets [default: test]             [choices: "test", "valid"]
          --hyp           Instead of a run: translations, one a line; - is standard input       [string]
          --ref           References, line by line for the translations; one file or several     [array]
          --json          Print JSON with sacreBLEU's fields                  [boolean] [default: false]
          --tokenize      Tokenizer [default: 13a, or the run's]                [choices: "13a", "none"]
          --lowercase     Ignore case [default: false, or the run's]                           [boolean]
          --smooth        Smoothing of n-gram orders without a match [default: exp, or the run's]
                                                              [choices: "exp", "floor", "add-k", "none"]
          --smooth-value  For --smooth floor (0.1) and add-k (1)                                [number]

    Examples:
      tx eval-bleu runs/quickstart                      Score a run on its test set
      tx eval-bleu --hyp out.en --ref test.en           Score a file
      tx eval-bleu --hyp out.en --ref a.en b.en --json  Two references, JSON
      tx eval-bleu --hyp - --ref test.en < out.en       Score what is piped in
    "
  `);
});

it('tx config', async () => {
  expect(await help('config')).toMatchInlineSnapshot(`
    "tx config <config> [options]

    Check a config for training and print it with its includes, overrides and defaults

    Positionals:
      config  A YAML file, or the name of one that comes with tx, such as quickstart [string] [required]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
          --version  Show version number                                                       [boolean]
          --set      Override a setting: --set training.maxEpochs=3                              [array]

    Examples:
      tx config quickstart                      All settings of the first example
      tx config my.yaml --set model.dModel=256  Check an override
      tx config quickstart > my.yaml            A file to start from
    "
  `);
});

it('tx bench', async () => {
  expect(await help('bench')).toMatchInlineSnapshot(`
    "tx bench <what> [options]

    Measure speed: whole training steps on made-up batches

    Positionals:
      what  What to measure                                                [required] [choices: "train"]

    Options:
      -q, --quiet    Print results and errors only                                             [boolean]
      -h, --help     Show help                                                                 [boolean]
          --version  Show version number                                                       [boolean]
          --config   A benchmark config, or the name of one that comes with tx
                                                                        [string] [default: "bench/tiny"]
          --set      Override a setting: --set steps=50                                          [array]
          --profile  Also show the time by operator                           [boolean] [default: false]
          --json     Print one JSON object                                    [boolean] [default: false]

    Examples:
      tx bench train                             The tiny model
      tx bench train --config bench/base --json  The base model, for scripts
      tx bench train --profile                   Where the time goes
    "
  `);
});

it('no other command', () => {
  const names = commands.map(({ command }) => command.split(' ')[0]);
  expect(names).toEqual(['train', 'translate', 'eval-bleu', 'config', 'bench']);
});
