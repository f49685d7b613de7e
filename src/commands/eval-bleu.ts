// `tx eval-bleu`: translations scored with BLEU, chrF and TER as sacreBLEU computes them: files against references or a
// test set by name, or a run on its own set or a test set. Its parts are the files eval-bleu-*.ts.
import { describeTestSets } from '../data/test-sets.ts';
import { UsageError } from '../util/errors.ts';
import { type Context, defineCommand } from './command.ts';
import { inputOptions, readMaterial, targetLanguage, warnOfMistakes } from './eval-bleu-input.ts';
import { chooseMetrics, metricOptions } from './eval-bleu-metrics.ts';
import { checkOutput, outputOptions, printScores, writeReports } from './eval-bleu-output.ts';
import {
  checkProtocol,
  printProtocol,
  protocolOptions,
  scoreProtocol,
  toJson,
} from './eval-bleu-protocol.ts';
import type { RunArguments } from './eval-bleu-run.ts';
import { scoreMaterial } from './eval-bleu-score.ts';
import { parseTest, significanceOptions } from './eval-bleu-significance.ts';
import { checkpointOption } from './locate.ts';

export const evalBleu = defineCommand({
  command: 'eval-bleu [run]',
  describe: 'Score translations, or a run on a test set, with BLEU, chrF and TER as sacreBLEU does',
  builder: (yargs) => {
    const input = inputOptions(
      yargs
        .positional('run', {
          type: 'string',
          describe: "A run's folder, or the config it was trained from",
        })
        .option('on', {
          group: 'Input:',
          choices: ['test', 'valid'] as const,
          describe: "Which of the run's own sets [default: test]",
        })
        .option('checkpoint', { group: 'Input:', ...checkpointOption }),
    );
    return outputOptions(protocolOptions(significanceOptions(metricOptions(input))))
      .example('$0 eval-bleu runs/quickstart', 'Score a run on its test set')
      .example('$0 eval-bleu runs/en-de --test-set wmt14/full', 'Translate a known test set and score it')
      .example('$0 eval-bleu --hyp out.de --ref test.de --metrics bleu,chrf,ter', 'Score a file')
      .example('$0 eval-bleu --hyp out.de --ref a.de b.de --json', 'Two references, JSON')
      .example('$0 eval-bleu --hyp out.zh --ref test.zh --langpair en-zh', "With Chinese's own tokenizer")
      .example(
        '$0 eval-bleu --hyp - --test-set wmt14/full --langpair en-de < out.de',
        'Score what is piped in',
      )
      .example(
        '$0 eval-bleu --hyp base.de new.de --ref test.de --paired-bs',
        'Is the difference significant?',
      )
      .example(
        '$0 eval-bleu --hyp a.de b.de --ref test.de --src test.en --html ab.html',
        'A page to look into',
      )
      .example(
        '$0 eval-bleu --hyp out.de --ref test.de --protocol vaswani2017 --lang de',
        'As Vaswani et al. (2017) score',
      );
  },
  run: async (args, context) => {
    const given = givenOptions(args);
    if (args.listTestSets) {
      const other = given.find((option) => option !== 'list-test-sets');
      if (other !== undefined || args.run !== undefined) {
        throw new UsageError('--list-test-sets prints a list and takes nothing else');
      }
      context.stdout.write(`${describeTestSets()}\n`);
      return;
    }
    const { run, ...lists } = takeStdin(args);
    const options = { ...args, run, ...lists };
    checkForm(options);
    checkProtocol(options, given);
    if (run === undefined) await scoreFiles(options, context);
    else await scoreRun(run, options, context);
  },
});

/**
 * yargs ends a list at `-` and takes that for the positional, as an empty string: it belongs to --ref where that is
 * left without a file, and else is the last of the systems.
 */
function takeStdin<
  Args extends { run?: string | undefined; hyp?: string[] | undefined; ref?: string[] | undefined },
>({ run, hyp, ref }: Args) {
  const isGiven = run === '';
  const takes = ref?.length === 0 ? 'ref' : 'hyp';
  const lists = {
    hyp: isGiven && hyp && takes === 'hyp' ? [...hyp, '-'] : hyp,
    ref: isGiven && takes === 'ref' ? ['-'] : ref,
  };
  for (const [name, files] of Object.entries(lists)) {
    if (files?.length === 0) throw new UsageError(`--${name} expects a value; see tx eval-bleu --help`);
  }
  return { run: isGiven ? undefined : run, ...lists };
}

