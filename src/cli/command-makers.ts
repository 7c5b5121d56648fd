import type { Command } from 'commander';

/** The functions that create commands, by command name. */
export type CommandMakers = Readonly<Record<string, () => Command>>;
