// What a map between tokens may be of.
export const mapFigures = ['weights', 'norms', 'rollout', 'flow'] as const;
/**
 * Weights of attention; lengths ‖α f(x)‖ of what tokens give (Kobayashi et al. 2020); rollout and flow over the layers
 * so far (Abnar and Zuidema 2020).
 */
export type MapFigure = (typeof mapFigures)[number];

/** Those that are of all layers up to one, and of all heads. */
export const isOverLayers = (figure: MapFigure): figure is 'rollout' | 'flow' =>
  figure === 'rollout' || figure === 'flow';
