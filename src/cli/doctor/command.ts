import { Command, Option } from 'commander';
import { examples } from '../options/examples.js';
import { addPlaceOptions } from '../options/places.js';
import { areas } from './areas.js';
import type { DoctorOptions } from './options.js';

/** `libcni doctor`: checks the machine. */
export function doctorCommand(): Command {
  return addPlaceOptions(new Command('doctor'))
    .summary('check this machine and say what to do')
    .description(
      'Checks rights, kernel, plugins, host, configuration and leftovers. Prints a line for each finding with what to ' +
        'do. Changes nothing except in a namespace of its own, which is removed again. Exit code 2 if something is wrong.',
    )
    .option('-q, --quiet', 'only problems and notes')
    .addOption(new Option('--only <area>', 'only one area').choices([...areas]))
    .addHelpText('after', examples('doctor', 'doctor --quiet', 'doctor --only leftovers --json'))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.js');
      await doctor(options);
    });
}
