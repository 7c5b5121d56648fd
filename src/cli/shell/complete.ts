import type { Argument, Command, Option } from 'commander';
import { listNetns } from '../../netns/index.js';
import { Records } from '../../operator/records/records.js';
import { listAttachments } from '../../operator/verbs/list.js';
import { placesOf } from '../options/places.js';
import { networkNames } from './network-names.js';

interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** Prints the completions of the last word, one per line: the word, a tab, its description. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  const last = words.at(-1) ?? '';
  const { command, operands, option } = walk(program, words.slice(0, -1));
  const found = (await candidates(command, { last, operands, option })).filter(({ word }) =>
    word.startsWith(last),
  );
  process.stdout.write(found.map(({ word, about }) => `${word}\t${about}\n`).join(''));
}

/** The state after the words before the last one. */
interface Place {
  readonly command: Command;
  /** How many operands the command already has. */
  readonly operands: number;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, operands: 0, option: undefined };
  for (const word of words) place = step(place, word);
  return place;
}

function step({ command, operands, option }: Place, word: string): Place {
  if (option !== undefined) return { command, operands, option: undefined };
  if (word.startsWith('-')) {
    const known = command.options.find(({ long, short }) => word === long || word === short);
    return { command, operands, option: known?.required ? known : undefined };
  }
  const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (child !== undefined) return { command: child, operands: 0, option: undefined };
  return { command, operands: operands + 1, option: undefined };
}

async function candidates(
  command: Command,
  { last, operands, option }: { last: string; operands: number; option: Option | undefined },
): Promise<Candidate[]> {
  if (option !== undefined) return (option.argChoices ?? []).map((word) => ({ word, about: '' }));
  if (last.startsWith('-'))
    return command.options.flatMap(({ long, description }) =>
      long ? [{ word: long, about: description }] : [],
    );
  if (command.commands.length > 0)
    return command.commands
      .filter((one) => one.name() !== 'complete')
      .map((one) => ({ word: one.name(), about: one.summary() || one.description() }));
  const { registeredArguments } = command;
  const argument = registeredArguments[operands] ?? registeredArguments.at(-1);
  return argument === undefined ? [] : await namesFor(argument);
}

/** Arguments of the same name mean the same in every command. */
async function namesFor(argument: Argument): Promise<Candidate[]> {
  if (argument.argChoices !== undefined) return argument.argChoices.map((word) => ({ word, about: '' }));
  switch (argument.name()) {
    case 'network':
    case 'networks':
      return (await networkNames()).map((word) => ({ word, about: 'network' }));
    case 'netns':
      return (await listNetns().catch(() => [])).map(({ name }) => ({ word: name, about: 'namespace' }));
    case 'id':
      return await containers();
    default:
      return [];
  }
}

async function containers(): Promise<Candidate[]> {
  const attached = await listAttachments(new Records(placesOf({}).cacheDir), {}).catch(() => []);
  return [...new Set(attached.map(({ id }) => id))].map((word) => ({ word, about: 'container' }));
}
