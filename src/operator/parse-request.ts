import { resolve } from 'node:path';
import * as z from 'zod';
import { compiled } from '../arguments/compiled.js';
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
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { isPlain, ownCopy } from '../arguments/own-copy.js';
import { parseArgument, parseOptions, parsePart } from '../arguments/parse-argument.js';
import { pathInWhole, samePath } from '../arguments/path-in-whole.js';
import { addCircumstances } from '../errors/add-circumstances.js';
import { isOwnError } from '../errors/own-error.js';
import { giveWay } from '../files/give-way.js';
import { traceField } from '../libcni/exec/trace-context.js';
import { validateContainerId } from '../libcni/index.js';
import { valueAt } from '../libcni/json/json-path.js';
import { capabilityArgsField } from './request/capabilities/index.js';
import { portMappingsField } from './request/capabilities/port-mappings.js';
import type { PodAttachRequest } from './request/pod-request.js';
import type { AttachmentFilter, NetworkRequest, OperatorOptions, TargetRequest } from './request/request.js';
import type { OperatorGcRequest } from './verbs/gc.js';

/** A little less than the time that kubelet gives a runtime for a pod. */
const DEFAULT_LIMIT_MS = 220_000;

const argumentFields = lazy(() => ({
  args: optional(pairsField()),
  capabilityArgs: optional(capabilityArgsField()),
}));

const networkSchema = lazy(
  () =>
    keys(
      {
        name: textField(),
        ifName: optional(textField()),
        cniArgs: optional(objectField()),
        ...argumentFields(),
      },
      'an object with the name of a network',
    ) satisfies z.ZodType<NetworkRequest>,
);

/** A check or a detach also accepts the request that the container was attached with. */
const requestSchema = compiled(() =>
  keys(
    {
      id: judgedField<string>(validateContainerId),
      netns: optional(pathField()),
      networks: optional(z.array(networkSchema(), { error: 'must be an array' })),
      defaultIfName: optional(textField()),
      labels: optional(textsField()),
      annotations: optional(textsField()),
      order: optional(choiceField('plain', 'cri')),
      hostNetns: optional(booleanField()),
      existingInterface: optional(choiceField('refuse', 'allow')),
      ...argumentFields(),
    } satisfies Record<keyof PodAttachRequest, z.ZodType>,
    'an object with the id of a container',
  ),
);

/**
 * Names are checked during the collection: one bad name must not stop it. An id that is missing must, or a misspelt key
 * would mean that everything is garbage.
 */
const validField = lazy(() =>
  keys(
    {
      id: textField(),
      ifNames: optional(z.array(textField(), { error: 'must be an array of interface names' })),
    },
    'an object with the id',
  ),
);

const VALID = { error: 'must be an array of containers, an empty one if there are none' };

const gcSchema = lazy(
  () =>
    keys({
      valid: z.array(validField(), VALID),
      unknownNetworks: optional(booleanField()),
      dryRun: optional(booleanField()),
    }) satisfies z.ZodType<OperatorGcRequest>,
);

const filterSchema = lazy(
  () =>
    keys({
      id: optional(textField()),
      network: optional(textField()),
      ifName: optional(textField()),
      netns: optional(pathField().transform((path) => resolve(path))),
    }) satisfies z.ZodType<AttachmentFilter>,
);

const limitsSchema = compiled(
  () =>
    keys({
      ...limitFields(),
      trace: optional(traceField()),
    }) satisfies z.ZodType<OperatorOptions>,
);

/**
 * Parses a request to attach and drops `null` values. Others have their turn between slices of many port mappings. The
 * caller may change its objects after the call.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export async function parseAttachRequest(given: PodAttachRequest): Promise<PodAttachRequest> {
  const request = ownCopy(given);
  const mappings = manyMappings(request);
  const parsed = mappings ? await parsedInSlices(request, mappings) : parsedRequest(request);
  const { annotations, labels, ...rest } = parsed;
  return { ...rest, annotations: withoutAbsent(annotations), labels: withoutAbsent(labels) };
}

/**
 * Parses a request for attachments of a container and drops `null` values. The id is required: without it, the request
 * would mean the attachments of all containers. The caller may change its objects after the call.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseTarget(request: TargetRequest): TargetRequest {
  const given = parsedRequest(ownCopy(request));
  const { id, netns, networks, defaultIfName, order, hostNetns } = given;
  return { id, netns, networks, defaultIfName, order, hostNetns };
}

/**
 * Parses what garbage collection must leave alone. It is required: a missing argument must never mean that everything
 * is garbage.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseGcRequest(request: OperatorGcRequest): OperatorGcRequest {
  return parseArgument(gcSchema(), request ?? {}, 'request');
}

/**
 * Parses a filter and drops `null` values.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseFilter(filter: AttachmentFilter | undefined): AttachmentFilter {
  return parseArgument(filterSchema(), filter ?? {}, 'filter');
}

/**
 * Parses limits and drops `null` values.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseLimits(options: OperatorOptions | undefined): OperatorOptions {
  const limits = parseOptions(limitsSchema(), options);
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

/** How many port mappings are parsed at a time. */
const SLICE = 500;

/**
 * The mappings, if there are many and all are the copies of this call. Objects of a class are the caller's: they are
 * parsed before anybody else has a turn.
 */
function manyMappings(request: PodAttachRequest): readonly unknown[] | undefined {
  const mappings: unknown = request?.capabilityArgs?.portMappings;
  if (!Array.isArray(mappings) || mappings.length <= SLICE) return undefined;
  const isOwn = (value: unknown) => typeof value !== 'object' || value === null || isPlain(value);
  return [request, request.capabilityArgs, mappings, ...mappings].every(isOwn) ? mappings : undefined;
}

async function parsedInSlices(request: PodAttachRequest, mappings: readonly unknown[]): Promise<Parsed> {
  const slices: ParsedMappings[] = [];
  for (let start = 0; start < mappings.length; start += SLICE) {
    await giveWay();
    slices.push(parsedSlice(request, mappings.slice(start, start + SLICE), start));
  }
  const parsed = parsedRequest(withMappings(request, []));
  return { ...parsed, capabilityArgs: { ...parsed.capabilityArgs, portMappings: slices.flat() } };
}

type Parsed = z.output<ReturnType<typeof requestSchema>>;
type ParsedMappings = z.output<ReturnType<typeof portMappingsField>>;

const MAPPINGS = ['capabilityArgs', 'portMappings'];

/** A fault elsewhere in the request may come before that of a mapping, so the request is parsed with the wrong slice. */
function parsedSlice(request: PodAttachRequest, slice: readonly unknown[], start: number): ParsedMappings {
  const parsed = portMappingsField().safeParse(slice);
  if (parsed.success) return parsed.data;
  const withSlice = parsedRequest(withMappings(request, slice), pathInWhole(MAPPINGS, start));
  return withSlice.capabilityArgs?.portMappings ?? [];
}

function withMappings(request: PodAttachRequest, portMappings: readonly unknown[]): unknown {
  return { ...request, capabilityArgs: { ...request.capabilityArgs, portMappings } };
}

/** Errors about one network name it. */
function parsedRequest(request: unknown, inWhole = samePath): Parsed {
  try {
    return parsePart(requestSchema(), request, { argument: 'request', pathInWhole: inWhole });
  } catch (error) {
    const [, index] = (isOwnError(error) && /^\$\.networks\[(\d+)\]/.exec(error.jsonPath ?? '')) || [];
    const name = valueAt(request, ['networks', Number(index), 'name']);
    throw typeof name === 'string' ? addCircumstances(error, { network: name }) : error;
  }
}
