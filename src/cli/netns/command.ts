import { Command, InvalidArgumentError } from 'commander';
import { examples } from '../options/examples.js';
import type { NetnsCommandOptions } from './options.js';

const NETNS = 'a namespace: a path, or a name of `libcni netns ls`';
const DIR = '--dir <folder>';
const DIR_HELP = 'the folder of namespaces (default: /var/run/netns)';

/** `libcni netns`: namespaces that stay. */
export function netnsCommand(): Command {
  return new Command('netns')
    .enablePositionalOptions()
    .description('Network namespaces that stay until they are removed.')
    .summary('network namespaces that stay')
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
    .description('Makes a namespace, with `lo` up, and prints its path.')
    .argument('[name]', 'its name (default: one that nobody has)')
    .option(DIR, DIR_HELP)
    .option('--path <file>', 'the whole path of its file, in place of a name')
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
    .description('Shows the interfaces of a namespace, its processes, and what is attached in it.')
    .argument('<netns>', NETNS)
    .option(DIR, DIR_HELP)
    .option('--cache-dir <folder>', 'what is attached (default: /var/lib/cni)')
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
      'Removes namespaces and their files. One that is gone is fine; one that something is attached in is refused.',
    )
    .argument('<netns...>', NETNS)
    .option(DIR, DIR_HELP)
    .option('--cache-dir <folder>', 'what is attached (default: /var/lib/cni)')
    .option('--force', 'remove them with what is attached; rules may stay')
    .addHelpText('after', examples('netns rm web db'))
    .action(async (names: string[], options: NetnsCommandOptions) => {
      const { rm } = await import('./rm.js');
      await rm(names, options);
    });
}

function execCommand(): Command {
  return new Command('exec')
    .description('Runs a program in a namespace, on this terminal. Its exit code is that of the command.')
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
      'Gives the namespace of a process a file, so that it stays when the process ends. Prints the path.',
    )
    .argument('<pid>', 'the process', parsePid)
    .argument('[name]', 'its name (default: one that nobody has)')
    .option(DIR, DIR_HELP)
    .option('--path <file>', 'the whole path of its file, in place of a name')
    .addHelpText('after', examples('netns pin 4711 web'))
    .action(async (pid: number, name: string | undefined, options: NetnsCommandOptions) => {
      const { pin } = await import('./create.js');
      await pin({ pid, name }, options);
    });
}

function reapCommand(): Command {
  return new Command('reap')
    .description('Removes the namespaces of a folder that no process uses, by the beginning of their names.')
    .requiredOption('--prefix <text>', 'what their names begin with')
    .option(DIR, DIR_HELP)
    .option('--dry-run', 'only say which')
    .addHelpText('after', examples('netns reap --prefix libcni- --dry-run'))
    .action(async (options: NetnsCommandOptions & { prefix: string }) => {
      const { reap } = await import('./reap.js');
      await reap(options);
    });
}

function parsePid(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be the number of a process.');
  return Number(text);
}
