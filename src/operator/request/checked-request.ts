import { resolve } from 'node:path';
import * as z from 'zod';
import {
  booleanField,
  choiceField,
  judgedField,
  keys,
  limitFields,
  objectField,
  optional,
  pairsField,
  pathField,
  textField,
  textsField,
} from '../../arguments/fields.js';
import { parseArgument, parseOptions } from '../../arguments/parse-argument.js';
import { traceField } from '../../libcni/exec/trace-context.js';
import { validateContainerId } from '../../libcni/index.js';
import type { PodAttachRequest } from './pod-request.js';
import type { AttachmentFilter, NetworkRequest, OperatorOptions, TargetRequest } from './request.js';

/** What kubelet gives a runtime for a pod, less a little. */
const DEFAULT_LIMIT_MS = 220_000;

const argumentFields = {
  args: optional(pairsField),
  capabilityArgs: optional(objectField),
};

const networkSchema = keys(
  {
    name: textField,
    ifName: optional(textField),
    cniArgs: optional(objectField),
    ...argumentFields,
  },
  'an object with the name of a network',
) satisfies z.ZodType<NetworkRequest>;

/** What was asked for when a container was attached may be given for a check or a detach, too. */
const requestSchema = keys(
  {
    id: judgedField<string>(validateContainerId),
    netns: optional(pathField),
    networks: optional(z.array(networkSchema, { error: 'must be an array' })),
    defaultIfName: optional(textField),
    labels: optional(textsField),
    annotations: optional(textsField),
    order: optional(choiceField('plain', 'cri')),
    hostNetns: optional(booleanField),
    existingInterface: optional(choiceField('refuse', 'allow')),
    ...argumentFields,
  } satisfies Record<keyof PodAttachRequest, z.ZodType>,
  'an object with the id of a container',
);

const filterSchema = keys({
  id: optional(textField),
  network: optional(textField),
  ifName: optional(textField),
  netns: optional(pathField.transform((path) => resolve(path))),
}) satisfies z.ZodType<AttachmentFilter>;

const limitsSchema = keys({
  ...limitFields,
  trace: optional(traceField),
}) satisfies z.ZodType<OperatorOptions>;

/**
 * A request to attach, without what is `null` in it.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedAttachRequest(request: PodAttachRequest): PodAttachRequest {
  const { annotations, labels, ...given } = parseArgument(requestSchema, request, 'request');
  return { ...given, annotations: withoutAbsent(annotations), labels: withoutAbsent(labels) };
}

/**
 * A request for attachments of a container, without what is `null` in it. The id must be there: without one, the
 * attachments of all containers would be meant.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedTarget(request: TargetRequest): TargetRequest {
  const given = parseArgument(requestSchema, request, 'request');
  const { id, netns, networks, defaultIfName, order, hostNetns } = given;
  return { id, netns, networks, defaultIfName, order, hostNetns };
}

/**
 * A filter without what is `null` in it.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedFilter(filter: AttachmentFilter | undefined): AttachmentFilter {
  return parseArgument(filterSchema, filter ?? {}, 'filter');
}

/**
 * Limits without what is `null` in them.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedLimits(options: OperatorOptions | undefined): OperatorOptions {
  const limits = parseOptions(limitsSchema, options);
  return { ...limits, timeoutMs: limits.timeoutMs ?? DEFAULT_LIMIT_MS };
}

function withoutAbsent(
  texts: Readonly<Record<string, string | undefined>> | undefined,
): Record<string, string> | undefined {
  if (texts === undefined) return undefined;
  const present: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) present[name] = text;
  return present;
}
