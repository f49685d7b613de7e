// The training text as pairs of ids: filtered, in memory or in an index, and cut anew in each epoch where a tokenizer
// has a chance of it.
import { z } from 'zod';
import {
  dropReasons,
  type FilterOptions,
  type FilterReport,
  isEncodable,
  PairFilter,
} from '../../data/length-filter.ts';
import { addPair, type EncodedPairs, type Pair, pairAt, pairsOf } from '../../data/pairs.ts';
import type { RowFileWriter } from '../../data/row-file.ts';
import { MemorySequencesBuilder, type Sequences, type SequencesBuilder } from '../../data/sequences.ts';
import { type Lines, TextRows } from '../../data/text-rows.ts';
import { idSize, TemporaryIndexBuilder, TokenIndex } from '../../data/token-index.ts';
import { linesSchema } from '../../train/data-record.ts';
import type { TrainObserver } from '../../train/observer.ts';
import { Rng } from '../../util/rng.ts';
import { INDEXING, type TrainingText } from '../training-text.ts';
import type { Codec, PairSampling } from './pair-text.ts';

export type PairTrainingText = TrainingText<'src' | 'tgt'>;

export interface TrainingPairs {
  pairs: EncodedPairs;
  report: FilterReport;
  /** Of pair i the source 2i and the target 2i + 1, in the model's form; where they are asked for. */
  lines: Lines | undefined;
  /** Begins ids that are needed for an epoch. */
  beginEpoch(): SequencesBuilder;
}

export interface PairEncoding {
  codec: Codec;
  filter: FilterOptions;
  /** Tokens of a side that fit the model. */
  longest: number;
  /** The larger of the vocabularies. */
  vocabulary: number;
  /** Whether the lines of kept pairs are needed again. */
  keepsLines: boolean;
  /** What decides the codec, as JSON. */
  identity: unknown;
}

const aboutSchema = z.strictObject({
  report: z.strictObject({
    kept: z.int().min(0),
    dropped: z.record(z.enum(dropReasons), z.int().min(0)),
  }),
  record: z.strictObject({ src: linesSchema, tgt: linesSchema }),
});

/** Encodes and filters the text, or finds what was made of it before. */
export async function encodeTraining(
  text: PairTrainingText,
  encoding: PairEncoding,
  observer: TrainObserver,
): Promise<TrainingPairs> {
  if (text.store === undefined) return encodeInMemory(text, encoding);
  const { filter, longest, identity } = encoding;
  const key = text.key(['pairs', identity, filter, longest]);
  return findIndex(text, key, encoding, observer) ?? (await makeIndex(text, key, encoding, observer));
}

async function encodeInMemory(text: PairTrainingText, encoding: PairEncoding): Promise<TrainingPairs> {
  const rows = new MemorySequencesBuilder();
  const lines: string[] = [];
  const report = await encodeText(text, encoding, rows, (line) => lines.push(line));
  text.release();
  return {
    pairs: pairsOf(rows.finish(), isTagged(encoding)),
    report,
    lines: encoding.keepsLines ? lines : undefined,
    beginEpoch: () => new MemorySequencesBuilder(),
  };
}

function findIndex(
  text: PairTrainingText,
  key: string,
  encoding: PairEncoding,
  observer: TrainObserver,
): TrainingPairs | undefined {
  const store = text.store!;
  const { keepsLines } = encoding;
  const rows = store.find(`${key}.ids`);
  const lines = rows && keepsLines ? store.find(`${key}.text`) : undefined;
  if (rows === undefined || (keepsLines && lines === undefined)) {
    rows?.close();
    return undefined;
  }
  const { report, record } = aboutSchema.parse(rows.about);
  text.recall(record);
  observer.note(`training text: encoded before: ${rows.path}`);
  return indexed(text, key, encoding, new TokenIndex(rows), report, lines && new TextRows(lines));
}

