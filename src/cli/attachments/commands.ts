import { Command } from 'commander';
import type { CommandMakers } from '../command-makers.js';
import { examples } from '../options/examples.js';
import { addTimeoutOption } from '../options/limits.js';
import { addPlaceOptions } from '../options/places.js';
import { addRequestOptions } from '../options/request.js';
import type { AttachmentCommandOptions } from './options.js';

const ID = 'the id of the container';
const NETWORKS = 'networks, each perhaps with its interface: front storage@data0';

/** The commands on containers and what they are attached to. */
export const attachmentCommands: CommandMakers = {
  attach: attachCommand,
  detach: detachCommand,
  inspect: inspectCommand,
  ps: psCommand,
  recover: recoverCommand,
};

function attachCommand(): Command {
  return addTimeoutOption(addRequestOptions(addPlaceOptions(new Command('attach'))))
    .summary('attach a container to networks')
    .description('Attaches a container to its networks. A failure takes back what was attached before it.')
    .argument('<id>', ID)
    .argument('<netns>', 'its namespace: a path, or a name of `libcni netns ls`')
    .argument('[networks...]', `${NETWORKS} (default: the default network)`)
    .option('--host-netns', 'the namespace is that of the machine, and meant')
    .addHelpText('after', examples('attach web web', 'attach web web front storage@data0 --ports 8080:80'))
    .action(async (id: string, netns: string, networks: string[], options: AttachmentCommandOptions) => {
      const { attach } = await import('./attach.js');
      await attach({ id, netns, networks }, options);
    });
}

function detachCommand(): Command {
  return addTimeoutOption(addPlaceOptions(new Command('detach')))
    .summary('detach a container')
    .description(
      'Detaches a container from networks. One that is not attached, or whose namespace is gone, is fine.',
    )
    .argument('<id>', ID)
    .argument('[networks...]', `${NETWORKS} (default: all)`)
    .option('--netns <netns>', 'its namespace (default: the one that it was attached in)')
    .option('--host-netns', 'the namespace is that of the machine, and meant')
    .addHelpText('after', examples('detach web', 'detach web storage@data0'))
    .action(async (id: string, networks: string[], options: AttachmentCommandOptions) => {
      const { detach } = await import('./detach.js');
      await detach({ id, networks }, options);
    });
}

function inspectCommand(): Command {
  return addPlaceOptions(new Command('inspect'))
    .summary('what a container is attached to')
    .description('Shows what a container is attached to: addresses, gateways, routes, ports.')
    .argument('<id>', ID)
    .addHelpText('after', examples('inspect web', 'inspect web --json'))
    .action(async (id: string, options: AttachmentCommandOptions) => {
      const { inspect } = await import('./inspect.js');
      await inspect(id, options);
    });
}

function psCommand(): Command {
  return addPlaceOptions(new Command('ps'))
    .summary('all that is attached')
    .description('Lists what containers are attached to, whoever has attached them.')
    .option('--network <name>', 'only those on this network')
    .option('--netns <netns>', 'only those in this namespace')
    .addHelpText('after', examples('ps', 'ps --network front'))
    .action(async (options: AttachmentCommandOptions) => {
      const { ps } = await import('./ps.js');
      await ps(options);
    });
}

function recoverCommand(): Command {
  return addTimeoutOption(addPlaceOptions(new Command('recover')))
    .summary('take down what was cut short')
    .description('Takes down what was cut short, by a crash or a kill, while it was attached or detached.')
    .addHelpText('after', examples('recover'))
    .action(async (options: AttachmentCommandOptions) => {
      const { recover } = await import('./recover.js');
      await recover(options);
    });
}