type Arguments = Parameters<typeof readMaterial>[0] &
  Parameters<typeof chooseMetrics>[0] &
  Parameters<typeof parseTest>[0] &
  Parameters<typeof checkOutput>[0] &
  Parameters<typeof checkProtocol>[0] &
  RunArguments;

/** The options on the command line by the names that they are declared under. */
function givenOptions(args: object): string[] {
  const own = Object.entries(args).filter(
    ([key, value]) => value !== undefined && /^[a-z][a-z-]+$/.test(key),
  );
  return own.map(([key]) => key).filter((key) => !['run', 'quiet', 'language-pair', 'smooth'].includes(key));
}

/** Either a run, or files with something to compare them with. */
function checkForm({
  run,
  hyp,
  ref,
  src,
  names,
  on,
  checkpoint,
  testSet,
}: Arguments & { run?: string | undefined }): void {
  const files = { hyp, ref };
  if (run !== undefined) {
    if (hyp !== undefined || ref !== undefined) {
      throw new UsageError('give a run, or --hyp and --ref, not both; see tx eval-bleu --help');
    }
    for (const [name, value] of Object.entries({ src, names })) {
      if (value !== undefined) throw new UsageError(`--${name} is for files, not for a run`);
    }
    if (on !== undefined && testSet !== undefined) {
      throw new UsageError("--on names a set of the run's own, --test-set a known one: give one of them");
    }
    return;
  }
  if (hyp === undefined && ref === undefined) {
    throw new UsageError('give a run, or --hyp and --ref; see tx eval-bleu --help');
  }
  for (const [name, value] of Object.entries(files)) {
    if (value !== undefined || (name === 'ref' && testSet !== undefined)) continue;
    throw new UsageError(`missing --${name}; see tx eval-bleu --help`);
  }
  for (const [name, value] of Object.entries({ on, checkpoint })) {
    if (value !== undefined) throw new UsageError(`--${name} is for a run, not for files`);
  }
}

async function scoreFiles(args: Arguments, context: Context): Promise<void> {
  const { hyp = [], ref = [], src } = args;
  const choice = chooseMetrics(args, { lang: targetLanguage(args.langpair) });
  const test = parseTest(args, hyp.length);
  checkOutput(args, [...hyp, ...ref, ...(src === undefined ? [] : [src])]);
  const material = await readMaterial(args, context);
  warnOfMistakes(material, choice, context.log);
  if (args.protocol !== undefined) {
    printProtocol(scoreProtocol(material, args), args, context);
    return;
  }
  const scored = scoreMaterial(material, choice, test, context.log);
  await writeReports(scored, args);
  printScores(scored, args, context);
}

/** Translates a set, keeps translations and figures in the run's folder, and prints the figures as files get them. */
async function scoreRun(name: string, args: Arguments, context: Context): Promise<void> {
  // Files are scored without what runs need: onnxruntime takes a while to load.
  const { openScored, saveJson, saveTranslated, translateSet } = await import('./eval-bleu-run.ts');
  const run = openScored(name);
  const hasOwnWay = args.testSet === undefined && args.protocol === undefined;
  const lang = targetLanguage(args.langpair) ?? run.config.data.tgtLang;
  const choice = chooseMetrics(args, { lang, bleu: hasOwnWay ? run.config.evaluation.bleu : undefined });
  const test = parseTest(args, 1);
  checkOutput(args, []);
  const translated = await translateSet(run, args, !hasOwnWay, context);
  const { material } = translated;
  warnOfMistakes(material, choice, context.log);
  if (args.protocol !== undefined) {
    const scores = scoreProtocol(material, args);
    saveTranslated(run, translated, ['bleu'], [scores[0]!.sacrebleu]);
    saveJson(run.folder, `${translated.name}.${args.protocol}`, toJson(scores[0]!));
    printProtocol(scores, args, context);
    return;
  }
  const scored = scoreMaterial(material, choice, test, context.log);
  const names = choice.metrics.map((metric) => metric.name);
  const reports = scored.results[0]!.map((score, m) => ({ score, ...scored.scores.metrics[m]! }));
  saveTranslated(run, translated, names, reports);
  await writeReports(scored, args);
  printScores(scored, args, context);
}
