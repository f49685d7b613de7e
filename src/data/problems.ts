// Made-up problems as batches for a decoder: prompts with their answers, one in a row or several, drawn as they are asked
// for. Nothing is stored: a batch depends on the seed and its number alone.
import type { ExampleSource } from '../rasp/generators/examples.ts';
import type { Example } from '../rasp/generators/generator.ts';
import type { TensorData } from '../tensor/tensor.ts';
import type { Rng } from '../util/rng.ts';
import { type Batch, padRows } from './batch.ts';
import type { BatchSource, BatchState } from './batches.ts';

const PAD_ID = 0;

/** Ids of a generator's tokens; 0 is padding. */
export class ProblemVocabulary {
  readonly padId = PAD_ID;
  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
    this.#ids = new Map(tokens.map((token, i) => [token, i + 1]));
  }

  get size(): number {
    return 1 + this.#tokens.length;
  }

  /** Undefined for what is no token of it. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  encode(tokens: readonly string[]): number[] {
    return tokens.map((token) => this.#ids.get(token)!);
  }

  decode(ids: Iterable<number>): string[] {
    return Array.from(ids, (id) => this.#tokens[id - 1] ?? '?');
  }
}

export interface ProblemOptions {
  vocabulary: ProblemVocabulary;
  /** T: places of a row at most; what stands beyond is cut off. */
  contextLength: number;
  /** B: rows of a batch. */
  rows: number;
  /** Whether problems follow one another until a row is full. */
  packed: boolean;
  /** Whether a batch tells which problem of its row each token belongs to. */
  segments: boolean;
  /** The first place of a row is uniform from 0 to this. */
  maxOffset: number;
  /** Whether the prompt's tokens, all but the first, are labels too. */
  learnsPrompt: boolean;
  /** The label where none counts. */
  noLabel: number;
}

/** A row: ids, the labels of its places, and the number of the problem that each belongs to. */
interface Row {
  ids: number[];
  labels: number[];
  segments: number[];
}

function addTo(row: Row, { prompt, answer }: Example, number: number, options: ProblemOptions): void {
  const { vocabulary, learnsPrompt, noLabel } = options;
  const ids = vocabulary.encode([...prompt, ...answer]);
  // Behind a problem's last token stands nothing that could be told.
  const labels = ids.map((_, i) =>
    learnsPrompt || i + 1 >= prompt.length ? (ids[i + 1] ?? noLabel) : noLabel,
  );
  row.ids.push(...ids);
  row.labels.push(...labels);
  row.segments.push(...ids.map(() => number));
}

/** `ids`, `labels`, and where asked for `segments`, each int32 [B, T], and `offsets` int32 [B]; labels are counted. */
function collate(rows: readonly Row[], offsets: readonly number[], options: ProblemOptions): Batch['inputs'] {
  const { contextLength, noLabel, segments, maxOffset } = options;
  const length = Math.min(contextLength, Math.max(...rows.map(({ ids }) => ids.length)));
  const matrix = (of: (row: Row) => readonly number[], fill: number): TensorData =>
    padRows(
      rows.map((row) => of(row).slice(0, length)),
      length,
      fill,
    );
  return {
    ids: matrix(({ ids }) => ids, PAD_ID),
    labels: matrix(({ labels }) => labels, noLabel),
    ...(segments && { segments: matrix((row) => row.segments, -1) }),
    ...(maxOffset > 0 && {
      offsets: { dtype: 'int32', dims: [rows.length], data: Int32Array.from(offsets) } as const,
    }),
  };
}

function toBatch(inputs: Batch['inputs'], noLabel: number, rows: readonly number[]): Batch {
  const { dims, data } = inputs.labels!;
  const tokens = (data as Int32Array).reduce((count, label) => count + (label === noLabel ? 0 : 1), 0);
  return { inputs, sizes: { B: dims[0]!, T: dims[1]! }, weights: { tokens }, rows };
}

/** Problems to train on, without end; an epoch is as many batches as are told. */
export class ProblemBatches implements BatchSource {
  readonly epochLength: number;
  readonly #problems: ExampleSource;
  readonly #options: ProblemOptions;
  readonly #rng: Rng;
  #state: BatchState = { epoch: 0, position: 0 };

  /** The generator is only split, never drawn from. */
  constructor(problems: ExampleSource, options: ProblemOptions, rng: Rng, epochLength: number) {
    this.#problems = problems;
    this.#options = options;
    this.#rng = rng;
    this.epochLength = epochLength;
  }

  next(): Batch {
    const { epoch, position } = this.#state;
    this.skip();
    return this.#draw(this.#rng.split(epoch).split(position));
  }

  skip(): void {
    const { epoch, position } = this.#state;
    const isLast = position + 1 === this.epochLength;
    this.#state = isLast ? { epoch: epoch + 1, position: 0 } : { epoch, position: position + 1 };
  }

  state(): BatchState {
    return this.#state;
  }

  restore(state: BatchState): void {
    this.#state = state;
  }

  /** Of the first batch, which stands for all. */
  padding(): number {
    const { data } = this.#draw(this.#rng.split(0).split(0)).inputs.ids!;
    return (data as Int32Array).filter((id) => id === PAD_ID).length / data.length;
  }

  largest(): Batch['sizes'][] {
    return [{ B: this.#options.rows, T: this.#options.contextLength }];
  }

  #draw(rng: Rng): Batch {
    const { rows, packed, contextLength, maxOffset, noLabel } = this.#options;
    const drawn = Array.from({ length: rows }, () => {
      const row: Row = { ids: [], labels: [], segments: [] };
      let count = 0;
      do {
        addTo(row, this.#problems.train(rng), count++, this.#options);
      } while (packed && row.ids.length < contextLength);
      return row;
    });
    const offsets = drawn.map(() => rng.int(maxOffset + 1));
    return toBatch(collate(drawn, offsets, this.#options), noLabel, []);
  }
}

/** Each problem alone in a row from place 0 on, as it is asked of the trained model; in their order. */
export function heldOutProblems(examples: readonly Example[], options: ProblemOptions): Batch[] {
  const { rows, noLabel } = options;
  return Array.from({ length: Math.ceil(examples.length / rows) }, (_, k) => {
    const taken = examples.slice(k * rows, (k + 1) * rows);
    const alone = taken.map((example) => {
      const row: Row = { ids: [], labels: [], segments: [] };
      addTo(row, example, 0, options);
      return row;
    });
    const inputs = collate(
      alone,
      taken.map(() => 0),
      { ...options, contextLength: Number.POSITIVE_INFINITY },
    );
    return toBatch(
      inputs,
      noLabel,
      taken.map((_, i) => k * rows + i),
    );
  });
}
