import { Command } from 'commander';
import { collect } from '../options/collect.js';
import { examples } from '../options/examples.js';
import {
  addConnectOptions,
  addCreateOptions,
  addNetworkPlaces,
  type NetworkCommandOptions,
  type NetworkConnectOptions,
  type NetworkCreateOptions,
} from './options.js';

const NETWORK = 'its name, its id, or the beginning of its id';
const FILTER = 'such as driver=bridge, name=front, label=tier=web, dangling=true; repeat it for more';

/** `libcni network`: networks as in docker and podman. */
export function networkCommand(): Command {
  return new Command('network')
    .summary('create networks and connect containers')
    .description('Creates and removes networks by name, connects and disconnects containers.')
    .addHelpText('after', examples('network create front --subnet 10.1.0.0/24', 'network ls'))
    .addCommand(createCommand())
    .addCommand(lsCommand())
    .addCommand(inspectCommand())
    .addCommand(rmCommand())
    .addCommand(pruneCommand())
    .addCommand(connectCommand())
    .addCommand(disconnectCommand());
}

function createCommand(): Command {
  return addCreateOptions(new Command('create'))
    .description('Creates a network and prints its name. Chooses what the options leave open.')
    .argument('[name]', 'its name (default: that of its bridge)')
    .addHelpText(
      'after',
      examples(
        'network create',
        'network create front --subnet 10.1.0.0/24 --gateway 10.1.0.254 --exclude 10.1.0.2',
        'network create dc -d macvlan --parent eth0',
      ),
    )
    .action(async (name: string | undefined, options: NetworkCreateOptions) => {
      const { create } = await import('./create.js');
      await create(name, options);
    });
}

function lsCommand(): Command {
  return addNetworkPlaces(new Command('ls'))
    .alias('list')
    .description('Lists networks, including those of other programs.')
    .option('-f, --filter <key=value>', FILTER, collect)
    .addHelpText('after', examples('network ls', 'network ls -f driver=bridge -f dangling=true'))
    .action(async (options: NetworkCommandOptions) => {
      const { ls } = await import('./ls.js');
      await ls(options);
    });
}

function inspectCommand(): Command {
  return addNetworkPlaces(new Command('inspect'))
    .description('Shows networks and the containers on them.')
    .argument('<network...>', NETWORK)
    .addHelpText('after', examples('network inspect front', 'network inspect front --json'))
    .action(async (networks: string[], options: NetworkCommandOptions) => {
      const { inspect } = await import('./inspect.js');
      await inspect(networks, options);
    });
}

function rmCommand(): Command {
  return addNetworkPlaces(new Command('rm'))
    .alias('remove')
    .description('Removes networks: configuration, bridge, leases.')
    .argument('<network...>', NETWORK)
    .option('--force', 'disconnect its containers first')
    .addHelpText('after', examples('network rm front', 'network rm front back --force'))
    .action(async (networks: string[], options: NetworkCommandOptions) => {
      const { rm } = await import('./rm.js');
      await rm(networks, options);
    });
}

function pruneCommand(): Command {
  return addNetworkPlaces(new Command('prune'))
    .description('Removes unused networks.')
    .option('-f, --filter <key=value>', FILTER, collect)
    .addHelpText('after', examples('network prune', 'network prune -f until=24h'))
    .action(async (options: NetworkCommandOptions) => {
      const { prune } = await import('./rm.js');
      await prune(options);
    });
}

function connectCommand(): Command {
  return addConnectOptions(new Command('connect'))
    .description('Connects a container to a network.')
    .argument('<network>', NETWORK)
    .argument('<id>', 'the id of the container')
    .argument('[netns]', 'its namespace: a path, or a name of `libcni netns ls`; or --pid')
    .addHelpText(
      'after',
      examples('network connect front web web -p 8080:80', 'network connect front web --pid 4711'),
    )
    .action(
      async (network: string, id: string, netns: string | undefined, options: NetworkConnectOptions) => {
        const { connect } = await import('./connect.js');
        await connect({ network, id, netns }, options);
      },
    );
}

function disconnectCommand(): Command {
  return addNetworkPlaces(new Command('disconnect'))
    .description('Disconnects a container from a network. It is fine if it is not connected.')
    .argument('<network>', NETWORK)
    .argument('<id>', 'the id of the container')
    .option('-i, --ifname <name>', 'the interface inside (default: all of its interfaces on the network)')
    .addHelpText('after', examples('network disconnect front web'))
    .action(async (network: string, id: string, options: NetworkConnectOptions) => {
      const { disconnect } = await import('./connect.js');
      await disconnect({ network, id }, options);
    });
}
