// A study's report in its folder: page, pictures, tables and all results. What is written depends on the runs alone.
import { join } from 'node:path';
import { ensureDir, writeFileAtomic } from '../util/files.ts';
import { buildPictures, formatPicture } from './charts.ts';
import { formatClaimsCsv, formatClaimsLatex } from './claim-forms.ts';
import { renderStudyPage } from './page.ts';
import type { StudyResults } from './results.ts';
import { formatLatex, formatStudyCsv } from './tables.ts';
import { formatStudyText } from './text.ts';

/** Writes the files and gives their folder. */
export function saveReport(folder: string, results: StudyResults): string {
  const into = join(folder, 'report');
  ensureDir(into);
  const write = (name: string, text: string) => writeFileAtomic(join(into, name), text);
  write('results.json', `${JSON.stringify(results, null, 2)}\n`);
  write('table.txt', formatStudyText(results));
  write('table.csv', formatStudyCsv(results));
  write('report.html', renderStudyPage(results));
  if (results.grids.some(({ claims }) => claims.length > 0)) write('claims.csv', formatClaimsCsv(results));
  for (const grid of results.grids) {
    write(`${grid.name}.tex`, formatLatex(grid));
    if (grid.claims.length > 0) write(`${grid.name}.claims.tex`, formatClaimsLatex(grid));
    for (const { figure, picture } of buildPictures(grid))
      write(`${grid.name}.${toFileName(figure)}.svg`, formatPicture(picture));
  }
  return into;
}

/** A figure's name is a person's text. */
const toFileName = (figure: string): string => figure.replace(/[^\w.-]+/g, '-');
