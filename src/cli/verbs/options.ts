import type { Command } from 'commander';
import { addTimeoutOption, type LimitOptions } from '../options/limits.js';
import { addFolderOptions, type PlaceOptions } from '../options/places.js';
import { addRequestOptions, type RequestOptions } from '../options/request.js';

/** The options of the verbs. */
export interface VerbCommandOptions extends PlaceOptions, RequestOptions, LimitOptions {
  readonly json?: boolean;
  readonly containerId?: string;
}

/** Adds the options of the verbs for one attachment. */
export function addAttachmentOptions(command: Command): Command {
  const asked = addRequestOptions(addFolderOptions(command));
  return addTimeoutOption(
    asked.option('--container-id <id>', 'the container (default: derived from the path, as in cnitool)'),
    'in total',
    'no limit',
  );
}

/** Adds the options of the verbs for a network. */
export function addNetworkOptions(command: Command): Command {
  return addTimeoutOption(addFolderOptions(command), 'in total', 'no limit');
}
