// `tx eval-bleu --protocol vaswani2017`: tokenized BLEU as that paper reports it, with every step that was taken and
// sacreBLEU's figure beside it, so that neither is taken for the other.
import type { Argv } from 'yargs';
import { buildBleu } from '../metrics/bleu.ts';
import { formatJson, type ScoreReport, tidyScore } from '../metrics/metric.ts';
import { scoreVaswani2017, type Vaswani2017Result } from '../metrics/vaswani2017.ts';
import { mosesTokenize } from '../tokenizers/moses-tokenizer.ts';
import { UsageError } from '../util/errors.ts';
import { formatFixed } from '../util/format-number.ts';
import type { Context } from './command.ts';
import type { Material } from './eval-bleu-input.ts';

const PROTOCOLS = ['vaswani2017'] as const;

export function protocolOptions<T>(yargs: Argv<T>) {
  const group = 'Protocol:';
  return yargs
    .option('protocol', {
      group,
      choices: PROTOCOLS,
      describe: "A paper's way of scoring, with sacreBLEU's beside it: tokenized BLEU with compounds split",
    })
    .option('lang', {
      group,
      type: 'string',
      requiresArg: true,
      describe: "The target language [default: the test set's, or the run's]",
    })
    .option('ref-tokenized', {
      group,
      type: 'boolean',
      describe: 'References are tokenized beforehand: leave them as they are',
    });
}

/** The options that a protocol leaves open. */
const OPEN = [
  'hyp',
  'ref',
  'src',
  'names',
  'test-set',
  'langpair',
  'on',
  'checkpoint',
  'json',
  'lang',
  'ref-tokenized',
];

interface Arguments {
  protocol?: (typeof PROTOCOLS)[number] | undefined;
  lang?: string | undefined;
  refTokenized?: boolean | undefined;
  testSet?: string | undefined;
}

/** A UsageError for options that the protocol settles, or for options of a protocol without one. */
export function checkProtocol(args: Arguments, given: readonly string[]): void {
  if (args.protocol === undefined) {
    const found = given.find((option) => option === 'lang' || option === 'ref-tokenized');
    if (found !== undefined) throw new UsageError(`--${found} is for --protocol`);
    return;
  }
  const settled = given.find((option) => option !== 'protocol' && !OPEN.includes(option));
  if (settled !== undefined) {
    throw new UsageError(`--${settled} is not for --protocol ${args.protocol}, which settles how to score`);
  }
  if (args.refTokenized && args.testSet !== undefined) {
    throw new UsageError('--ref-tokenized is for --ref; the references of test sets are plain text');
  }
}

export interface ProtocolScore {
  system: string;
  lang: string;
  result: Vaswani2017Result;
  /** What sacreBLEU says of the same text. */
  sacrebleu: ScoreReport;
}

/** Every system's figures; a UsageError where the language is not known. */
export function scoreProtocol({ corpus, lang: known }: Material, args: Arguments): ProtocolScore[] {
  const lang = args.lang ?? known;
  if (lang === undefined) throw new UsageError('--protocol needs the target language: --lang de');
  const refs = corpus.refs as readonly (readonly string[])[];
  const bleu = buildBleu();
  const references = bleu.prepare(refs);
  return corpus.systems.map(({ name, hyps }) => ({
    system: name,
    lang,
    result: scoreVaswani2017(hyps, refs, {
      tokenize: (line) => mosesTokenize(line, { language: lang }),
      tokenizeReferences: !args.refTokenized,
    }),
    sacrebleu: { score: bleu.score(hyps, refs), signature: bleu.signature(references.numRefs) },
  }));
}

/** Prints the figures, one block a system. */
export function printProtocol(
  scores: readonly ProtocolScore[],
  args: Arguments & { json?: boolean | undefined },
  { stdout }: Context,
): void {
  const isOne = scores.length === 1;
  if (args.json) {
    const objects = scores.map((score) => ({ ...(!isOne && { system: score.system }), ...toJson(score) }));
    stdout.write(`${JSON.stringify(isOne ? objects[0] : objects, null, 1)}\n`);
    return;
  }
  const blocks = scores.map((score) => (isOne ? '' : `${score.system}\n`) + formatBlock(score));
  stdout.write(blocks.join('\n'));
}

function formatBlock({ lang, result, sacrebleu }: ProtocolScore): string {
  const steps = result.steps.map((step) => `  ${step}\n`).join('');
  return (
    `vaswani2017 (${lang}): ${result.line}\n${steps}` +
    `Not to be compared with that, sacreBLEU on the same text:\n${sacrebleu.score.format(sacrebleu.signature)}\n`
  );
}

/** The protocol's figure as `tokenized BLEU`, sacreBLEU's object under `sacrebleu`. */
export function toJson({ lang, result, sacrebleu }: ProtocolScore) {
  return {
    protocol: PROTOCOLS[0],
    name: 'tokenized BLEU',
    lang,
    score: Number(formatFixed(tidyScore(result.score.score), 10)),
    verbose_score: result.line,
    steps: result.steps,
    sacrebleu: JSON.parse(formatJson([sacrebleu], 10)),
  };
}
