// Pieces a word of held-out text, by what a trainer of WordPieces merges first. For authors only, by hand; it counts
// everything anew at each merge.
//
//     node tests/reference/wordpiece_scores.mjs ../shared/data/multi30k/train.en ../shared/data/multi30k/val.en
import { readFileSync } from 'node:fs';

const [train, held] = process.argv.slice(2).map((path) => {
  const lines = readFileSync(path, 'utf8').toLowerCase().split('\n').slice(0, 8000);
  return lines.flatMap((line) => line.match(/[a-z0-9]+|[^a-z0-9\s]/g) ?? []);
});

/** Of a pair that occurs n times, its halves a and b times, among N pieces. */
const SCORES = {
  count: (n) => n,
  'n / (a b), n >= 2': (n, a, b) => n / (a * b),
  'n / (a b), n >= 20': (n, a, b) => (n < 20 ? 0 : n / (a * b)),
  'n log(n N / (a b))': (n, a, b, N) => n * Math.log((n * N) / (a * b)),
};

function learn(score, size) {
  const counts = new Map();
  for (const word of train) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = Array.from(counts, ([word, count]) => ({
    count,
    pieces: [...word].map((c, i) => (i ? '##' : '') + c),
  }));
  const vocabulary = new Set(words.flatMap(({ pieces }) => pieces));
  while (vocabulary.size < size) {
    const [singles, pairs] = [new Map(), new Map()];
    let all = 0;
    for (const { pieces, count } of words) {
      for (const [i, piece] of pieces.entries()) {
        singles.set(piece, (singles.get(piece) ?? 0) + count);
        all += count;
        if (i === 0) continue;
        const pair = `${pieces[i - 1]} ${piece}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      }
    }
    let [best, most] = ['', 0];
    for (const [pair, n] of pairs) {
      if (n < 2) continue;
      const [a, b] = pair.split(' ').map((piece) => singles.get(piece));
      const value = score(n, a, b, all);
      if (value > most) [best, most] = [pair, value];
    }
    if (most === 0) break;
    const [left, right] = best.split(' ');
    const made = left + right.slice(2);
    vocabulary.add(made);
    for (const { pieces } of words) {
      for (let i = 0; i + 1 < pieces.length; i++) {
        if (pieces[i] === left && pieces[i + 1] === right) pieces.splice(i, 2, made);
      }
    }
  }
  return vocabulary;
}

function piecesOf(word, vocabulary) {
  let [count, from] = [0, 0];
  while (from < word.length) {
    let to = word.length;
    while (to > from && !vocabulary.has((from ? '##' : '') + word.slice(from, to))) to--;
    if (to === from) return 1;
    from = to;
    count++;
  }
  return count;
}

for (const size of [500, 1000]) {
  for (const [name, score] of Object.entries(SCORES)) {
    const vocabulary = learn(score, size);
    const pieces = held.reduce((sum, word) => sum + piecesOf(word, vocabulary), 0);
    console.log(`${vocabulary.size} pieces, ${name}: ${(pieces / held.length).toFixed(2)} a word`);
  }
}
