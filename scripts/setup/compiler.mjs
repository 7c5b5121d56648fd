import { findProgram } from './find-program.mjs';

const compilers = ['musl-gcc', 'cc', 'gcc', 'clang'];

/** The name of the C compiler that the helper is built with, or `undefined` where there is none. */
export function findCompiler() {
  return compilers.find((name) => findProgram(name) !== undefined);
}
