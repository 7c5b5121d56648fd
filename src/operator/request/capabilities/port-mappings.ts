import * as z from 'zod';
import { instance } from '../../../arguments/fields.js';
import { lazy } from '../../../arguments/lazy.js';
import { parseArgument } from '../../../arguments/parse-argument.js';
import { describedBy, folded } from '../../../libcni/result/fields.js';
import { checkAnnotation, checkValue } from './check-value.js';
import { optionalAddress, portField, portFrom } from './fields.js';
import { expandPortMapping } from './port-mapping-text.js';

/** The protocols that a port can be mapped for. */
export type PortProtocol = 'tcp' | 'udp' | 'sctp';

/**
 * A port of the host that forwards to a port of the container: one entry of the capability `portMappings` (CNI
 * CONVENTIONS.md; iSulad's annotation `portMappings`).
 */
export interface PortMapping {
  /** 1 to 65535. */
  readonly hostPort: number;
  /** 1 to 65535. */
  readonly containerPort: number;
  readonly protocol: PortProtocol;
  /** The address of the host to listen on; all of them if absent. */
  readonly hostIP?: string | undefined;
}

/** The input of {@link portMapping}. */
export interface PortMappingInput {
  readonly hostPort: number;
  readonly containerPort: number;
  /** @default `tcp` */
  readonly protocol?: PortProtocol | Uppercase<PortProtocol> | undefined;
  /** @default all addresses of the host */
  readonly hostIP?: string | undefined;
}

const PROTOCOL = { error: 'must be tcp, udp or sctp' };

/** The protocol of a port in lower case; tcp if it is left out. */
export const protocolField = lazy(() =>
  describedBy(
    z.enum(['tcp', 'udp', 'sctp']).nullish(),
    z
      .string(PROTOCOL)
      .nullish()
      .transform((text, context) => protocolOf(text) ?? refuseProtocol(text, context)),
  ),
);

const fields = lazy(() =>
  z.looseObject(
    {
      hostPort: portField(),
      containerPort: portField(),
      protocol: protocolField(),
      hostIP: optionalAddress(),
    },
    { error: 'must be a port mapping, which is an object' },
  ),
);

const portMappingField = lazy(() => folded(fields()));

/** A port mapping; the keys may be in any case. */
export const portMappingSchema: z.ZodType<PortMapping> = z.lazy(portMappingField);

const NO_HOST_PORT = 0;

const listedFields = lazy(() =>
  fields().extend({
    hostPort: portFrom(NO_HOST_PORT)
      .nullish()
      .transform((port) => port ?? NO_HOST_PORT),
  }),
);

const listed = lazy(() => z.array(folded(listedFields()), { error: 'must be an array of port mappings' }));

/** {@link portMappingsSchema} for schemas that zod compiles. */
export const portMappingsField = lazy(() =>
  describedBy(
    listed(),
    listed().transform((mappings) => mappings.filter(({ hostPort }) => hostPort !== NO_HOST_PORT)),
  ),
);

/**
 * An array of port mappings. An entry whose `hostPort` is 0 or absent names a container port that is not published: it is
 * checked, then left out.
 */
export const portMappingsSchema: z.ZodType<PortMapping[]> = z.lazy(portMappingsField);

const mappingsField = lazy(() =>
  instance<string | readonly (string | PortMappingInput)[]>(
    'a string or an array of port mappings',
    (given) => typeof given === 'string' || Array.isArray(given),
  ),
);

/**
 * A port mapping from its parts, or from a string `[hostIP:]hostPort:containerPort[/protocol]` as in `8080:80`,
 * `127.0.0.1:8080:80/tcp` and `[::1]:8080:80/udp`.
 *
 * @throws LibcniError `ERR_ANNOTATION`; also for a string with a range of ports, which {@link portMappings} accepts.
 */
export function portMapping(mapping: string | PortMappingInput): PortMapping {
  const given = typeof mapping === 'string' ? expandPortMapping(mapping, { ranges: false }).at(0) : mapping;
  return checkValue(portMappingField(), given, 'port mapping');
}

/**
 * An array of port mappings, the value of the capability `portMappings`. A string may map a range of host ports to a
 * range of the same length: `8000-8010:9000-9010/udp`.
 *
 * @throws LibcniError `ERR_ANNOTATION`; `ERR_CONF_INVALID` for anything but a string or an array.
 */
export function portMappings(mappings: string | readonly (string | PortMappingInput)[]): PortMapping[] {
  const given = parseArgument(mappingsField(), mappings, 'mappings');
  const list = typeof given === 'string' ? [given] : given;
  return list.flatMap((mapping) =>
    typeof mapping === 'string'
      ? expandPortMapping(mapping, { ranges: true }).map(portMapping)
      : [portMapping(mapping)],
  );
}

/**
 * Port mappings from an annotation: a JSON array of objects. See {@link portMappingsSchema} for entries without a host
 * port.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parsePortMappings(text: string, annotation = 'portMappings'): PortMapping[] {
  return checkAnnotation(portMappingsSchema, text, annotation);
}

function protocolOf(text: string | null | undefined): PortProtocol | undefined {
  const given = text?.toLowerCase() || 'tcp';
  return given === 'tcp' || given === 'udp' || given === 'sctp' ? given : undefined;
}

function refuseProtocol(input: unknown, context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message: PROTOCOL.error, input });
  return z.NEVER;
}
