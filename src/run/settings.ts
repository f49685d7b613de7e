// The settings of a config by their paths, as `--set` and tables of runs have them.

/** `model.dModel` and its value for all that is no map; an empty map is a value, what is undefined is left out. */
export function flattenSettings(settings: object, prefix = ''): [string, unknown][] {
  return Object.entries(settings).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined) return [];
    const path = `${prefix}${key}`;
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    const isFull = isMap && Object.keys(value).length > 0;
    return isFull ? flattenSettings(value, `${path}.`) : [[path, value]];
  });
}

/** Whether a setting says where something is or how it is called, which tells runs apart by itself, or not at all. */
export const isPlace = (key: string): boolean =>
  /^(name|threads|data\.(train|valid|test)\.|init\.from)/.test(key);
