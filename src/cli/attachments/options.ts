import type { LimitOptions } from '../options/limits.js';
import type { PlaceOptions } from '../options/places.js';
import type { RequestOptions } from '../options/request.js';

/** The options of the commands for containers. */
export interface AttachmentCommandOptions extends PlaceOptions, RequestOptions, LimitOptions {
  readonly json?: boolean;
  readonly netns?: string;
  readonly network?: string;
  readonly hostNetns?: boolean;
}
