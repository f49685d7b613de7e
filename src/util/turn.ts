/** Lets the event loop come to whatever else is ready. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
