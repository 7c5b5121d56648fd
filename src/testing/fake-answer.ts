import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { type CniVersion, convertResult, PluginError, type Result100 } from '../index.js';
import type { PluginCall } from './plugin-call.js';

/** What a failing plugin prints: the error object of the CNI specification. */
export interface FakeFailure {
  /** 1 to 99 belong to the specification; 11 means "try again later". */
  readonly code: number;
  readonly msg: string;
  /** @default none */
  readonly details?: string | undefined;
}

/** What a fake plugin does when it is called. */
export interface FakeAnswer {
  /** What it prints. @default for ADD, `prevResult` or else an address of 192.0.2.0/24 on the interface; else nothing */
  readonly result?: object | undefined;
  /** Makes it fail. @default it succeeds */
  readonly error?: FakeFailure | undefined;
  /** How long it takes, in milliseconds. @default 0 */
  readonly delayMs?: number | undefined;
}

/** An answer, or a function that chooses one for a call. */
export type FakeReply = FakeAnswer | ((call: PluginCall) => FakeAnswer | Promise<FakeAnswer>);

/** The answers of one plugin, by verb. */
export interface FakePlugin {
  /** @default it prints what {@link FakeAnswer.result} says */
  readonly ADD?: FakeReply | undefined;
  /** @default it succeeds */
  readonly CHECK?: FakeReply | undefined;
  /** @default it succeeds */
  readonly DEL?: FakeReply | undefined;
  /** @default it succeeds */
  readonly GC?: FakeReply | undefined;
  /** @default it succeeds */
  readonly STATUS?: FakeReply | undefined;
  /** The versions that it reports as supported. @default all */
  readonly supportedVersions?: readonly string[] | undefined;
}

const answerSchema = lazy(
  () =>
    z.strictObject({
      result: z
        .custom<object>((value) => typeof value === 'object', { error: 'must be an object' })
        .optional(),
      error: z.strictObject({ code: z.number(), msg: z.string(), details: z.string().optional() }).optional(),
      delayMs: z.number().nonnegative().optional(),
    }) satisfies z.ZodType<FakeAnswer>,
);

const CHOICE = { error: 'must be an answer, or a function that returns one' };

const replyField = lazy(() => {
  const choose = z.custom<(call: PluginCall) => FakeAnswer>((value) => typeof value === 'function', CHOICE);
  return z.union([answerSchema(), choose], CHOICE).optional();
});

/** The answers of one plugin. */
export const fakePluginSchema = lazy(
  () =>
    z.strictObject({
      ADD: replyField(),
      CHECK: replyField(),
      DEL: replyField(),
      GC: replyField(),
      STATUS: replyField(),
      supportedVersions: z.array(z.string()).optional(),
    }) satisfies z.ZodType<FakePlugin>,
);

/** The default output for ADD: the result so far, as plugins in a chain print it, or a first one. */
export function defaultResult({ config, ifName, netns }: PluginCall, host: number): object {
  if (config.prevResult !== undefined) return config.prevResult as object;
  const first: Result100 = {
    cniVersion: '1.0.0',
    interfaces: [{ name: ifName, mac: macOf(host), sandbox: netns }],
    ips: [{ address: `192.0.2.${host}/24`, gateway: '192.0.2.1', interface: 0 }],
    routes: [{ dst: '0.0.0.0/0', gw: '192.0.2.1' }],
    dns: {},
  };
  return convertResult(first, (config.cniVersion ?? '0.1.0') as CniVersion);
}

function macOf(host: number): string {
  return `02:00:00:00:00:${host.toString(16).padStart(2, '0')}`;
}

/** The error that the library makes of the output of a failing plugin. */
export function failureOf({ code, msg, details }: FakeFailure, pluginPath: string): PluginError {
  const stdout = JSON.stringify({ code, msg, details });
  return new PluginError({
    reason: 'reported',
    code,
    msg,
    details,
    exitCode: 1,
    signal: null,
    stdout,
    pluginPath,
  });
}
