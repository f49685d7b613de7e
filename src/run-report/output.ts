// Outputs of a run on its validation set, as a report shows them.

/** A line with its score: a sentence's figure, or the loss of what was told of it. */
export interface Output {
  /** From 1. */
  readonly line: number;
  readonly score: number;
  readonly source?: string | undefined;
  /** The second text of a pair. */
  readonly pair?: string | undefined;
  readonly reference: string;
  readonly output: string;
}

export interface Outputs {
  /** Whether outputs are labels, and not text. */
  readonly areLabels: boolean;
  /** What scores are. */
  readonly figure: string;
  readonly lines: number;
  /** Which parameters gave them, such as `best`. */
  readonly weights: string | undefined;
  readonly worst: readonly Output[];
  readonly best: readonly Output[];
  /** Of scores: some of them, in the order of the lines. */
  readonly scores?: readonly { readonly expected: number; readonly found: number }[] | undefined;
}

export type Found = Omit<Outputs, 'weights'>;
