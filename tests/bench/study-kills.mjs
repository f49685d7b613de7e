// Kills `tx study` (-9) at random instants, starts it again each time, and compares its report with that of a study that
// was never stopped, byte by byte. The trainings of a killed study notice its end and store their states.
//   npm run build && node tests/bench/study-kills.mjs [--runs 24] [--kills 20] [--jobs 2] [--seed 1]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../../dist/util/rng.js';

const script = join(import.meta.dirname, '../../bin/tx.js');
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '24' },
    kills: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const [runs, kills, seed] = [values.runs, values.kills, values.seed].map(Number);

const folder = mkdtempSync(join(tmpdir(), 'tx-study-kills-'));
const study = join(folder, 'study.yaml');
writeFileSync(
  study,
  `base: quickstart
settings:
  model: { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 32, dFf: 64, numHeads: 2 }
  training: { maxSteps: 24, validateSteps: 6, saveSteps: 2, scoreEvery: 2, average: 2, logSteps: 4 }
  decode: { beamSize: 1, maxExtraLength: 0 }
seeds: ${Math.ceil(runs / 4)}
grids:
  small:
    axes: { model.dropout: [0.1, 0.2], schedule.learningRate: [0.001, 0.003] }
    report: { figures: [test.BLEU, valid.loss], baseline: { model.dropout: 0.1, schedule.learningRate: 0.001 } }
`,
);

/** Runs the study, and kills it after so many milliseconds if it is there for so long. */
function run(out, killAfter) {
  const words = [script, 'study', study, '--out', out, '--jobs', values.jobs, '--threads', '1'];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.on('data', (text) => {
      told += text;
    });
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, told });
    });
  });
}

const report = (out) =>
  Object.fromEntries(
    readdirSync(join(out, 'report')).map((name) => [name, readFileSync(join(out, 'report', name), 'utf8')]),
  );

const started = performance.now();
const [whole, killed] = ['whole', 'killed'].map((name) => join(folder, name));
const reference = await run(whole);
if (reference.code !== 0) throw new Error(reference.told);
const length = performance.now() - started;
console.log(`never stopped: ${(length / 1000).toFixed(0)} s`);

const rng = Rng.fromSeed(seed);
let done = 0;
for (let left = kills; left > 0; left--) {
  // On average a share of what the whole takes, so that all kills meet it at work.
  const after = Math.round(300 + rng.float() * ((1.6 * length) / kills));
  const { code, told } = await run(killed, after);
  if (code === 0) break;
  if (code !== null) throw new Error(told);
  done++;
  console.log(`killed after ${after} ms`);
}
const last = await run(killed);
if (last.code !== 0) throw new Error(last.told);
const [a, b] = [report(whole), report(killed)];
const differing = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]);
console.log(
  `${done} kills; ${Object.keys(a).length} files of the report, ${differing.length} differ ${differing.join(' ')}`,
);
console.log(
  `${last.told.split('\n').filter((line) => line.endsWith('goes on')).length} runs went on at the end`,
);
rmSync(folder, { recursive: true });
process.exitCode = differing.length === 0 && done > 0 ? 0 : 1;
