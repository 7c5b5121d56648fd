import { Command, Option } from 'commander';
import { examples } from '../options/examples.js';
import { addPlaceOptions } from '../options/places.js';
import { areas } from './areas.js';
import type { DoctorOptions } from './options.js';

/** `libcni doctor`: what is wrong with the machine. */
export function doctorCommand(): Command {
  return addPlaceOptions(new Command('doctor'))
    .summary('what is wrong with this machine, and what to do')
    .description(
      'Looks at kernel, rights, plugins, host, configuration and leftovers, a line for each thing with what to do. ' +
        'It changes nothing but a namespace of its own, which goes again. Exit code 2 where something is wrong.',
    )
    .option('-q, --quiet', 'only what is not in order')
    .addOption(new Option('--only <area>', 'only one of its areas').choices([...areas]))
    .addHelpText('after', examples('doctor', 'doctor --quiet', 'doctor --only leftovers --json'))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.js');
      await doctor(options);
    });
}
