// The programs that come with the package. Completion asks for them, and must not wait for a compiler to be loaded.
import { listShipped, type ShippedFiles } from '../util/shipped.ts';

export const PROGRAMS: ShippedFiles = { folder: 'programs', what: 'program', ending: '.rasp' };

export const listPrograms = (): string[] => listShipped(PROGRAMS);
