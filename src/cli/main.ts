#!/usr/bin/env node
// The `libcni` command. Each subcommand is described in a file of its own; its implementation is loaded on use.
import { CommanderError } from 'commander';
import { noteCommand } from './command-line.js';
import { exitCode, exitCodeOf } from './exit-code.js';
import { type FailureOptions, reportFailure } from './failure.js';
import { createProgram } from './program.js';
import { aboutTypedWords } from './typed-words.js';

let options: FailureOptions = {};

// A reader such as head may close the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = createProgram(process.argv.slice(2)).hook('preAction', (_, command) => {
  options = command.optsWithGlobals<FailureOptions>();
  noteCommand(command);
});

/** The bundle is CommonJS, which has no top-level `await`. */
async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (thrown) {
    process.exitCode = fail(thrown);
  }
}

/** Says what is wrong, unless the parser has. @returns the exit code */
function fail(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCode.done : exitCode.usage;
  const error = aboutTypedWords(thrown);
  reportFailure(error, options);
  return exitCodeOf(error);
}

void main();
