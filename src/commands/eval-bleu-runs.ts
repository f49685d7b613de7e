// `tx eval-bleu RUN…`: one set translated by each of the runs, scored as systems are whose translations come in files.
// Scores compare where references, form of the text and BLEU's settings are the same: all of that is checked before
// anything is translated.
import { UsageError, UserError } from '../util/errors.ts';
import { isSameFile } from '../util/files.ts';
import { quote } from '../util/quote.ts';
import type { Context } from './command.ts';
import { type Material, nameSystems, targetLanguage, warnOfMistakes } from './eval-bleu-input.ts';
import { chooseMetrics, findOtherSetting, type MetricChoice } from './eval-bleu-metrics.ts';
import { checkOutput, printScores, writeReports } from './eval-bleu-output.ts';
import { type checkProtocol, printProtocol, scoreProtocol, toJson } from './eval-bleu-protocol.ts';
import {
  openScored,
  type RunArguments,
  readSet,
  type ScoredRun,
  type ScoredSet,
  saveProtocol,
  saveTranslated,
  type Translated,
  translateSet,
} from './eval-bleu-run.ts';
import { scoreMaterial } from './eval-bleu-score.ts';
import { parseTest } from './eval-bleu-significance.ts';

type Arguments = Parameters<typeof chooseMetrics>[0] &
  Parameters<typeof parseTest>[0] &
  Parameters<typeof checkOutput>[0] &
  Parameters<typeof checkProtocol>[0] &
  RunArguments & { names?: string[] | undefined };

/** Translates a set with every run, keeps translations and figures in their folders, and prints the figures as files get them. */
export async function scoreRuns(paths: readonly string[], args: Arguments, context: Context): Promise<void> {
  const runs = paths.map(openScored);
  const names = nameRuns(runs, args.names);
  const hasOwnWay = args.testSet === undefined && args.protocol === undefined;
  const choice = chooseForAll(runs, args, hasOwnWay);
  const test = parseTest(args, runs.length);
  checkOutput(args, []);
  const sets: ScoredSet[] = [];
  for (const run of runs) sets.push(await readSet(run, args, !hasOwnWay));
  checkSameSets(runs, sets, args);
  const translated: Translated[] = [];
  for (const [r, run] of runs.entries()) {
    const set = sets[r]!;
    const label = runs.length === 1 ? set.name : `${set.name} by ${names[r]}`;
    translated.push(await translateSet(run, set, args, label, context));
  }
  const material = gather(names, sets, translated);
  warnOfMistakes(material, choice, context.log);
  if (args.protocol !== undefined) {
    const scores = scoreProtocol(material, args);
    for (const [r, run] of runs.entries()) {
      saveTranslated(run, sets[r]!, translated[r]!, ['bleu'], [scores[r]!.sacrebleu]);
      saveProtocol(run, sets[r]!, args.protocol, toJson(scores[r]!));
    }
    printProtocol(scores, args, context);
    return;
  }
  const scored = scoreMaterial(material, choice, test, context.log);
  const metricNames = choice.metrics.map((metric) => metric.name);
  for (const [r, run] of runs.entries()) {
    const reports = scored.results[r]!.map((score, m) => ({ score, ...scored.scores.metrics[m]! }));
    saveTranslated(run, sets[r]!, translated[r]!, metricNames, reports);
  }
  await writeReports(scored, args);
  printScores(scored, args, context);
}

/** One run goes by its path, several by what tells them apart. A UsageError where one is given twice. */
function nameRuns(runs: readonly ScoredRun[], given: readonly string[] | undefined): readonly string[] {
  const paths = runs.map(({ folder }) => folder.path);
  const twice = runs.findIndex(({ folder }, r) =>
    runs.slice(0, r).some((earlier) => isSameFile(earlier.folder.config, folder.config)),
  );
  if (twice >= 0) throw new UsageError(`${paths[twice]}: is given twice; compare it with another run`);
  return runs.length === 1 ? paths : nameSystems(paths, given);
}

/** The metrics of all runs; a UsageError where BLEU is not the same for all. */
function chooseForAll(runs: readonly ScoredRun[], args: Arguments, hasOwnWay: boolean): MetricChoice {
  const lang = targetLanguage(args.langpair);
  const choices = runs.map(({ config }) =>
    chooseMetrics(args, {
      lang: lang ?? config.data.tgtLang,
      bleu: hasOwnWay ? config.evaluation.bleu : undefined,
    }),
  );
  const [first] = choices as [MetricChoice];
  choices.forEach((choice, r) => {
    const other = findOtherSetting(first, choice);
    if (other === undefined) return;
    const [a, b] = [runs[0]!.folder.path, runs[r]!.folder.path];
    throw new UsageError(
      `BLEU's ${other.key} is ${other.a} for ${a} and ${other.b} for ${b}: give --${other.option} for both`,
    );
  });
  return first;
}

/** A UsageError where the runs compare text of another form, a UserError where they have other references. */
function checkSameSets(
  runs: readonly ScoredRun[],
  sets: readonly ScoredSet[],
  { testSet }: RunArguments,
): void {
  const [first] = sets as [ScoredSet];
  const nameOf = (r: number): string => runs[r]!.folder.path;
  const plain = 'give --test-set, or files of tx translate to --hyp';
  sets.forEach(({ text, refs }, r) => {
    if (text !== first.text) {
      throw new UsageError(
        `${nameOf(0)} compares ${first.text} text, ${nameOf(r)} ${text} (evaluation.text): ${plain}`,
      );
    }
    const [own, others] = [first.refs[0]!, refs[0]!];
    const length = Math.max(own.length, others.length);
    const line = Array.from({ length }).findIndex((_, i) => own[i] !== others[i]);
    if (line < 0) return;
    const show = (reference: string | undefined) => (reference === undefined ? 'none' : quote(reference));
    const pair = `${show(own[line])} and ${show(others[line])}`;
    throw new UserError(
      `${first.name}: ${nameOf(0)} and ${nameOf(r)} have other references: line ${line + 1} is ${pair}; ${testSet === undefined ? plain : 'give --langpair'}`,
    );
  });
}

/** The runs as systems. Sources that differ, as of runs from different languages, are those of no line. */
function gather(
  names: readonly string[],
  sets: readonly ScoredSet[],
  translated: readonly Translated[],
): Material {
  const [{ src, refs, refNames, srcName, lang, title, name }] = sets as [ScoredSet];
  const isSame = sets.every((set) => set.src.every((line, i) => line === src[i]));
  const systems = translated.map(({ hyps }, r) => ({ name: names[r]!, hyps }));
  return {
    corpus: { refs, src: isSame ? src : undefined, systems },
    refNames,
    srcName,
    lang,
    title: sets.every((set) => set.title === title) ? title : `data.${name}`,
  };
}
