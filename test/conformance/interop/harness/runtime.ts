import { createHash } from 'node:crypto';

/** What is attached, in the terms that both libraries share; the container's id follows from the namespace. */
export interface Attachment {
  readonly netns: string;
  readonly ifName: string;
  readonly args: readonly (readonly [key: string, value: string])[];
  readonly capabilityArgs: Readonly<Record<string, unknown>>;
}

/** One of the two libraries, at work on one network. Every verb rejects when it fails. */
export interface Runtime {
  /** Gives the result. */
  add(attachment: Attachment): Promise<unknown>;
  check(attachment: Attachment): Promise<void>;
  del(attachment: Attachment): Promise<void>;
  /** Takes every attachment of the network down. */
  gc(): Promise<void>;
  status(): Promise<void>;
}

/** The container id that cnitool gives to whatever is in a namespace. */
export function containerIdOf(netns: string): string {
  return `cnitool-${createHash('sha512').update(netns).digest('hex').slice(0, 20)}`;
}