async function makeIndex(
  text: PairTrainingText,
  key: string,
  encoding: PairEncoding,
  observer: TrainObserver,
): Promise<TrainingPairs> {
  const store = text.store!;
  const { keepsLines, vocabulary } = encoding;
  const rows = store.begin(`${key}.ids`, idSize(vocabulary));
  const lines = keepsLines ? store.begin(`${key}.text`, 1) : undefined;
  observer.note(INDEXING);
  let report: FilterReport;
  try {
    const keepLine = (line: string) => lines?.add(Buffer.from(line));
    report = await encodeText(text, encoding, rows, keepLine, (done) => {
      // How many there are is known where tokenizers were trained on them.
      if (text.record !== undefined) observer.progress('encoding', done, text.record.src.lines);
    });
  } catch (error) {
    rows.abandon();
    lines?.abandon();
    throw error;
  }
  // The ids are looked for first, and so named last.
  const kept = lines && new TextRows(store.finish(lines, null));
  const index = new TokenIndex(store.finish(rows, { report, record: text.record! }));
  return indexed(text, key, encoding, index, report, kept);
}

function indexed(
  { store }: PairTrainingText,
  key: string,
  encoding: PairEncoding,
  rows: Sequences,
  report: FilterReport,
  lines: Lines | undefined,
): TrainingPairs {
  const size = idSize(encoding.vocabulary);
  const beginEpoch = () => new TemporaryIndexBuilder(store!.begin(`${key}.epoch`, size));
  return { pairs: pairsOf(rows, isTagged(encoding)), report, lines, beginEpoch };
}

const isTagged = ({ codec }: PairEncoding): boolean => codec.isTagged ?? false;

/** Adds each pair that is kept. */
async function encodeText(
  text: PairTrainingText,
  { codec, filter: options, longest, keepsLines }: PairEncoding,
  rows: Pick<RowFileWriter, 'add'>,
  keepLine: (line: string) => void,
  onProgress: (done: number) => void = () => {},
): Promise<FilterReport> {
  const filter = new PairFilter(options);
  let done = 0;
  for await (const { src, tgt } of text.groups()) {
    for (const [i, source] of src.entries()) {
      const target = tgt[i]!;
      const pair = encodePair(codec, source, target, longest);
      if (!filter.keeps(pair.src, pair.tgt)) continue;
      addPair(rows, pair);
      if (!keepsLines) continue;
      keepLine(source);
      keepLine(target);
    }
    done += src.length;
    onProgress(done);
  }
  return filter.report;
}

/** Lines that are too long by their characters alone are not encoded: they get a token more than the model takes. */
export function encodePair(codec: Codec, src: string, tgt: string, longest: number): Pair {
  if (isEncodable(src) && isEncodable(tgt)) return codec.encodePair(src, tgt);
  const tooLong = new Int32Array(longest + 1);
  return { src: tooLong, tgt: tooLong, ...(codec.isTagged && { tags: tooLong }) };
}

/**
 * The kept pairs of each epoch, cut anew where a side is sampled; a cut that does not fit the model gives way to the
 * plain one.
 */
export function resegment(
  { pairs, lines, beginEpoch }: TrainingPairs,
  encoding: PairEncoding,
  sampling: Readonly<Record<'src' | 'tgt', Omit<NonNullable<PairSampling['src']>, 'rng'>>>,
  seed: number,
): (epoch: number) => EncodedPairs {
  if (sampling.src.dropout === 0 && sampling.tgt.dropout === 0) return () => pairs;
  const { codec, longest } = encoding;
  const root = Rng.fromSeed(seed).split('bpe-dropout');
  let before: Sequences | undefined;
  return (epoch) => {
    before?.close?.();
    const rng = root.split(epoch);
    const drawn = (side: 'src' | 'tgt') =>
      sampling[side].dropout === 0 ? undefined : { ...sampling[side], rng };
    const cut: PairSampling = { src: drawn('src'), tgt: drawn('tgt') };
    const rows = beginEpoch();
    for (let i = 0; i < pairs.src.length; i++) {
      const pair = codec.encodePair(lines!.at(2 * i)!, lines!.at(2 * i + 1)!, cut);
      const fits = pair.src.length <= longest && pair.tgt.length <= longest;
      addPair(rows, fits ? pair : pairAt(pairs, i));
    }
    before = rows.finish();
    return pairsOf(before, isTagged(encoding));
  };
}
