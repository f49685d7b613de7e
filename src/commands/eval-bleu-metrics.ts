// The settings of metrics as options of `tx eval-bleu`: one for each key of a metric's schema, under sacreBLEU's name
// for it. An option for a metric that is not computed is refused.

import type { Argv } from 'yargs';
import { z } from 'zod';
import { explain } from '../config/check.ts';
import { type MetricName, metricNames, metrics } from '../metrics/index.ts';
import { chooseTokenizer, type TokenizerChoice } from '../metrics/language.ts';
import type { TokenizerName } from '../metrics/tokenizers.ts';
import type { ReportMetric } from '../report/scores.ts';
import { UsageError } from '../util/errors.ts';
import { suggest } from '../util/nearest.ts';
import { quote } from '../util/quote.ts';

/** What each setting does; defaults and choices come from the schemas. */
const TEXTS: Record<MetricName, { group: string; settings: Record<string, string> }> = {
  bleu: {
    group: 'BLEU:',
    settings: {
      tokenize: 'How text is split into words',
      lowercase: 'Ignore case',
      smoothMethod: 'Smoothing of n-gram orders without a match',
      smoothValue: 'For the methods floor (0.1) and add-k (1)',
      maxNgramOrder: 'Longest n-grams; signatures do not tell it',
      effectiveOrder: 'Leave out orders that the text is too short for',
    },
  },
  chrf: {
    group: 'chrF:',
    settings: {
      charOrder: 'Longest character n-grams',
      wordOrder: 'Longest word n-grams; 2 makes it chrF++',
      beta: 'How many times as much recall weighs as precision',
      whitespace: 'Keep white space as characters',
      lowercase: 'Ignore case',
      epsSmoothing: 'Average over all orders, as chrF++.py and NLTK do',
    },
  },
  ter: {
    group: 'TER:',
    settings: {
      normalized: 'Decode entities and split off punctuation',
      noPunct: 'Remove punctuation',
      asianSupport: 'With --ter-normalized or --ter-no-punct: Chinese and Japanese too',
      caseSensitive: 'Tell upper from lower case',
    },
  },
};

interface Setting {
  /** As it is typed, without the dashes. */
  option: string;
  key: string;
  schema: z.ZodType;
}

/** Every setting that `name` has, with the option for it. */
function settingsOf(name: MetricName): Setting[] {
  const prefix = name === 'bleu' ? '' : `${name}-`;
  return Object.entries(metrics[name].options.shape).map(([key, schema]) => ({
    option: prefix + key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    key,
    schema: schema as z.ZodType,
  }));
}

/** Declares `--metrics` and an option for every setting. */
export function metricOptions<T>(yargs: Argv<T>) {
  const declared = yargs.option('metrics', {
    group: 'Metrics:',
    alias: 'm',
    type: 'string',
    array: true,
    requiresArg: true,
    describe: `Among ${metricNames.join(', ')}, separated by commas or spaces [default: bleu]`,
  });
  for (const name of metricNames) {
    const defaults = metrics[name].options.parse({});
    for (const { option, key, schema } of settingsOf(name)) {
      const inner = unwrap(schema);
      const others =
        name !== 'bleu' ? '' : key === 'tokenize' ? ", the language's or the run's" : ", or the run's";
      const byDefault = defaults[key] === undefined ? '' : ` [default: ${defaults[key]}${others}]`;
      const isFlag = inner instanceof z.ZodBoolean;
      declared.option(option, {
        group: TEXTS[name].group,
        ...(key === 'smoothMethod' && { alias: 'smooth' }),
        describe: TEXTS[name].settings[key]! + (isFlag ? '' : byDefault),
        ...(isFlag
          ? { type: 'boolean' }
          : inner instanceof z.ZodEnum
            ? { choices: inner.options, requiresArg: true }
            : { type: 'number', requiresArg: true }),
      });
    }
  }
  return declared.option('force', {
    group: TEXTS.bleu.group,
    type: 'boolean',
    describe: 'Do not warn of translations that look tokenized',
  });
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)) return schema;
  return unwrap(schema.unwrap() as z.ZodType);
}

export interface MetricChoice {
  /** In the registry's order. */
  metrics: ReportMetric[];
  /** BLEU's settings with all defaults, where it is computed. */
  bleu?: Readonly<Record<string, unknown>> | undefined;
  /** The first of them in the form that suits single sentences. */
  sentenceMetric: ReportMetric;
  /** Whether text that looks tokenized is worth a warning. */
  wantsPlainText: boolean;
  /** BLEU's, where it is computed. */
  tokenize?: TokenizerName | undefined;
  /** Why others may score otherwise. */
  doubts: readonly string[];
}

