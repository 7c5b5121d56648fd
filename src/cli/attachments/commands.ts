import { Command } from 'commander';
import type { CommandMakers } from '../command-makers.js';
import { examples } from '../options/examples.js';
import { addTimeoutOption } from '../options/limits.js';
import { addPlaceOptions } from '../options/places.js';
import { addRequestOptions } from '../options/request.js';
import type { AttachmentCommandOptions } from './options.js';

const ID = 'the id of the container';
const NETWORKS = 'networks, optionally with an interface: front storage@data0';

/** The commands for containers and their attachments. */
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
    .description('Attaches a container to its networks. If one fails, the others are detached again.')
    .argument('<id>', ID)
    .argument('<netns>', 'its namespace: a path, or a name of `libcni netns ls`')
    .argument('[networks...]', `${NETWORKS} (default: the default network)`)
    .option('--host-netns', 'allow the namespace of the host')
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
      'Detaches a container from networks. It is fine if it is not attached, or its namespace is gone.',
    )
    .argument('<id>', ID)
    .argument('[networks...]', `${NETWORKS} (default: all)`)
    .option('--netns <netns>', 'its namespace (default: the namespace of the attach)')
    .option('--host-netns', 'allow the namespace of the host')
    .addHelpText('after', examples('detach web', 'detach web storage@data0'))
    .action(async (id: string, networks: string[], options: AttachmentCommandOptions) => {
      const { detach } = await import('./detach.js');
      await detach({ id, networks }, options);
    });
}

function inspectCommand(): Command {
  return addPlaceOptions(new Command('inspect'))
    .summary('show the attachments of a container')
    .description('Shows the attachments of a container: addresses, gateways, routes, ports.')
    .argument('<id>', ID)
    .addHelpText('after', examples('inspect web', 'inspect web --json'))
    .action(async (id: string, options: AttachmentCommandOptions) => {
      const { inspect } = await import('./inspect.js');
      await inspect(id, options);
    });
}

function psCommand(): Command {
  return addPlaceOptions(new Command('ps'))
    .summary('list attachments')
    .description('Lists the attachments of all containers, including those of other programs.')
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
    .summary('clean up interrupted attachments')
    .description('Removes attachments that a crash or a kill interrupted while they were made or removed.')
    .addHelpText('after', examples('recover'))
    .action(async (options: AttachmentCommandOptions) => {
      const { recover } = await import('./recover.js');
      await recover(options);
    });
}
