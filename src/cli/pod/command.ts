import { Command, Option } from 'commander';
import { parseDuration } from '../options/duration.js';
import { examples } from '../options/examples.js';
import { addPodOptions, type PodCommandOptions } from './options.js';

const ID = 'its id, or the beginning of it';

/** `libcni pod`: pod sandboxes. */
export function podCommand(): Command {
  return new Command('pod')
    .summary('run pod sandboxes')
    .description('Pod sandboxes: a namespace with its networks, and a process that keeps it alive.')
    .addHelpText('after', examples('pod run pod.yaml --rootfs /var/lib/pause', 'pod ps', 'pod rm 5f2c'))
    .addCommand(runCommand())
    .addCommand(psCommand())
    .addCommand(inspectCommand())
    .addCommand(stopCommand())
    .addCommand(rmCommand());
}

function runCommand(): Command {
  return addPodOptions(new Command('run'), '240s')
    .description('Runs the sandbox of a pod and prints its id.')
    .argument(
      '<file>',
      'a Kubernetes Pod as YAML or JSON, or a PodSandboxConfig as JSON; - for standard input',
    )
    .argument('[program...]', 'the process of the sandbox, after -- (default: /pause)')
    .requiredOption('--rootfs <folder>', 'the root file system of the sandbox process')
    .addOption(
      new Option('--runtime <name>', 'the runtime (default: the first that is installed)').choices([
        'runc',
        'crun',
        'runsc',
      ]),
    )
    .addHelpText(
      'after',
      examples(
        'pod run pod.yaml --rootfs /var/lib/pause',
        'pod run pod.json --rootfs /var/lib/pause --runtime crun -- /pause',
      ),
    )
    .action(async (file: string, program: string[], options: PodCommandOptions) => {
      const { run } = await import('./run.js');
      await run(file, program, options);
    });
}

function psCommand(): Command {
  return addPodOptions(new Command('ps'), 'no limit')
    .description('Lists pod sandboxes, the newest first.')
    .option('--namespace <name>', 'only those of this Kubernetes namespace')
    .addHelpText('after', examples('pod ps', 'pod ps --json'))
    .action(async (options: PodCommandOptions) => {
      const { ps } = await import('./ps.js');
      await ps(options);
    });
}

function inspectCommand(): Command {
  return addPodOptions(new Command('inspect'), '30s')
    .description('Shows the full status of a pod sandbox, as JSON.')
    .argument('<pod>', ID)
    .addHelpText('after', examples('pod inspect 5f2c'))
    .action(async (pod: string, options: PodCommandOptions) => {
      const { inspect } = await import('./ps.js');
      await inspect(pod, options);
    });
}

function stopCommand(): Command {
  return addPodOptions(new Command('stop'), '120s and the grace period', 'for each pod')
    .description('Tears down the network of pod sandboxes, then ends their processes.')
    .argument('<pod...>', ID)
    .option(
      '--grace <duration>',
      'how long a process may take to end, such as 10s (default: 10s)',
      parseDuration,
    )
    .addHelpText('after', examples('pod stop 5f2c'))
    .action(async (pods: string[], options: PodCommandOptions) => {
      const { stop } = await import('./stop.js');
      await stop(pods, options);
    });
}

function rmCommand(): Command {
  return addPodOptions(new Command('rm'), '120s', 'for each pod')
    .alias('remove')
    .description('Removes pod sandboxes, running or not.')
    .argument('<pod...>', ID)
    .option('--force', 'remove them even if steps fail')
    .addHelpText('after', examples('pod rm 5f2c'))
    .action(async (pods: string[], options: PodCommandOptions) => {
      const { rm } = await import('./stop.js');
      await rm(pods, options);
    });
}
