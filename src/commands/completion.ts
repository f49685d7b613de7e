// `tx completion`: the script by which a shell completes tx's command lines.
import { defineCommand } from './command.ts';
import { scripts, shells } from './completion/scripts.ts';

export const completion = defineCommand({
  command: 'completion <shell>',
  describe: 'Print a script by which a shell completes commands, options, configs, runs and settings',
  builder: (yargs) =>
    yargs
      .positional('shell', { choices: shells, demandOption: true, describe: 'The shell that sources it' })
      .example('source <($0 completion bash)', 'In this shell; in ~/.bashrc, in every one')
      .example('source <($0 completion zsh)', 'The same in ~/.zshrc, after compinit')
      .example('$0 completion fish > ~/.config/fish/completions/tx.fish', 'For every fish')
      .epilogue('The shell must find tx in its PATH, as in: export PATH="$PWD/node_modules/.bin:$PATH"'),
  run: ({ shell }, { stdout }) => {
    stdout.write(scripts[shell]);
  },
});
