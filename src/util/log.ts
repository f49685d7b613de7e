// A small leveled logger. It writes to the stream it is given, which is never standard output. On a terminal it also
// has status lines at the bottom: rewritten in place, cleared before any other line, so that nothing of the terminal's
// state has to be put back, however the process ends.
import pc from 'picocolors';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof LEVELS)[number];

/** What a logger needs of a stream. */
export interface LogStream {
  write(text: string): unknown;
  isTTY?: boolean;
  /** A terminal's width and height. */
  columns?: number;
  rows?: number;
}

export interface Log {
  level: LogLevel;
  /** Whether status lines can be shown: the stream is a terminal that can go back to the start of a line. */
  readonly hasStatus: boolean;
  /**
   * Shows what `draw` makes of the room there is, one line or several (at level info or below), until the next status
   * or line of the log; without `draw`, takes it away.
   */
  status(draw?: (columns: number, rows: number) => string): void;
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** The line that the cursor is in, and the one above, of which it is then in. */
const CLEAR = '\r\u001b[K';
const CLEAR_ABOVE = '\u001b[A\u001b[K';

/** A logger that drops what is below `level`; by default, colours are for terminals without NO_COLOR. */
export function createLog(
  stream: LogStream,
  options: { level?: LogLevel; color?: boolean; env?: Record<string, string | undefined> } = {},
): Log {
  const { level = 'info', env = process.env } = options;
  const colors = pc.createColors(options.color ?? wantsColor(stream, env));
  /** Lines of the status that is shown. */
  let shown = 0;
  const erase = () => (shown === 0 ? '' : CLEAR + CLEAR_ABOVE.repeat(shown - 1));
  const clear = () => {
    if (shown > 0) stream.write(erase());
    shown = 0;
  };
  const passes = (lineLevel: LogLevel) => LEVELS.indexOf(lineLevel) >= LEVELS.indexOf(log.level);
  const at = (lineLevel: LogLevel, prefix: string, style: (text: string) => string) => (text: string) => {
    if (!passes(lineLevel)) return;
    clear();
    for (const line of text.split('\n')) stream.write(`${style(prefix)}${line}\n`);
  };
  const log: Log = {
    level,
    hasStatus: isTerminal(stream, env),
    status: (draw) => {
      if (draw === undefined || !log.hasStatus || !passes('info')) return clear();
      // In the last column some terminals begin a new line.
      const text = draw((stream.columns || 80) - 1, stream.rows || 24);
      stream.write(`${erase() || CLEAR}${text}`);
      shown = text.split('\n').length;
    },
    debug: at('debug', 'debug: ', colors.dim),
    info: at('info', '', String),
    warn: at('warn', 'tx: warning: ', colors.yellow),
    error: at('error', 'tx: ', colors.red),
  };
  return log;
}

/** Colours only for a terminal that has them, and never when NO_COLOR is set and not empty (no-color.org). */
function wantsColor(stream: LogStream, env: Record<string, string | undefined>): boolean {
  return isTerminal(stream, env) && !env.NO_COLOR;
}

function isTerminal(stream: LogStream, env: Record<string, string | undefined>): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}
