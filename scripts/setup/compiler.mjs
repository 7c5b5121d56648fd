import { findProgram } from './find-program.mjs';

const compilers = ['musl-gcc', 'cc', 'gcc', 'clang'];

/** The name of the C compiler for the helper, or `undefined` if none is installed. */
export function findCompiler() {
  return compilers.find((name) => findProgram(name) !== undefined);
}
