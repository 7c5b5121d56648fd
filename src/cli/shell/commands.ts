import { Argument, Command } from 'commander';
import { examples } from '../options/examples.js';

/** `libcni completion`. */
export function completionCommand(): Command {
  return new Command('completion')
    .summary('print a completion script')
    .description('Prints the script for completing this command in a shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `\nExamples:
  libcni completion bash > /etc/bash_completion.d/libcni
  libcni completion zsh > "\${fpath[1]}/_libcni"
  libcni completion fish > ~/.config/fish/completions/libcni.fish`,
    )
    .action(async (shell: string) => {
      const { printScript } = await import('./scripts.js');
      printScript(shell);
    });
}

/** `libcni complete`: called by completion scripts. */
export function completeCommand(): Command {
  const complete = new Command('complete')
    .argument('[words...]')
    .passThroughOptions()
    .allowUnknownOption()
    .description('Prints the completions of the last word.')
    .action(async (words: string[], _: unknown, command: Command) => {
      const { complete } = await import('./complete.js');
      await complete(command.parent ?? command, words);
    });
  return complete;
}

/** `libcni manual`. */
export function manualCommand(): Command {
  return new Command('manual')
    .summary('print the manual page')
    .description('Prints the manual page, for `man -l -`.')
    .addHelpText('after', examples('manual | man -l -'))
    .action(async (_: unknown, command: Command) => {
      const { printManual } = await import('./manual.js');
      printManual(command.parent ?? command);
    });
}
