import { Argument, Command, InvalidArgumentError } from 'commander';
import type { CommandMakers } from '../command-makers.js';
import { collect } from '../options/collect.js';
import { examples } from '../options/examples.js';
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
    .description('Adds an interface to a network namespace: ADD of each plugin. Prints the result.')
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
    .summary('check that an interface is as ADD made it (CHECK)')
    .description('Asks each plugin whether the interface is as ADD has made it: CHECK.')
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
    .summary('take an interface away again (DEL)')
    .description(
      'Takes an interface away: DEL of each plugin. One that is gone, or whose namespace is gone, is fine.',
    )
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
    .summary('take down what nobody uses any more (GC)')
    .description(
      'Takes down the attachments of a network that --valid does not name, then runs GC of each plugin.',
    )
    .argument('<network>', NETWORK)
    .argument('[netns]', 'not looked at; cnitool wants one')
    .option(
      '--valid <container@interface>',
      'one that is in use, such as web@eth0; repeat it for more',
      collect,
    )
    .option('--all', 'none is in use')
    .option('--dry-run', 'only say what would be taken down')
    .addHelpText('after', examples('gc front --dry-run', 'gc front --valid web@eth0 --valid db@eth0'))
    .action(async (network: string, _netns: string | undefined, options: GcCommandOptions) => {
      const { gc } = await import('./gc.js');
      await gc(network, options);
    });
}

function statusCommand(): Command {
  return addNetworkOptions(new Command('status'))
    .summary('whether networks are ready for ADD (STATUS)')
    .description('Says whether a network, or each of them, is ready for ADD.')
    .argument('[network]', `${NETWORK} (default: all)`)
    .argument('[netns]', 'not looked at; cnitool wants one')
    .addHelpText('after', examples('status', 'status front'))
    .action(async (network: string | undefined, _netns: string | undefined, options: VerbCommandOptions) => {
      const { status } = await import('./status.js');
      await status(network, options);
    });
}

function validateCommand(): Command {
  return addNetworkOptions(new Command('validate'))
    .summary('whether the plugins of a network fit it')
    .description(
      'Checks that each plugin is there and speaks the version of the network. Prints what they can do.',
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
    .summary('versions of this command, or of the plugins of a network (VERSION)')
    .description('Prints the versions of this command, or those that the plugins of a network speak.')
    .argument('[network]', `${NETWORK} (default: this command)`)
    .addHelpText('after', examples('version', 'version front'))
    .action(async (network: string | undefined, options: VerbCommandOptions) => {
      const { version } = await import('./version.js');
      await version(network, options);
    });
}

function listCommand(): Command {
  return addFolderOptions(new Command('list'))
    .summary('the networks of the configuration folder')
    .description('Lists the networks of the configuration folder, and says what is wrong with its files.')
    .addHelpText('after', examples('list', 'list --netconfpath ./net.d --json'))
    .action(async (options: PlaceOptions & { json?: boolean }) => {
      const { list } = await import('./list.js');
      await list(options);
    });
}

function planCommand(): Command {
  const verb = new Argument('<verb>', 'what would be run')
    .choices(PLANNED)
    .argParser((text) => parseVerb(text));
  return addAttachmentOptions(new Command('plan'))
    .summary('what each plugin would be given; runs nothing')
    .description('Shows what each plugin would be given: path, environment, standard input. Runs nothing.')
    .addArgument(verb)
    .argument('<network>', NETWORK)
    .argument('[netns]', `${NETNS}; for add, check and del`)
    .addHelpText('after', examples('plan add front web', 'plan gc front --json'))
    .action(async (verb: string, network: string, netns: string | undefined, options: VerbCommandOptions) => {
      const { plan } = await import('./plan.js');
      await plan({ verb, network, netns }, options);
    });
}

/** In capitals too, as the specification has them. */
function parseVerb(text: string): string {
  const verb = text.toLowerCase();
  if (PLANNED.includes(verb)) return verb;
  throw new InvalidArgumentError(`There are ${PLANNED.join(', ')}.`);
}
