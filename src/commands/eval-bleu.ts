// `tx eval-bleu`: translations scored with BLEU, chrF and TER as sacreBLEU computes them: files against references or a
// test set by name, or runs on their own set or a test set. Its parts are the files eval-bleu-*.ts.
import { describeTestSets } from '../data/test-sets.ts';
import { UsageError } from '../util/errors.ts';
import { type Context, defineCommand } from './command.ts';
import { inputOptions, readMaterial, targetLanguage, warnOfMistakes } from './eval-bleu-input.ts';
import { chooseMetrics, metricOptions } from './eval-bleu-metrics.ts';
import { checkOutput, outputOptions, printScores, writeReports } from './eval-bleu-output.ts';
import { checkProtocol, printProtocol, protocolOptions, scoreProtocol } from './eval-bleu-protocol.ts';
import type { RunArguments } from './eval-bleu-run.ts';
import { scoreMaterial } from './eval-bleu-score.ts';
import { parseTest, significanceOptions } from './eval-bleu-significance.ts';
import { checkpointOption } from './locate.ts';

export const evalBleu = defineCommand({
  command: 'eval-bleu [runs..]',
  describe: 'Score translations, or runs on a test set, with BLEU, chrF and TER as sacreBLEU does',
  builder: (yargs) => {
    const input = inputOptions(
      yargs
        .positional('runs', {
          type: 'string',
          array: true,
          describe: 'Folders of runs, or the configs they were trained from; the first is the baseline',
        })
        .option('on', {
          group: 'Input:',
          choices: ['test', 'valid'] as const,
          describe: "Which of the runs' own sets [default: test]",
        })
        .option('checkpoint', { group: 'Input:', ...checkpointOption }),
    );
    return outputOptions(protocolOptions(significanceOptions(metricOptions(input))))
      .example('$0 eval-bleu runs/quickstart', 'Score a run on its test set')
      .example('$0 eval-bleu runs/en-de --test-set wmt14/full', 'Translate a known test set and score it')
      .example('$0 eval-bleu runs/base runs/new --paired-bs', 'Is the second run better than the first?')
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
      if (other !== undefined || args.runs?.length) {
        throw new UsageError('--list-test-sets prints a list and takes nothing else');
      }
      context.stdout.write(`${describeTestSets()}\n`);
      return;
    }
    const { runs = [] } = args;
    checkForm(args, runs.length);
    checkProtocol(args, given);
    if (runs.length === 0) await scoreFiles(args, context);
    else {
      // Files are scored without what runs need: onnxruntime takes a while to load.
      const { scoreRuns } = await import('./eval-bleu-runs.ts');
      await scoreRuns(runs, args, context);
    }
  },
});

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
  return own.map(([key]) => key).filter((key) => !['runs', 'quiet', 'language-pair', 'smooth'].includes(key));
}

/** Either runs, or files with something to compare them with. */
function checkForm({ hyp, ref, src, names, on, checkpoint, testSet }: Arguments, numRuns: number): void {
  const files = { hyp, ref };
  if (numRuns > 0) {
    if (hyp !== undefined || ref !== undefined) {
      throw new UsageError('give a run, or --hyp and --ref, not both; see tx eval-bleu --help');
    }
    for (const [name, value] of Object.entries({ src, ...(numRuns === 1 && { names }) })) {
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
