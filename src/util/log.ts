// A small leveled logger. It writes to the stream it is given, which is never standard output.
import pc from 'picocolors';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof LEVELS)[number];

/** What a logger needs of a stream. */
export interface LogStream {
  write(text: string): unknown;
  isTTY?: boolean;
}

export interface Log {
  level: LogLevel;
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** A logger that drops what is below `level`; by default, colours are for terminals without NO_COLOR. */
export function createLog(
  stream: LogStream,
  options: { level?: LogLevel; color?: boolean; env?: Record<string, string | undefined> } = {},
): Log {
  const { level = 'info', env = process.env } = options;
  const colors = pc.createColors(options.color ?? wantsColor(stream, env));
  const at = (lineLevel: LogLevel, prefix: string, style: (text: string) => string) => (text: string) => {
    if (LEVELS.indexOf(lineLevel) < LEVELS.indexOf(log.level)) return;
    for (const line of text.split('\n')) stream.write(`${style(prefix)}${line}\n`);
  };
  const log: Log = {
    level,
    debug: at('debug', 'debug: ', colors.dim),
    info: at('info', '', String),
    warn: at('warn', 'tx: warning: ', colors.yellow),
    error: at('error', 'tx: ', colors.red),
  };
  return log;
}

/** Colours only for a terminal that has them, and never when NO_COLOR is set and not empty (no-color.org). */
function wantsColor(stream: LogStream, env: Record<string, string | undefined>): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
