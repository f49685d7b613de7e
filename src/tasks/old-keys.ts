// Settings that have another name or place now, so that an old config gets a line that says what to write instead.
import { stringify } from 'yaml';
import type { OldKey } from '../config/check.ts';
import { splitNames } from '../data/typescript-messages.ts';

type Map = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every old key in a config as it was written. */
export function findOldKeys(config: unknown): OldKey[] {
  if (!isMap(config)) return [];
  const found: OldKey[] = [];
  const { vocabulary, training, data, task } = config;
  if (isMap(vocabulary)) {
    const now = `tokenizers: ${flow(tokenizersFor(vocabulary, task === 'parsing'))}`;
    const files =
      vocabulary.joint === false
        ? '(a run has them as tokenizers/src.model and tgt.model)'
        : '(a run has it as tokenizers/shared.model)';
    found.push({ path: ['vocabulary'], message: `is another section now; write ${now} ${files}` });
  }
  if (isMap(training) && 'labelSmoothing' in training) {
    const message = `is objective.labelSmoothing now; write objective: ${flow({ labelSmoothing: training.labelSmoothing })}`;
    found.push({ path: ['training', 'labelSmoothing'], message });
  }
  if (!isMap(data)) return found;
  if (task === 'parsing') {
    if ('preprocess' in config)
      found.push({ path: ['preprocess'], message: 'is for translation; leave it out' });
    for (const key of ['srcLang', 'tgtLang'].filter((key) => key in data)) {
      const message =
        key === 'srcLang' ? `is data.lang now; write lang: ${flow(data[key])}` : 'is not needed any more';
      found.push({ path: ['data', key], message });
    }
  }
  for (const name of splitNames) {
    const split = data[name];
    if (!isMap(split) || 'kind' in split) continue;
    const now = sourceFor(split);
    if (now !== undefined)
      found.push({ path: ['data', name], message: `has a kind now; write ${flow(now)}` });
  }
  return found;
}

function tokenizersFor(vocabulary: Map, isParsing: boolean): Map {
  const {
    joint = true,
    tgt = {},
    models = {},
    type = 'bpe',
    bpeDropout,
    bpeDropoutMode,
    ...own
  } = vocabulary;
  const sampling = {
    ...(bpeDropout !== undefined && { dropout: bpeDropout }),
    ...(bpeDropoutMode !== undefined && { dropoutMode: bpeDropoutMode }),
  };
  const entry = (given: Map, file: unknown, dropout: Map = sampling): Map => {
    if (file !== undefined) return { type: 'sentencepiece', file, ...dropout };
    const all: Map = { type, ...own, ...given };
    if (all.type !== 'word') return { ...all, ...dropout };
    const { characterCoverage: _, ...word } = all;
    return word;
  };
  const files = isMap(models) ? models : {};
  if (joint) return { shared: entry({}, files.src) };
  return {
    src: entry({}, files.src),
    tgt: entry(isMap(tgt) ? tgt : {}, files.tgt, isParsing ? {} : sampling),
  };
}

function sourceFor(split: Map): Map | undefined {
  const { src, tgt, table, srcColumn, tgtColumn, builtin, trees } = split;
  if (builtin !== undefined) return { kind: 'builtin', name: builtin };
  if (trees !== undefined) return { kind: 'trees', files: trees };
  if (table !== undefined) return { kind: 'table', files: table, src: srcColumn, tgt: tgtColumn };
  return src === undefined && tgt === undefined ? undefined : { kind: 'parallel', src, tgt };
}

const LONGEST = 400;

/** A value in YAML's flow style, on one line; what is very long is cut. */
function flow(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
