// Whether probabilities mean what they say. Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2.

/** What was given a probability in one range. */
export interface CalibrationBin {
  readonly count: number;
  /** The mean of the probabilities, and the share of what came true; both 0 where there is nothing. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** By `bins` ranges of equal width, (k/bins, (k+1)/bins]; 0 is in the first. */
export function calibrationBins(
  probabilities: ArrayLike<number>,
  isTrue: ArrayLike<boolean>,
  bins = 10,
): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, accuracy: 0 }));
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(p * bins) - 1))]!;
    bin.count++;
    bin.confidence += p;
    bin.accuracy += isTrue[i] ? 1 : 0;
  }
  return sums.map(({ count, confidence, accuracy }) =>
    count === 0
      ? { count, confidence, accuracy }
      : { count, confidence: confidence / count, accuracy: accuracy / count },
  );
}

/** ECE = Σ (count/N) · |accuracy − confidence| over the bins. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const gaps = bins.reduce(
    (sum, { count, accuracy, confidence }) => sum + count * Math.abs(accuracy - confidence),
    0,
  );
  return total === 0 ? 0 : gaps / total;
}
