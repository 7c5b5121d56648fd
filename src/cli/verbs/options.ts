import type { Command } from 'commander';
import { addTimeoutOption, type LimitOptions } from '../options/limits.js';
import { addFolderOptions, type PlaceOptions } from '../options/places.js';
import { addRequestOptions, type RequestOptions } from '../options/request.js';

/** What the options of the verbs say. */
export interface VerbCommandOptions extends PlaceOptions, RequestOptions, LimitOptions {
  readonly json?: boolean;
  readonly containerId?: string;
}

/** The options of the verbs on one attachment. */
export function addAttachmentOptions(command: Command): Command {
  const asked = addRequestOptions(addFolderOptions(command));
  return addTimeoutOption(
    asked.option('--container-id <id>', 'the container (default: made from the path, as cnitool does)'),
    'for all of it',
  );
}

/** The options of the verbs on a network. */
export function addNetworkOptions(command: Command): Command {
  return addTimeoutOption(addFolderOptions(command), 'for all of it');
}
