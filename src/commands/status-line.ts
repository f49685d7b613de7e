// One line about work under way that fits the terminal: parts are left out, the least needed first; the time left stays.
import cliProgress from 'cli-progress';

const { BarFormat } = cliProgress.Format;

/** What a line may tell, in the order in which it is written. */
export interface Status {
  /** What goes on: `validation`, `epoch 3`. */
  what: string;
  done: number;
  total?: number | undefined;
  secondsLeft?: number | undefined;
  /** Other figures, the most needed first. */
  figures?: readonly string[];
}

const LEAST_BAR = 10;
const LARGEST_BAR = 24;

/** `epoch 3 [====------] 120/300 · 2 min 05 s left · loss 3.214 · …` in at most `columns` characters. */
export function formatStatus(status: Status, columns: number): string {
  const { what, done, total, secondsLeft, figures = [] } = status;
  const count = total === undefined ? String(done) : `${done}/${total}`;
  const left = secondsLeft === undefined ? '' : `${formatLeft(secondsLeft)} left`;
  const write = (kept: number, hasName: boolean, bar: string): string => {
    const head = [hasName ? what : '', bar, count].filter(Boolean).join(' ');
    return [head, left, ...figures.slice(0, kept)].filter(Boolean).join(' · ');
  };
  // From all to the least: the last figure goes first, then the name, then the other figures.
  const most = figures.length;
  const choices: { kept: number; hasName: boolean }[] = [
    { kept: most, hasName: true },
    ...(most > 0 ? [{ kept: most - 1, hasName: true }] : []),
    ...Array.from({ length: most || 1 }, (_, i) => ({ kept: Math.max(0, most - 1 - i), hasName: false })),
  ];
  const fits = choices.map(({ kept, hasName }) => ({
    kept,
    hasName,
    room: columns - write(kept, hasName, '').length,
  }));
  // A bar is worth more than the last figure.
  const roomy = fits.find(({ hasName, room }) => hasName && room > LEAST_BAR);
  if (roomy && total) {
    const bar = drawBar(done / total, Math.min(LARGEST_BAR, roomy.room - 1));
    return write(roomy.kept, roomy.hasName, bar);
  }
  const plain = fits.find(({ room }) => room >= 0);
  if (plain) return write(plain.kept, plain.hasName, '');
  return (left || count).slice(0, Math.max(0, columns));
}

function drawBar(share: number, width: number): string {
  const inside = width - 2;
  const options = {
    barsize: inside,
    barCompleteString: '='.repeat(inside),
    barIncompleteString: '-'.repeat(inside),
    barGlue: '',
  };
  return `[${BarFormat(Math.max(0, Math.min(1, share)), options)}]`;
}

/** Seconds as `45 s`, `2 min 05 s`, `12 min` or `1 h 02 min`: no finer than an estimate is. */
export function formatLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

const pad = (value: number): string => String(value).padStart(2, '0');
