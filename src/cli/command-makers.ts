import type { Command } from 'commander';

/** What makes each command, by the command's name. */
export type CommandMakers = Readonly<Record<string, () => Command>>;
