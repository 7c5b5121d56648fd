import type { Observation } from '../harness/observe.js';
import type { Case } from '../harness/play.js';
import type { Request } from '../harness/protocol.js';
import { ROOT } from '../harness/stage.js';

/** One case in which the libraries differ, and what each of them does. */
export interface Example {
  /** The difference, as docs/differences.md calls it. */
  readonly name: string;
  readonly given: Case;
  /** What is looked at. @default the outcome */
  readonly of?: (seen: Observation) => unknown;
  readonly go: unknown;
  readonly ours: unknown;
}

export function base64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64');
}

export function one(request: Request): Case {
  return { steps: [request] };
}

export const value = ({ answer }: Observation) => answer.value;
export const attachment = { containerId: 'c1', netns: '/run/netns/x', ifName: 'eth0' };
export const NET = '{"cniVersion":"1.1.0","name":"net","plugins":[{"type":"bridge"}]}';
const places = { path: [`${ROOT}/bin`], cacheDir: `${ROOT}/cache`, rt: attachment };
export const plugins = ['bridge', 'tuning'];

export function verb(op: Request['op'], conf = NET): Request {
  return { op, bytes: base64(conf), ...places };
}

export function withEntry(entry: string, op: Request['op']): Case {
  return { stage: { plugins, files: { 'cache/results/net-c1-eth0': entry } }, steps: [verb(op)] };
}

export const entryWith = (more: string) =>
  `{"kind":"cniCacheV1","containerId":"c1","config":"","ifName":"eth0","networkName":"net",${more}}`;
