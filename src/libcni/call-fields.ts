import * as z from 'zod';
import { compiled } from '../arguments/compiled.js';
import {
  absentOr,
  booleanField,
  functionField,
  instance,
  isKeyed,
  keys,
  limitFields,
  optional,
  pairsField,
  pathField,
  textField,
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { ownCopy } from '../arguments/own-copy.js';
import type { NetnsLook } from '../platform/netns/index.js';
import type { AddOptions } from './add.js';
import type { CapabilityArgs } from './capability-args.js';
import type { CheckOptions } from './check.js';
import type { DelOptions } from './del.js';
import { traceField } from './exec/trace-context.js';
import type { GcArgs, GcAttachment, GcOptions } from './gc.js';
import type { OperationOptions } from './operation.js';
import type { Result } from './result/types.js';
import type { RollbackOptions } from './rollback.js';
import type { RuntimeConf } from './runtime-conf.js';

// The schemas of the verbs' arguments. Names are not checked here: DEL and GC are lenient with them.

const passedOver = lazy(() => z.unknown().optional());

/** The arguments of an attachment. A recorded attachment may be passed whole. */
export const runtimeConfSchema = compiled(
  () =>
    keys(
      {
        containerId: textField(),
        netns: pathField(),
        ifName: textField(),
        args: optional(pairsField()),
        capabilityArgs: optional(instance<CapabilityArgs>('an object', isKeyed).transform(ownCopy)),
        cacheDir: optional(pathField()),
        network: passedOver(),
        config: passedOver(),
        netnsIdentity: passedOver(),
        cniArgs: passedOver(),
      },
      'a runtime configuration (RuntimeConf)',
    ) satisfies z.ZodType<RuntimeConf>,
);

const VALID = 'must be an array of attachments, an empty one if none is in use';

/**
 * A recorded attachment may be passed whole. Names are checked later, since a bad one must not stop the collection. One
 * that is missing must, or a misspelt key would mean that everything is garbage.
 */
const validField = lazy(
  () =>
    z.looseObject(
      { containerId: textField(), ifName: textField() },
      { error: 'must be an object with containerId and ifName' },
    ) satisfies z.ZodType<GcAttachment>,
);

/** What garbage collection must leave alone. */
export const gcArgsSchema = lazy(
  () =>
    keys({
      validAttachments: z.array(validField(), { error: VALID }),
    }) satisfies z.ZodType<GcArgs>,
);

/** All containers if it is left out. */
export const containerIdSchema = lazy(() => absentOr(textField()));

const rollbackFields = lazy(
  () =>
    ({
      ...limitFields(),
      evenIfRecorded: optional(booleanField()),
    }) satisfies Record<keyof RollbackOptions, z.ZodType>,
);

const AT_ONCE = { error: 'must be a whole number of at least 1' };

type AllOptions = AddOptions & CheckOptions & DelOptions & GcOptions & OperationOptions;

/** The options of every verb. One verb accepts the options of another, so that a program can use one object. */
export const optionsSchema = compiled(
  () =>
    keys({
      ...limitFields(),
      trace: optional(traceField()),
      guard: optional(functionField<() => void>()),
      limitMs: limitFields().timeoutMs,
      seen: optional(instance<NetnsLook>('what was seen of a namespace', isKeyed)),
      hostNetns: optional(booleanField()),
      rollback: optional(
        z.union([booleanField(), keys(rollbackFields())], {
          error: 'must be true, false or an object with limits',
        }),
      ),
      onResult: optional(functionField<(result: Result) => void | Promise<void>>()),
      prevResult: optional(
        instance<Result>('a result, as createResult() makes it', isKeyed).transform(ownCopy),
      ),
      dryRun: optional(booleanField()),
      concurrency: optional(z.int(AT_ONCE).min(1, AT_ONCE)),
    } satisfies Record<keyof AllOptions, z.ZodType>) satisfies z.ZodType<AllOptions>,
);
