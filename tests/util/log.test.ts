import { expect, it } from 'vitest';
import { createLog, type LogLevel } from '../../src/util/log.ts';

function lines(isTTY: boolean, env: Record<string, string>, level?: LogLevel): string[] {
  const written: string[] = [];
  const log = createLog({ isTTY, write: (text) => written.push(text) }, { env, ...(level && { level }) });
  log.debug('d');
  log.info('i');
  log.warn('w');
  log.error('e\nf');
  return written;
}

it('writes what the level lets through, each line with its prefix', () => {
  expect(lines(false, {})).toEqual(['i\n', 'tx: warning: w\n', 'tx: e\n', 'tx: f\n']);
  expect(lines(false, {}, 'debug')).toHaveLength(5);
  expect(lines(false, {}, 'error')).toEqual(['tx: e\n', 'tx: f\n']);
  expect(lines(false, {}, 'silent')).toEqual([]);
});

it('has colours on a terminal alone, and not with NO_COLOR', () => {
  expect(lines(true, {}).join('')).toContain('\u001b[');
  expect(lines(true, { NO_COLOR: '' }).join('')).toContain('\u001b[');
  for (const plain of [lines(true, { NO_COLOR: '1' }), lines(true, { TERM: 'dumb' }), lines(false, {})]) {
    expect(plain.join('')).not.toContain('\u001b[');
  }
});

it('status lines are rewritten in place, however many they are, and give way to other lines', () => {
  const screen = new Screen();
  const log = createLog(
    { isTTY: true, columns: 20, rows: 9, write: (text) => screen.write(text) },
    { env: {}, color: false },
  );
  log.info('first');
  log.status((columns, rows) => `a\nb\n${columns} ${rows}`);
  expect(screen.lines).toEqual(['first', 'a', 'b', '19 9']);
  log.status(() => 'c\nd');
  expect(screen.lines).toEqual(['first', 'c', 'd', '']);
  log.info('second');
  expect(screen.lines.slice(0, 3)).toEqual(['first', 'second', '']);
  log.status(() => 'e');
  log.status();
  expect(screen.lines.join('')).toBe('firstsecond');
});

const ESCAPE = '\u001b';
const TOKEN = new RegExp(`${ESCAPE}\\[[KA]|[\\s\\S]`, 'g');

/** As much of a terminal as a status needs. */
class Screen {
  lines = [''];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const [token] of text.matchAll(TOKEN)) {
      if (token === '\u001b[K') this.#set(this.#line.slice(0, this.#column));
      else if (token === '\u001b[A') this.#row--;
      else if (token === '\r') this.#column = 0;
      else if (token === '\n') this.#newLine();
      else {
        this.#set(this.#line.slice(0, this.#column) + token + this.#line.slice(this.#column + 1));
        this.#column++;
      }
    }
  }

  get #line(): string {
    return this.lines[this.#row]!;
  }

  #set(text: string): void {
    this.lines[this.#row] = text;
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.lines.length) this.lines.push('');
  }
}
