import { Command, InvalidArgumentError } from 'commander';
import { examples } from '../options/examples.js';
import type { NetnsCommandOptions } from './options.js';

const NETNS = 'a namespace: a path, or a name of `libcni netns ls`';
const DIR = '--dir <folder>';
const DIR_HELP = 'the folder of namespaces (default: /var/run/netns)';

/** `libcni netns`: persistent namespaces. */
export function netnsCommand(): Command {
  return new Command('netns')
    .enablePositionalOptions()
    .description('Persistent network namespaces, which stay until they are removed.')
    .summary('manage persistent network namespaces')
    .addHelpText('after', examples('netns create web', 'netns exec web ip addr', 'netns ls', 'netns rm web'))
    .addCommand(createCommand())
    .addCommand(lsCommand())
    .addCommand(inspectCommand())
    .addCommand(rmCommand())
    .addCommand(execCommand())
    .addCommand(pinCommand())
    .addCommand(reapCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description('Creates a namespace with `lo` up, and prints its path.')
    .argument('[name]', 'its name (default: a new one)')
    .option(DIR, DIR_HELP)
    .option('--path <file>', 'the path of its file, instead of a name')
    .addHelpText('after', examples('netns create web', 'netns create --path /run/my/netns/web'))
    .action(async (name: string | undefined, options: NetnsCommandOptions) => {
      const { create } = await import('./create.js');
      await create(name, options);
    });
}

function lsCommand(): Command {
  return new Command('ls')
    .alias('list')
    .description('Lists the namespaces of a folder, and how many processes each has.')
    .option(DIR, DIR_HELP)
    .addHelpText('after', examples('netns ls', 'netns ls --json'))
    .action(async (options: NetnsCommandOptions) => {
      const { ls } = await import('./ls.js');
      await ls(options);
    });
}

function inspectCommand(): Command {
  return new Command('inspect')
    .description('Shows the interfaces, processes and attachments of a namespace.')
    .argument('<netns>', NETNS)
    .option(DIR, DIR_HELP)
    .option('--cache-dir <folder>', 'attachments (default: /var/lib/cni)')
    .addHelpText('after', examples('netns inspect web', 'netns inspect /proc/4711/ns/net --json'))
    .action(async (netns: string, options: NetnsCommandOptions) => {
      const { inspect } = await import('./inspect.js');
      await inspect(netns, options);
    });
}

function rmCommand(): Command {
  return new Command('rm')
    .alias('remove')
    .description(
      'Removes namespaces and their files. A missing namespace is fine; one with attachments is refused.',
    )
    .argument('<netns...>', NETNS)
    .option(DIR, DIR_HELP)
    .option('--cache-dir <folder>', 'attachments (default: /var/lib/cni)')
    .option('--force', 'remove them despite attachments; packet rules may stay')
    .addHelpText('after', examples('netns rm web db'))
    .action(async (names: string[], options: NetnsCommandOptions) => {
      const { rm } = await import('./rm.js');
      await rm(names, options);
    });
}

function execCommand(): Command {
  return new Command('exec')
    .description("Runs a program in a namespace, on this terminal. Exits with the program's exit code.")
    .argument('<netns>', NETNS)
    .argument('<program>', 'the program')
    .argument('[args...]', 'its arguments')
    .option(DIR, DIR_HELP)
    .passThroughOptions()
    .addHelpText('after', examples('netns exec web ip addr', 'netns exec web sh'))
    .action(async (netns: string, program: string, args: string[], options: NetnsCommandOptions) => {
      const { exec } = await import('./exec.js');
      await exec({ netns, program, args }, options);
    });
}

function pinCommand(): Command {
  return new Command('pin')
    .description(
      'Pins the namespace of a process with a file, so that it stays when the process ends. Prints the path.',
    )
    .argument('<pid>', 'the process', parsePid)
    .argument('[name]', 'its name (default: a new one)')
    .option(DIR, DIR_HELP)
    .option('--path <file>', 'the path of its file, instead of a name')
    .addHelpText('after', examples('netns pin 4711 web'))
    .action(async (pid: number, name: string | undefined, options: NetnsCommandOptions) => {
      const { pin } = await import('./create.js');
      await pin({ pid, name }, options);
    });
}

function reapCommand(): Command {
  return new Command('reap')
    .description('Removes namespaces without processes and attachments whose names begin with a prefix.')
    .requiredOption('--prefix <text>', 'the prefix of their names')
    .option(DIR, DIR_HELP)
    .option('--cache-dir <folder>', 'attachments (default: /var/lib/cni)')
    .option('--dry-run', 'only list them')
    .addHelpText('after', examples('netns reap --prefix libcni- --dry-run'))
    .action(async (options: NetnsCommandOptions & { prefix: string }) => {
      const { reap } = await import('./reap.js');
      await reap(options);
    });
}

function parsePid(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a process id.');
  return Number(text);
}
