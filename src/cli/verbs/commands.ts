import { Argument, Command, InvalidArgumentError } from 'commander';
import type { CommandMakers } from '../command-makers.js';
import { collect } from '../options/collect.js';
import { examples } from '../options/examples.js';
import { addTimeoutOption } from '../options/limits.js';
import { addFolderOptions, type PlaceOptions } from '../options/places.js';
import type { GcCommandOptions } from './gc.js';
import { addAttachmentOptions, addNetworkOptions, type VerbCommandOptions } from './options.js';

const NETWORK = 'a network of `libcni list`';
const NETNS = 'its namespace: a path, or a name of `libcni netns ls`';

/** The verbs of CNI, with the environment of cnitool. */
export const verbCommands: CommandMakers = {
  add: addCommand,
  check: checkCommand,
  del: delCommand,
  gc: gcCommand,
  status: statusCommand,
  validate: validateCommand,
  version: versionCommand,
  list: listCommand,
  plan: planCommand,
};

const PLANNED = ['add', 'check', 'del', 'gc', 'status', 'version'];

function addCommand(): Command {
  return addAttachmentOptions(new Command('add'))
    .summary('add an interface to a namespace (ADD)')
    .description('Adds an interface to a network namespace: runs ADD of each plugin. Prints the result.')
    .argument('<network>', NETWORK)
    .argument('<netns>', NETNS)
    .addHelpText('after', examples('add front web', 'add front /var/run/netns/web --ports 8080:80 -i eth1'))
    .action(async (network: string, netns: string, options: VerbCommandOptions) => {
      const { add } = await import('./attachment.js');
      await add(network, netns, options);
    });
}

function checkCommand(): Command {
  return addAttachmentOptions(new Command('check'))
    .summary('check that an interface is as ADD left it (CHECK)')
    .description('Asks each plugin whether the interface is as ADD left it: runs CHECK.')
    .argument('<network>', NETWORK)
    .argument('<netns>', NETNS)
    .addHelpText('after', examples('check front web'))
    .action(async (network: string, netns: string, options: VerbCommandOptions) => {
      const { check } = await import('./attachment.js');
      await check(network, netns, options);
    });
}

function delCommand(): Command {
  return addAttachmentOptions(new Command('del'))
    .summary('remove an interface (DEL)')
    .description('Removes an interface: runs DEL of each plugin. A missing interface or namespace is fine.')
    .argument('<network>', NETWORK)
    .argument('<netns>', NETNS)
    .addHelpText('after', examples('del front web'))
    .action(async (network: string, netns: string, options: VerbCommandOptions) => {
      const { del } = await import('./attachment.js');
      await del(network, netns, options);
    });
}

function gcCommand(): Command {
  return addNetworkOptions(new Command('gc'))
    .summary('remove unused attachments (GC)')
    .description(
      'Removes the attachments of a network that --valid does not name, then runs GC of each plugin.',
    )
    .argument('<network>', NETWORK)
    .argument('[netns]', 'ignored; cnitool requires one')
    .option(
      '--valid <container@interface>',
      'an attachment in use, such as web@eth0; repeat it for more',
      collect,
    )
    .option('--all', 'no attachment is in use')
    .option('--dry-run', 'only list what would be removed')
    .addHelpText('after', examples('gc front --dry-run', 'gc front --valid web@eth0 --valid db@eth0'))
    .action(async (network: string, _netns: string | undefined, options: GcCommandOptions) => {
      const { gc } = await import('./gc.js');
      await gc(network, options);
    });
}

function statusCommand(): Command {
  const byDefault = '220s; no limit if a network is named';
  return addTimeoutOption(addFolderOptions(new Command('status')), 'for each network', byDefault)
    .summary('tell whether networks are ready for ADD (STATUS)')
    .description('Tells whether a network, or each network, is ready for ADD.')
    .argument('[network]', `${NETWORK} (default: all)`)
    .argument('[netns]', 'ignored; cnitool requires one')
    .addHelpText('after', examples('status', 'status front'))
    .action(async (network: string | undefined, _netns: string | undefined, options: VerbCommandOptions) => {
      const { status } = await import('./status.js');
      await status(network, options);
    });
}

function validateCommand(): Command {
  return addNetworkOptions(new Command('validate'))
    .summary('check the plugins of a network')
    .description(
      'Checks that each plugin is installed and supports the version of the network. Prints their capabilities.',
    )
    .argument('<network>', NETWORK)
    .addHelpText('after', examples('validate front'))
    .action(async (network: string, options: VerbCommandOptions) => {
      const { validate } = await import('./validate.js');
      await validate(network, options);
    });
}

function versionCommand(): Command {
  return addNetworkOptions(new Command('version'))
    .summary('print the versions of this command or of plugins (VERSION)')
    .description('Prints the versions of this command, or those that the plugins of a network support.')
    .argument('[network]', `${NETWORK} (default: this command)`)
    .addHelpText('after', examples('version', 'version front'))
    .action(async (network: string | undefined, options: VerbCommandOptions) => {
      const { version } = await import('./version.js');
      await version(network, options);
    });
}

function listCommand(): Command {
  return addFolderOptions(new Command('list'))
    .summary('list the networks of the configuration folder')
    .description('Lists the networks of the configuration folder, and problems of its files.')
    .addHelpText('after', examples('list', 'list --netconfpath ./net.d --json'))
    .action(async (options: PlaceOptions & { json?: boolean }) => {
      const { list } = await import('./list.js');
      await list(options);
    });
}

function planCommand(): Command {
  const verb = new Argument('<verb>', 'the verb').choices(PLANNED).argParser((text) => parseVerb(text));
  return addAttachmentOptions(new Command('plan'))
    .summary('show what each plugin would get; runs nothing')
    .description('Shows what each plugin would get: path, environment, standard input. Runs nothing.')
    .addArgument(verb)
    .argument('<network>', NETWORK)
    .argument('[netns]', `${NETNS}; for add, check and del`)
    .addHelpText('after', examples('plan add front web', 'plan gc front --json'))
    .action(async (verb: string, network: string, netns: string | undefined, options: VerbCommandOptions) => {
      const { plan } = await import('./plan.js');
      await plan({ verb, network, netns }, options);
    });
}

/** Accepts capitals too, as in the specification. */
function parseVerb(text: string): string {
  const verb = text.toLowerCase();
  if (PLANNED.includes(verb)) return verb;
  throw new InvalidArgumentError(`There are ${PLANNED.join(', ')}.`);
}
