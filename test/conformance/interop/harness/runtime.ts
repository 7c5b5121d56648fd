import { createHash } from 'node:crypto';

/** An attachment in the terms that both libraries share. The container id is derived from the namespace. */
export interface Attachment {
  readonly netns: string;
  readonly ifName: string;
  readonly args: readonly (readonly [key: string, value: string])[];
  readonly capabilityArgs: Readonly<Record<string, unknown>>;
}

/** One of the two libraries on one network. Every verb rejects if it fails. */
export interface Runtime {
  /** Returns the result. */
  add(attachment: Attachment): Promise<unknown>;
  check(attachment: Attachment): Promise<void>;
  del(attachment: Attachment): Promise<void>;
  /** Removes every attachment of the network. */
  gc(): Promise<void>;
  status(): Promise<void>;
}

/** The container id that cnitool uses for a namespace. */
export function containerIdOf(netns: string): string {
  return `cnitool-${createHash('sha512').update(netns).digest('hex').slice(0, 20)}`;
}
