// What ends a command from outside: Ctrl-C, the SIGTERM of batch systems and containers, and the SIGHUP of a terminal
// that goes; and the end of the process that has started this one for work of its own (util/parent.ts). The first is a wish, as an AbortSignal; the second ends the process at once.

import { ignoreParent, onParentGone } from '../util/parent.ts';

/** Exit codes by the shells' convention, 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** npm and shells pass on what the terminal has sent already: within this time the same wish comes twice. */
const ECHO_MS = 500;

export class Interruption {
  readonly #controller = new AbortController();
  readonly #listeners = Object.entries(EXIT_CODES).map(
    ([name, code]) => [name as NodeJS.Signals, () => this.#receive(code)] as const,
  );
  readonly #onEnd: () => void;
  readonly #onParentGone = () => this.#orphaned();
  #isListening = false;
  #exitCode: number | undefined;
  #at = 0;

  /** `onEnd` is called before a second signal ends the process. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    onParentGone(this.#onParentGone);
  }

  /** Takes the signals over from the system, which would end the process, and tells of the first. */
  readonly signal = (): AbortSignal => {
    if (!this.#isListening) for (const [name, listener] of this.#listeners) process.on(name, listener);
    this.#isListening = true;
    return this.#controller.signal;
  };

  /** What the process is to exit with, once a signal has come. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Whether an error is how an aborted operation tells that it has ended. */
  isReason(error: unknown): boolean {
    return this.#controller.signal.aborted && error === this.#controller.signal.reason;
  }

  dispose(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
    ignoreParent(this.#onParentGone);
  }

  /** As if the parent had ended this process as well. */
  #orphaned(): void {
    if (!this.#isListening) process.exit(EXIT_CODES.SIGTERM);
    if (this.#exitCode === undefined) this.#receive(EXIT_CODES.SIGTERM);
  }

  #receive(code: number): void {
    const now = performance.now();
    if (this.#exitCode === undefined) {
      this.#exitCode = code;
      this.#at = now;
      this.#controller.abort();
    } else if (now - this.#at >= ECHO_MS) {
      this.#onEnd();
      process.exit(code);
    }
  }
}
