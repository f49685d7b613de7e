// The process that has started this one for a part of its own work, as `tx study` does, and has a channel to it.

/** Set in this process's environment by such a parent: not every channel is one of ours. */
export const CHANNEL = 'TX_CHANNEL';

const hasParent = (): boolean => process.connected === true && process.env[CHANNEL] === '1';

/** Tells it how far the work is. What cannot be delivered is of no use to anyone. */
export function tellParent(message: object): void {
  if (hasParent()) process.send!(message, () => {});
}

/** Calls `act` when that process ends, however it does. The channel does not keep this one from ending. */
export function onParentGone(act: () => void): void {
  if (!hasParent()) return;
  process.once('disconnect', act);
  process.channel!.unref();
}

/** No longer. */
export const ignoreParent = (act: () => void): unknown => process.off('disconnect', act);
