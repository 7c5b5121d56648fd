import type { PlaceOptions } from '../options/places.js';

/** What the options of `doctor` say. */
export interface DoctorOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly only?: string;
}
