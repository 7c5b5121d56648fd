#!/usr/bin/env node
// The `libcni` command. Each subcommand is described in a file of its own; its implementation is loaded on use.
import { CommanderError } from 'commander';
import { exitCode, exitCodeOf } from './exit-code.js';
import { type FailureOptions, reportFailure } from './failure.js';
import { createProgram } from './program.js';

let options: FailureOptions = {};

// A reader such as head may close the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = createProgram(process.argv.slice(2)).hook('preAction', (_, command) => {
  options = command.optsWithGlobals<FailureOptions>();
});

/** The bundle is CommonJS, which has no top-level `await`. */
async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
    else {
      reportFailure(error, options);
      process.exitCode = exitCodeOf(error);
    }
  }
}

void main();
