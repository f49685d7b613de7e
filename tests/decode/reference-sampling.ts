// Sampling over plain arrays, as slow as it is clear: what the graph must give.
import type { SpecialIds } from '../../src/data/pairs.ts';
import type { SamplingConfig } from '../../src/decode/config.ts';

export interface ReferenceOptions {
  limit: number;
  sampling: SamplingConfig;
  ids: SpecialIds;
  /** One for each token. */
  uniforms: Float32Array;
  logitsAfter(row: readonly number[]): Promise<number[]>;
}

export async function sampleReference(
  prompt: readonly number[],
  { limit, sampling, ids, uniforms, logitsAfter }: ReferenceOptions,
): Promise<{ tokens: number[]; logProbs: number[] }> {
  const tokens: number[] = [];
  const logProbs: number[] = [];
  while (tokens.length < limit && tokens.at(-1) !== ids.eosId) {
    const row = [...prompt, ...tokens];
    const logits = await logitsAfter(row);
    const token = choose(logits, new Set(row), uniforms[tokens.length]!, sampling, ids);
    tokens.push(token);
    logProbs.push(logits[token]! - Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0)));
  }
  return { tokens, logProbs };
}

function choose(
  logits: readonly number[],
  seen: ReadonlySet<number>,
  uniform: number,
  { temperature, topK = Infinity, topP, minP, repetitionPenalty: penalty }: SamplingConfig,
  { padId, bosId }: SpecialIds,
): number {
  const candidates = logits
    .map((x, token) => ({ token, x: !seen.has(token) ? x : x > 0 ? x / penalty : x * penalty }))
    .filter(({ token }) => token !== padId && token !== bosId)
    .sort((a, b) => b.x - a.x);
  if (temperature === 0) return candidates[0]!.token;
  const weigh = (kept: typeof candidates) => {
    const weights = kept.map(({ token, x }) => ({ token, weight: Math.exp((x - kept[0]!.x) / temperature) }));
    const total = weights.reduce((sum, { weight }) => sum + weight, 0);
    return weights.map(({ token, weight }) => ({ token, p: weight / total }));
  };
  const likeliest = weigh(candidates.slice(0, topK));
  let before = 0;
  const nucleus = likeliest.filter(({ p }) => {
    const isInside = before < topP;
    before += p;
    return isInside;
  });
  const kept = nucleus.filter(({ p }) => p >= minP * nucleus[0]!.p).sort((a, b) => a.token - b.token);
  const target = uniform * kept.reduce((sum, { p }) => sum + p, 0);
  let running = 0;
  for (const { token, p } of kept) {
    running += p;
    if (running > target) return token;
  }
  return kept.at(-1)!.token;
}
