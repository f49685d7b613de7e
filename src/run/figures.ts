// What is known of a figure by its name alone: how people read it, and whether more or less of it is better.

/** Figures in percent; others in [−1, 1] are shares and correlations, which have more decimals. */
const PERCENT = ['BLEU', 'F1'];

/** Figures of which less is better. */
const FALLING = [
  ...['loss', 'nll', 'perplexity', 'wordPerplexity', 'bytePerplexity', 'maskedWords', 'nextSentence'],
  ...['rmse', 'calibrationError'],
];

export const isPercent = (name: string): boolean => PERCENT.includes(name);

/** A figure for people. */
export const formatFigure = (name: string, x: number): string =>
  x.toFixed(!isPercent(name) && x !== 0 && Math.abs(x) <= 1 ? 4 : 2);

/** Whether less of it is better. */
export const isFalling = (name: string): boolean => FALLING.includes(name);
