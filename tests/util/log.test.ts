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
