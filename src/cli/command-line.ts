import type { Command, Option } from 'commander';

let command: Command | undefined;

/** Notes the command that runs, for messages about what its user typed. */
export function noteCommand(running: Command): void {
  command = running;
}

/** Its name with that of its group, such as `network connect`. */
export function commandName(): string {
  const { parent } = command ?? {};
  return [parent?.parent ? parent.name() : '', command?.name() ?? ''].filter(Boolean).join(' ');
}

/** Whether it has an option, such as `--host-netns`. */
export function hasOption(long: string): boolean {
  return command?.options.some((option) => option.long === long) ?? false;
}

/** Something that a user can set. */
export interface Setting {
  /** The option, such as `--subnet`, or the variable that was set instead; `undefined` for an argument. */
  readonly label: string | undefined;
  /** Its key: `ipRange` for `--ip-range`. */
  readonly key: string;
  /** As typed; empty if it was not set. */
  readonly words: readonly string[];
}

/** The arguments, options and variables of the command, those that are set first. */
export function settings(): Setting[] {
  if (command === undefined) return [];
  const { args, registeredArguments } = command;
  const operands = registeredArguments.map((argument, index): Setting => {
    const words = argument.variadic ? args.slice(index) : args.slice(index, index + 1);
    return { label: undefined, key: argument.name(), words };
  });
  const all = [...command.options.map(settingOf), ...operands];
  return all.sort((a, b) => Number(b.words.length > 0) - Number(a.words.length > 0));
}

/** The help of an option names its variable, as in `plugins (CNI_PATH; default: ...)`. */
function settingOf(option: Option): Setting {
  const key = option.attributeName();
  const given: unknown = command?.getOptionValue(key);
  const [, variable] = /\(([A-Z][A-Z_]+)[;)]/.exec(option.description) ?? [];
  const value = variable === undefined ? undefined : process.env[variable];
  if (given === undefined && value) return { label: variable, key, words: [value] };
  const isTyped = command?.getOptionValueSource(key) === 'cli';
  return { label: option.long, key, words: isTyped ? [given].flat().map(String) : [] };
}
