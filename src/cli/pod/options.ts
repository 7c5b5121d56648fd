import type { Command } from 'commander';
import { addTimeoutOption, type LimitOptions } from '../options/limits.js';
import { addPlaceOptions, type PlaceOptions } from '../options/places.js';

/** The options of the commands for pods. */
export interface PodCommandOptions extends PlaceOptions, LimitOptions {
  readonly json?: boolean;
  readonly podDir?: string;
  readonly netnsDir?: string;
  readonly runtime?: string;
  readonly runtimeRoot?: string;
  readonly rootfs?: string;
  readonly force?: boolean;
  readonly grace?: number;
  readonly namespace?: string;
}

/** The options of all of them. */
export function addPodOptions(command: Command, limit: string, what = 'in total'): Command {
  return addTimeoutOption(addPlaceOptions(command), what, limit)
    .option('--pod-dir <folder>', 'state of pods (default: pods in the state folder)')
    .option('--netns-dir <folder>', 'their namespaces (default: /var/run/netns)')
    .option('--runtime-root <folder>', 'the state of the runtime (default: /run/libcni/<runtime>)');
}
