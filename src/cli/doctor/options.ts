import type { PlaceOptions } from '../options/places.js';

/** The options of `doctor`. */
export interface DoctorOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly only?: string;
}
