// Training's events in words, for people.
import { formatFigure } from '../run/figures.ts';
import { formatDuration } from '../util/format.ts';
import type { Speed, TrainEvent } from './observer.ts';

/** One line. */
export function describeEvent(event: TrainEvent): string {
  if (event.event === 'result')
    return `${event.set} ${event.metric} ${formatFigure(event.metric, event.score)} with the ${event.weights} parameters`;
  const { epoch, step, seconds, figures } = event;
  const time = formatDuration(seconds);
  const at = `epoch ${epoch} step ${step}`;
  const loss = `loss ${figures.loss.toFixed(4)}`;
  if (event.event === 'step') {
    return `${at}: ${loss} lr ${event.learningRate.toExponential(2)} ${formatSpeed(event.speed)} (${time})`;
  }
  // Perplexity says what nll does.
  const { loss: _, nll, perplexity, ...others } = figures;
  const parts = [
    ...(perplexity === undefined ? [] : [`perplexity ${perplexity.toFixed(2)}`]),
    ...Object.entries(others)
      .filter(([name]) => name !== event.metric)
      .map(([name, x]) => `${name} ${formatFigure(name, x)}`),
    ...(event.score === undefined ? [] : [`${event.metric} ${formatFigure(event.metric!, event.score)}`]),
    ...(event.best ? ['*'] : []),
  ];
  return `${at}: validation ${[loss, ...parts].join(' ')} (${time})`;
}

/** Such as `12,345 tok/s`. */
export const formatSpeed = ({ unit, perSecond }: Speed): string =>
  `${Math.round(perSecond).toLocaleString('en-US')} ${unit === 'tokens' ? 'tok' : unit}/s`;