/** What BLEU's settings follow where no option says otherwise. */
export interface MetricDefaults {
  /** The language of the translations, where it is known. */
  lang?: string | undefined;
  /** A run's settings. */
  bleu?: Record<string, unknown> | undefined;
}

interface Arguments {
  metrics?: string[] | undefined;
  force?: boolean | undefined;
}

/** The metrics that were asked for. */
export function chooseMetrics(args: Arguments, { lang, bleu: own = {} }: MetricDefaults = {}): MetricChoice {
  const names = parseNames(args.metrics ?? ['bleu']);
  checkForeign(args, names);
  const byLanguage: Partial<TokenizerChoice> = lang === undefined ? {} : chooseTokenizer(lang);
  const bleu = { ...(byLanguage.tokenize && { tokenize: byLanguage.tokenize }), ...own };
  const settings = names.map((name) => mergeSettings(name, args, name === 'bleu' ? bleu : {}));
  const chosen = names.map((name, m): ReportMetric => {
    const metric = metrics[name].build(settings[m]);
    return name === 'ter' ? { ...metric, lowerIsBetter: true } : metric;
  });
  const atBleu = names.indexOf('bleu');
  const tokenize = settings[atBleu]?.tokenize as TokenizerName | undefined;
  const isGiven = read(args, 'tokenize') !== undefined || own.tokenize !== undefined;
  return {
    metrics: chosen,
    bleu: settings[atBleu],
    sentenceMetric: atBleu === 0 ? metrics.bleu.build({ ...settings[0], effectiveOrder: true }) : chosen[0]!,
    wantsPlainText: !args.force && tokenize !== undefined && tokenize !== 'none',
    tokenize,
    doubts: tokenize === undefined || isGiven ? [] : [byLanguage.doubt ?? []].flat(),
  };
}

/** The first of BLEU's settings in which two choices differ, and the option that settles it. */
export function findOtherSetting(
  { bleu: a = {} }: MetricChoice,
  { bleu: b = {} }: MetricChoice,
): { key: string; option: string; a: unknown; b: unknown } | undefined {
  const found = settingsOf('bleu').find(({ key }) => a[key] !== b[key]);
  return found && { key: found.key, option: found.option, a: a[found.key], b: b[found.key] };
}

function parseNames(values: readonly string[]): MetricName[] {
  const given = values.flatMap((value) => value.split(',')).map((name) => name.trim().toLowerCase());
  for (const name of given) {
    if (metricNames.some((known) => known === name)) continue;
    throw new UsageError(`--metrics: no metric ${quote(name)}; ${suggest(name, metricNames)}`);
  }
  return metricNames.filter((name) => given.includes(name));
}

function checkForeign(args: object, names: readonly MetricName[]): void {
  for (const name of metricNames.filter((name) => !names.includes(name))) {
    const options = settingsOf(name).map(({ option }) => option);
    const found = [...options, ...(name === 'bleu' ? ['force'] : [])].find(
      (option) => read(args, option) !== undefined,
    );
    if (found === undefined) continue;
    const wider = metricNames.filter((known) => known === name || names.includes(known));
    throw new UsageError(
      `--${found} is for ${name}, which is not computed; it is with --metrics ${wider.join(',')}`,
    );
  }
}

/** `base` with the options that were given, checked against the metric's schema. */
function mergeSettings(
  name: MetricName,
  args: object,
  base: Record<string, unknown>,
): Record<string, unknown> {
  const settings = settingsOf(name);
  const given = Object.fromEntries(
    settings.flatMap(({ option, key }) => {
      const value = read(args, option);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  // A value of the run's is for the run's method of smoothing.
  const { smoothValue, ...others } = base;
  const isOtherMethod = given.smoothMethod !== undefined && given.smoothMethod !== base.smoothMethod;
  const { data, error } = metrics[name].options.safeParse(
    { ...(isOtherMethod ? others : base), ...given },
    { error: explain },
  );
  if (error) {
    const { path, message } = error.issues[0]!;
    const { option } = settings.find(({ key }) => key === path[0])!;
    throw new UsageError(`--${option} ${given[path[0] as string]}: ${message}`);
  }
  const { smoothMethod } = data;
  if (given.smoothValue !== undefined && smoothMethod !== 'floor' && smoothMethod !== 'add-k') {
    throw new UsageError(`--smooth-value is for --smooth floor and add-k; ${smoothMethod} takes no value`);
  }
  if (given.asianSupport && !data.normalized && !data.noPunct) {
    throw new UsageError('--ter-asian-support changes nothing without --ter-normalized or --ter-no-punct');
  }
  return data;
}

const read = (args: object, option: string): unknown => (args as Record<string, unknown>)[option];
