// The registry of sources, by the `kind` of a split: which of their settings name files. What a source yields is what
// the tasks that take it read of it. To add one: its file and a row here.
const PATHS = {
  parallel: ['src', 'tgt'],
  table: ['files'],
  builtin: [],
  trees: ['files'],
  documents: ['files'],
  conll: ['files'],
} as const;

/** A split's place in the config, of any kind. */
export interface SourceConfig {
  kind: keyof typeof PATHS;
}

/** The files under each of the settings that name files. */
const filesBySetting = (source: SourceConfig): [string, readonly string[]][] =>
  PATHS[source.kind].map((key: string) => [key, (source as unknown as Record<string, string[]>)[key]!]);

/** The same source with every file name as `resolve` makes it. */
export function mapFiles<S extends SourceConfig>(source: S, resolve: (path: string) => string): S {
  const entries = filesBySetting(source).map(([key, files]) => [key, files.map(resolve)] as const);
  return { ...source, ...Object.fromEntries(entries) };
}

/** The files of a source. */
export const filesOf = (source: SourceConfig): string[] =>
  filesBySetting(source).flatMap(([, files]) => files);

/** What messages call a source, or the part of it that is the field `src` or `tgt`. */
export function describeSource(source: SourceConfig, field?: string): string {
  const own = filesBySetting(source).find(([key]) => key === field)?.[1] ?? filesOf(source);
  if (own.length > 0) return own.join(', ');
  const { kind, name = kind } = source as SourceConfig & { name?: string };
  return field === undefined ? name : `${name} (${field})`;
}
