// The settings of a run's config by their paths, as tables of runs have them.

/** `model.dModel` and its value for all that is no map; what is undefined is left out. */
export function flattenSettings(value: unknown, path: readonly string[] = []): [string, unknown][] {
  if (value === undefined) return [];
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([key, inner]) => flattenSettings(inner, [...path, key]));
}

/** Whether a setting says where something is or how it is called, which tells runs apart by itself, or not at all. */
export const isPlace = (key: string): boolean =>
  /^(name|threads|data\.(train|valid|test)\.|init\.from)/.test(key);
