// The parser that every command's own is added to: what all of them take, and how words become options.
import yargs, { type Argv } from 'yargs';
import { packageVersion } from '../util/package.ts';

/** `width` is that of help, in characters. */
export function rootParser(width: number): Argv {
  return yargs()
    .scriptName('tx')
    .usage('$0 <command> [options]\n\nTrain, use and score Transformer models.')
    .option('quiet', { alias: 'q', type: 'boolean', describe: 'Print results and errors only' })
    .help()
    .alias('help', 'h')
    .version(packageVersion())
    .alias('version', 'v')
    .epilogue('tx <command> --help shows the options and examples of a command.')
    .strict()
    .locale('en')
    .wrap(width)
    .parserConfiguration({
      'boolean-negation': false,
      'dot-notation': false,
      'parse-positional-numbers': false,
    })
    .exitProcess(false)
    .fail(false);
}
