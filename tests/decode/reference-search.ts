// Beam search over plain arrays, one sentence at a time and always up to the limit: what the graph must agree with.

export interface ReferenceOptions {
  beamSize: number;
  lengthPenalty: number;
  nBest: number;
  limit: number;
  ids: { padId: number; bosId: number; eosId: number };
}

export interface ReferenceHypothesis {
  ids: number[];
  score: number;
}

/** `logits` of the next token after `prefix`, which begins with bos. */
export function searchReference(
  logits: (prefix: readonly number[]) => number[],
  { beamSize, lengthPenalty, nBest, limit, ids }: ReferenceOptions,
): ReferenceHypothesis[] {
  let alive = [{ ids: [] as number[], logProb: 0 }];
  const finished: ReferenceHypothesis[] = [];
  for (let length = 1; length <= limit; length++) {
    const penalty = ((5 + length) / 6) ** lengthPenalty;
    const candidates = alive
      .flatMap((hypothesis) => {
        const scores = logSoftmax(logits([ids.bosId, ...hypothesis.ids]));
        return scores.flatMap((logProb, token) =>
          token === ids.padId || token === ids.bosId
            ? []
            : [{ ids: [...hypothesis.ids, token], logProb: hypothesis.logProb + logProb }],
        );
      })
      .sort((a, b) => b.logProb - a.logProb)
      .slice(0, 2 * beamSize);
    const ends = (candidate: { ids: number[] }) => candidate.ids.at(-1) === ids.eosId;
    if (beamSize === 1) {
      // The likeliest token, whichever it is.
      const [best] = candidates;
      if (best === undefined) break;
      alive = ends(best) ? [] : [best];
      if (ends(best)) finished.push({ ids: best.ids.slice(0, -1), score: best.logProb / penalty });
      continue;
    }
    for (const candidate of candidates.filter(ends)) {
      finished.push({ ids: candidate.ids.slice(0, -1), score: candidate.logProb / penalty });
    }
    alive = candidates.filter((candidate) => !ends(candidate)).slice(0, beamSize);
  }
  const last = ((5 + limit) / 6) ** lengthPenalty;
  const results =
    finished.length > 0 ? finished : alive.map((a) => ({ ids: a.ids, score: a.logProb / last }));
  return results.sort((a, b) => b.score - a.score).slice(0, nBest);
}

export function logSoftmax(logits: readonly number[]): number[] {
  const max = Math.max(...logits);
  const total = max + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - max), 0));
  return logits.map((x) => x - total);
}
