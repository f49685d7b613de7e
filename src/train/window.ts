// Means over the updates since the last line of metrics; its sums are part of a training state.

export interface WindowState {
  /** Sums over tokens. */
  loss: number;
  nll: number;
  tokens: number;
  /** Sums over updates. */
  norm: number;
  updates: number;
  milliseconds: number;
}

const EMPTY: WindowState = { loss: 0, nll: 0, tokens: 0, norm: 0, updates: 0, milliseconds: 0 };

export class Window {
  readonly state: WindowState;
  #since = performance.now();

  /** Goes on from a stored state. */
  constructor(state: Readonly<WindowState> = EMPTY) {
    this.state = { ...state };
  }

  add(result: { loss: number; nll: number; tokens: number; gradientNorm: number }): void {
    const { loss, nll, tokens, gradientNorm } = result;
    const now = performance.now();
    this.state.milliseconds += now - this.#since;
    this.#since = now;
    this.state.loss += tokens * loss;
    this.state.nll += tokens * nll;
    this.state.tokens += tokens;
    this.state.norm += gradientNorm;
    this.state.updates++;
  }

  /** Leaves out the time since the last update. */
  restart(): void {
    this.#since = performance.now();
  }

  means() {
    const { loss, nll, tokens, norm, updates, milliseconds } = this.state;
    return {
      loss: loss / tokens,
      nll: nll / tokens,
      gradientNorm: norm / updates,
      tokensPerSecond: (1000 * tokens) / milliseconds,
    };
  }
}
