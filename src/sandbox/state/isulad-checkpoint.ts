import { createHash } from 'node:crypto';
import * as z from 'zod';
import { textField } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { type JsonObject, parseJson } from '../../libcni/json/parse-json.js';
import type { PodPortMapping } from '../config/pod-sandbox-config.js';

/** What iSulad's checkpoint says about a pod. */
export interface IsuladCheckpoint {
  readonly name: string;
  readonly namespace: string;
  readonly portMappings: readonly PodPortMapping[];
  readonly hostNetwork: boolean;
}

const checkpointSchema = lazy(() =>
  z.looseObject({
    version: z.literal('v1', { error: 'must be v1' }),
    name: z.string(),
    ns: z.string(),
    data: z
      .looseObject({
        port_mappings: z
          .array(
            z.looseObject({
              protocol: z.enum(['tcp', 'udp', 'sctp']).default('tcp'),
              container_port: z.number(),
              host_port: z.number().nullish(),
            }),
          )
          .nullish(),
        host_network: z.boolean().nullish(),
      })
      .nullish(),
  }),
);

/**
 * Parses a checkpoint of iSulad, which is in the annotation `cri.sandbox.isulad.checkpoint` of the sandbox. The checksum
 * covers the JSON as written: without spaces, and with its keys in order.
 *
 * @throws LibcniError `ERR_CACHE` if it is corrupt, or not of version `v1`
 */
export function parseIsuladCheckpoint(text: string): IsuladCheckpoint {
  const value = jsonObject(parseArgument(textField(), text, 'text'));
  const { checksum, ...rest } = value;
  if (checksum !== createHash('sha256').update(JSON.stringify(rest)).digest('hex'))
    throw corrupt('its checksum does not match', checksum);
  const checked = checkpointSchema().safeParse(value);
  if (!checked.success) throw corrupt(z.prettifyError(checked.error), value);
  const { name, ns: namespace, data } = checked.data;
  const portMappings = (data?.port_mappings ?? []).map((mapping) => ({
    protocol: mapping.protocol,
    containerPort: mapping.container_port,
    hostPort: mapping.host_port ?? 0,
  }));
  return { name, namespace, portMappings, hostNetwork: data?.host_network ?? false };
}

const objectSchema = lazy(() =>
  z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
);

function jsonObject(text: string): JsonObject {
  const checked = objectSchema().safeParse(parseJson(text, { what: 'checkpoint of iSulad' }));
  if (checked.success) return checked.data;
  throw corrupt('it is not an object', text);
}

function corrupt(why: string, value: unknown): LibcniError {
  return new LibcniError('ERR_CACHE', `the checkpoint of iSulad is corrupt: ${why}`, { value });
}
