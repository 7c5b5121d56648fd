import type { Argument, Command, Option } from 'commander';
import { commandVersion } from '../version.js';

/** Prints the manual page in roff, generated from the commands. */
export function printManual(program: Command): void {
  const commands = leaves(program).filter((command) => command.name() !== 'complete');
  const [about = '', ...parts] = afterHelp(program).split(/\n(?=(?:Exit codes|Examples):\n)/);
  const page = [
    `.TH LIBCNI 1 "" "libcni ${commandVersion}" "User Commands"`,
    '.SH NAME',
    'libcni \\- networks for containers with CNI plugins',
    '.SH SYNOPSIS',
    '.B libcni',
    '.I command',
    '[\\fIoptions\\fR] [\\fIarguments\\fR]',
    '.SH DESCRIPTION',
    ...text(program.description()),
    ...verbatim(about),
    '.SH COMMANDS',
    ...commands.flatMap(commandPart),
    ...parts.flatMap(section),
  ];
  process.stdout.write(`${page.join('\n')}\n`);
}

/** The names that manual pages have for parts of a help. */
const sectionNames: Readonly<Record<string, string>> = {
  'Exit codes:': 'EXIT STATUS',
  'Examples:': 'EXAMPLES',
};

function section(part: string): string[] {
  const [head = '', ...body] = part.trim().split('\n');
  return [`.SH ${sectionNames[head] ?? head}`, '.nf', ...body.map(line), '.fi'];
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function commandPart(command: Command): string[] {
  return [
    `.SS "${escaped(`${pathOf(command)} ${command.registeredArguments.map(argumentText).join(' ')}`.trim())}"`,
    ...text(command.description()),
    ...command.registeredArguments.flatMap((argument) => item(argumentText(argument), argument.description)),
    ...command.options.flatMap((option) => item(option.flags, optionText(option))),
    ...verbatim(afterHelp(command)),
  ];
}

function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

function argumentText(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description}: ${argChoices.join(', ')}`;
}

/** What commander prints after the list of options. */
function afterHelp(command: Command): string {
  let said = '';
  command.configureOutput({ writeOut: (more) => (said += more) }).outputHelp();
  return said.slice(command.helpInformation().length);
}

function item(head: string, body: string): string[] {
  return ['.TP', `.B ${escaped(head)}`, ...text(body)];
}

function verbatim(given: string): string[] {
  return given.trim() === '' ? [] : ['.PP', '.nf', ...given.trim().split('\n').map(line), '.fi'];
}

function text(given: string): string[] {
  return given.split('\n').map(line);
}

/** A line that begins with a dot or a quote would be a request. */
function line(given: string): string {
  const safe = escaped(given);
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}

function escaped(given: string): string {
  return given.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq');
}
