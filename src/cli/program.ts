import { Command } from 'commander';
import { attachmentCommands } from './attachments/commands.js';
import type { CommandMakers } from './command-makers.js';
import { doctorCommand } from './doctor/command.js';
import { hookCommand } from './hook/command.js';
import { netnsCommand } from './netns/command.js';
import { networkCommand } from './network/command.js';
import { podCommand } from './pod/command.js';
import { completeCommand, completionCommand, manualCommand } from './shell/commands.js';
import { verbCommands } from './verbs/commands.js';
import { commandVersion } from './version.js';

const help = `
Name a network as in its configuration, and a namespace by its path or by its name in
\`libcni netns ls\`. Every command accepts --json. Variables are those of cnitool:
NETCONFPATH, CNI_PATH, CNI_ARGS, CAP_ARGS, CNI_IFNAME; options override them.

Exit codes:
  0  done                             5      in use, taken or locked
  1  failed                           6      a plugin failed
  2  something is wrong (doctor,      64     wrong usage
     status of all networks)          124    took longer than --timeout
  3  not found                        128+N  ended by signal N
  4  permissions are missing

Examples:
  libcni netns create web
  libcni attach web web front --ports 8080:80
  libcni ps
  libcni detach web
  libcni doctor`;

const groups: Readonly<Record<string, CommandMakers>> = {
  'Containers:': attachmentCommands,
  'Networks, namespaces, pods and hooks:': {
    network: networkCommand,
    netns: netnsCommand,
    pod: podCommand,
    hook: hookCommand,
  },
  'Verbs of CNI, as cnitool has them:': verbCommands,
  'Help:': { doctor: doctorCommand, completion: completionCommand },
};

/**
 * Creates the command for these arguments. It has all of its subcommands, unless the arguments begin with the name of
 * one: creating them all takes longer than most of them need to run. Implementations are loaded on use.
 */
export function createProgram(words: readonly string[]): Command {
  const program = new Command('libcni')
    .description('Networks for containers with CNI plugins.')
    .version(commandVersion)
    .option('--debug', 'show everything that is known about a failure')
    .enablePositionalOptions()
    .addHelpText('after', help)
    .exitOverride();
  addCommands(program, words.find((word) => !word.startsWith('-')) ?? '');
  saysUsage(program);
  finish(program);
  return program;
}

function addCommands(program: Command, wanted: string): void {
  const all = Object.entries(groups);
  const only = all.find(([, makers]) => Object.hasOwn(makers, wanted))?.[1][wanted];
  if (only !== undefined) {
    program.addCommand(only());
    return;
  }
  for (const [group, makers] of all) {
    program.commandsGroup(group);
    for (const make of Object.values(makers)) program.addCommand(make());
  }
  program.helpCommand('help [command]', 'show the help of a command');
  // These use all other commands.
  program.addCommand(manualCommand()).addCommand(completeCommand(), { hidden: true });
}

/** Adds to every command what all of them have. */
function finish(command: Command): void {
  for (const child of command.commands) {
    saysUsage(child.exitOverride());
    if (child.commands.length === 0) addCommonOptions(child);
    finish(child);
  }
}

/** Prints what is wrong with the command line, in one line with a pointer to the help. */
function saysUsage(command: Command): void {
  command.configureOutput({
    outputError: (text, write) => {
      const said = text
        .trim()
        .replace(/^error: /, '')
        .replace(/\s*\n\s*/g, ' ');
      write(`libcni: ${said} (see ${pathOf(command)} --help)\n`);
    },
  });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function addCommonOptions(command: Command): void {
  const names = command.options.map(({ long }) => long);
  if (!names.includes('--json')) command.option('--json', 'print JSON');
  command.option('--debug', 'show everything that is known about a failure');
}
