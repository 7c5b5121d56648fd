import pico from 'picocolors';

/** Colours for standard output: only on a terminal, and not if `NO_COLOR` is set. */
export function colors(): ReturnType<typeof pico.createColors> {
  const { NO_COLOR, TERM } = process.env;
  return pico.createColors(process.stdout.isTTY === true && !NO_COLOR && TERM !== 'dumb');
}
