// Time spent on training, interruptions left out, and since the last state was stored.

export class Clock {
  #startedAt = performance.now();
  #savedAt = 0;

  /** Seconds of training so far. */
  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Goes on from so many seconds, with a state that is stored. */
  start(seconds: number): void {
    this.#startedAt = performance.now() - 1000 * seconds;
    this.#savedAt = seconds;
  }

  /** A state has been stored. */
  saved(): void {
    this.#savedAt = this.seconds;
  }

  get secondsSinceSaved(): number {
    return this.seconds - this.#savedAt;
  }
}
