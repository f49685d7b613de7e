// A config by its path, or by its name among the configs that come with the package: `quickstart`, `multi30k/tiny`.
import { listShipped, resolveShipped, type ShippedFiles } from '../util/shipped.ts';

const CONFIGS: ShippedFiles = {
  folder: 'configs',
  what: 'config',
  ending: '.yaml',
  otherEndings: ['.yml'],
};

/** The path of the file `name` if there is one, else of the package's config of that name (in `folder`). */
export const resolveConfigPath = (name: string, folder?: string): string =>
  resolveShipped(name, CONFIGS, folder);

/** The names of the configs in `folder`, sorted: paths below it without `.yaml`. */
export const listConfigs = (folder?: string): string[] => listShipped(CONFIGS, folder);
