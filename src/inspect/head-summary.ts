// What heads do over many texts: means of their figures, the kind that these tell, and what the model loses without them.
import { describeHead, type HeadFigures } from './head-figures.ts';
import { headWeights, type Inspection, type MapKind, type Sequence, sequencesOf } from './inspection.ts';

/** Fixed distances to a key that are looked for, beside the token before and the own one: behind and ahead. */
const OFFSETS = [-5, -4, -3, -2, 1, 2, 3, 4, 5];

export const headKinds = ['previous', 'induction', 'first', 'delimiter', 'position', 'own', 'mixed'] as const;
/**
 * Where most of a head's weight goes: to the token before, to what stood behind an earlier occurrence of the same token,
 * to the first token, to special ones, to a fixed distance, to the own token; or to none of these.
 */
export type HeadKind = (typeof headKinds)[number];

export interface HeadSummary {
  path: string;
  attention: MapKind;
  /** From 1, as is `head`. */
  layer: number;
  head: number;
  kind: HeadKind;
  /** Means over texts; null where no text has such rows. */
  figures: Record<keyof HeadFigures, number | null>;
  /** The distance, −2 for two tokens before, that gets most weight, and how much. */
  offset: { by: number; weight: number } | null;
  /**
   * Mean |∂L/∂g| of a factor g = 1 of what the head gives, L the nats a token of a text, or the run's loss of a text with
   * labels. Michel et al. 2019.
   */
  gradient?: number;
  /** Without what the head gives: how many more nats a token costs, or how much worse the run's score of labels is. */
  ablation?: number;
}

/** Less of the weight makes no kind. */
const MOST_OF = 0.4;

/** By the largest of the weights. A first token that is special counts as first where it gets nearly all of these. */
export function kindOf(figures: HeadSummary['figures'], offset: HeadSummary['offset']): HeadKind {
  const { previous, self, first, special, induction } = figures;
  const isFirst = first !== null && (special === null || first >= 0.9 * special || special < MOST_OF);
  const weights: [HeadKind, number | null][] = [
    ['previous', previous],
    ['induction', induction],
    [isFirst ? 'first' : 'delimiter', isFirst ? first : special],
    ['position', offset?.weight ?? null],
    ['own', self],
  ];
  const [kind, weight] = weights.reduce((best, one) => ((one[1] ?? 0) > (best[1] ?? 0) ? one : best));
  return (weight ?? 0) >= MOST_OF ? kind : 'mixed';
}

/** The mean weight of keys that far from their queries, of rows that have one; undefined where none has. */
function offsetWeight(weights: ArrayLike<number>, { tokens }: Sequence, by: number): number | undefined {
  const rows = tokens.flatMap((_, i) => (tokens[i + by] === undefined ? [] : [i]));
  if (rows.length === 0) return undefined;
  return rows.reduce((sum, i) => sum + weights[i * tokens.length + i + by]!, 0) / rows.length;
}

class Mean {
  #sum = 0;
  #count = 0;

  add(x: number | null | undefined): void {
    if (x === null || x === undefined) return;
    this.#sum += x;
    this.#count++;
  }

  get value(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }
}

interface HeadMeans extends Pick<HeadSummary, 'path' | 'attention' | 'layer' | 'head'> {
  figures: Map<keyof HeadFigures, Mean>;
  offsets: Map<number, Mean>;
}

/** Gathers the figures of all heads, text by text. */
export class HeadMeter {
  readonly #heads = new Map<string, HeadMeans>();

  add(inspection: Inspection): void {
    for (const layer of inspection.attention) {
      const sequences = sequencesOf(inspection, layer.kind);
      for (let head = 0; head < layer.numHeads; head++) {
        const weights = headWeights(layer, head);
        const means = this.#of({
          path: layer.path,
          attention: layer.kind,
          layer: layer.layer,
          head: head + 1,
        });
        const figures = Object.entries(describeHead(weights, sequences)) as [
          keyof HeadFigures,
          number | null,
        ][];
        for (const [name, value] of figures) addTo(means.figures, name, value);
        if (layer.kind === 'cross') continue;
        for (const by of OFFSETS) addTo(means.offsets, by, offsetWeight(weights, sequences.queries, by));
      }
    }
  }

  finish(): HeadSummary[] {
    return [...this.#heads.values()].map(({ figures: means, offsets, ...place }) => {
      const figures = Object.fromEntries(
        [...means].map(([name, mean]) => [name, mean.value]),
      ) as HeadSummary['figures'];
      const known = [...offsets].flatMap(([by, { value }]) =>
        value === null ? [] : [{ by, weight: value }],
      );
      const offset = known.length === 0 ? null : known.reduce((a, b) => (b.weight > a.weight ? b : a));
      return { ...place, kind: kindOf(figures, offset), figures, offset };
    });
  }

  #of(place: Pick<HeadSummary, 'path' | 'attention' | 'layer' | 'head'>): HeadMeans {
    const key = `${place.path}/${place.head}`;
    const known = this.#heads.get(key) ?? { ...place, figures: new Map(), offsets: new Map() };
    this.#heads.set(key, known);
    return known;
  }
}

function addTo<Key>(means: Map<Key, Mean>, key: Key, value: number | null | undefined): void {
  const mean = means.get(key) ?? new Mean();
  mean.add(value);
  means.set(key, mean);
}
