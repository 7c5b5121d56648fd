#!/usr/bin/env node
// The `libcni` command. Each subcommand is described in a file of its own, and what does its work is loaded when it is used.
import { Command, CommanderError } from 'commander';
import { exitCode } from './exit-code.js';
import { reportFailure } from './failure.js';
import { hookCommand } from './hook/command.js';

const program = new Command('libcni')
  .description('Networks for containers, by CNI plugins.')
  .option('--debug', 'show all that is known of a failure')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .addCommand(hookCommand());
inheritSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
  else {
    reportFailure(error, { debug: program.opts<{ debug?: boolean }>().debug ?? false });
    process.exitCode = exitCode.failed;
  }
}

/** Commands that are added do not take them over by themselves. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) inheritSettings(command.copyInheritedSettings(parent));
}
