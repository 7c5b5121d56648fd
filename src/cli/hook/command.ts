import { Argument, Command } from 'commander';
import { parseDuration } from '../options/duration.js';
import { examples } from '../options/examples.js';
import {
  addHookOptions,
  addHookPlaceOptions,
  type HookCommandOptions,
  type HookInstallOptions,
  type HookReapOptions,
} from './options.js';

const help = `
The networks of a container come from these options, else from variables in the hook's
environment (LIBCNI_NETWORKS, LIBCNI_PORTS, LIBCNI_IPS, LIBCNI_MAC, CNI_IFNAME,
CNI_ARGS, CAP_ARGS), else from the container's annotations (libcni/networks,
libcni/ports, libcni/ips, libcni/mac, libcni/ifname), else it is the default network.

Examples:
  libcni hook install --networks front --ports 8080:80 /run/bundles/web
  libcni hook install --socket /run/libcni/hook.sock /run/bundles/web
  libcni hook createRuntime < state.json
  libcni hook reap --dry-run`;

/** `libcni hook`: the OCI hook. */
export function hookCommand(): Command {
  return new Command('hook')
    .summary('attach containers of any OCI runtime')
    .description('Attaches containers of any OCI runtime to networks.')
    .addHelpText('after', help)
    .addCommand(
      eventCommand('createRuntime', 'Attaches the container whose state is on standard input.').alias(
        'prestart',
      ),
    )
    .addCommand(eventCommand('poststop', 'Detaches the container whose state is on standard input.'))
    .addCommand(installCommand())
    .addCommand(reapCommand());
}

function eventCommand(event: 'createRuntime' | 'poststop', description: string): Command {
  const command = addHookOptions(new Command(event).description(description));
  return command
    .addHelpText('after', examples(`hook ${event} < state.json`))
    .action(async (options: HookCommandOptions) => {
      const { runEvent } = await import('./run-event.js');
      await runEvent(event, options);
    });
}

function installCommand(): Command {
  return addHookOptions(new Command('install'))
    .description('Writes the hooks, with these options, into the config.json of a bundle.')
    .addArgument(new Argument('<bundle>', 'the folder of config.json'))
    .option('--socket [path]', 'use the program that serves hooks there (default: /run/libcni/hook.sock)')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('hook install --networks front --ports 8080:80 /run/bundles/web'))
    .action(async (bundle: string, options: HookInstallOptions) => {
      const { install } = await import('./install.js');
      await install(bundle, options);
    });
}

function reapCommand(): Command {
  return addHookPlaceOptions(new Command('reap'))
    .description('Detaches containers that ended without a poststop.')
    .option('--timeout <duration>', 'for each container, such as 30s (default: 60s)', parseDuration)
    .option('--dry-run', 'only list them')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('hook reap --dry-run'))
    .action(async (options: HookReapOptions) => {
      const { reap } = await import('./reap.js');
      await reap(options);
    });
}
