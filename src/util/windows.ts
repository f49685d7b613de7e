// Lines that come in groups, gathered into windows that are worked on together.

export interface Window {
  lines: string[];
  /** The number of its first line, from 0. */
  first: number;
  /** Whether it is known that no line follows. */
  isLast: boolean;
}

export interface WindowOptions {
  /** Most lines of a window. */
  size: number;
  /** A window that has lines does not wait longer than so many milliseconds for more. */
  patience?: number;
  /** Ends the windows; what was gathered and not yet given is dropped. */
  signal?: AbortSignal;
}

/**
 * Windows of `size` lines, or of fewer where the groups end or pause. Where the groups fail, the lines before come
 * first and the error after them.
 */
export async function* windows(
  groups: AsyncIterable<string[]>,
  { size, patience = Infinity, signal }: WindowOptions,
): AsyncGenerator<Window> {
  const source = groups[Symbol.asyncIterator]();
  let pending: Promise<Next> | undefined;
  let end: Extract<Next, { done: true }> | undefined;
  let waiting: string[] = [];
  for (let first = 0; ; ) {
    while (end === undefined && waiting.length < size) {
      pending ??= settle(source.next());
      const next = await within(pending, waiting.length > 0 ? patience : Infinity);
      if (signal?.aborted) return;
      if (next === undefined) break;
      pending = undefined;
      if (next.done) end = next;
      else waiting = waiting.concat(next.lines);
    }
    const lines = waiting.slice(0, size);
    waiting = waiting.slice(size);
    if (lines.length > 0) {
      yield { lines, first, isLast: end !== undefined && end.error === undefined && waiting.length === 0 };
      if (signal?.aborted) return;
      first += lines.length;
    } else if (end !== undefined) {
      if (end.error !== undefined) throw end.error;
      return;
    }
  }
}

type Next = { done: false; lines: string[] } | { done: true; error?: unknown };

/** The outcome as a value, which nobody has to wait for. */
async function settle(next: Promise<IteratorResult<string[]>>): Promise<Next> {
  try {
    const { done, value } = await next;
    return done ? { done } : { done: false, lines: value };
  } catch (error) {
    return { done: true, error };
  }
}

/** What the promise gives, or undefined after so many milliseconds. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  if (milliseconds === Infinity) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
