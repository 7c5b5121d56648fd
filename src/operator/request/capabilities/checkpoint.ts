import { createHash } from 'node:crypto';
import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { isJsonObject } from '../../../libcni/json/parse-json.js';
import { prepared } from '../../../libcni/result/fields.js';
import { checkAnnotation } from './check-value.js';
import { portField, portFrom } from './fields.js';
import { type PortMapping, protocolField } from './port-mappings.js';

/** The annotation in which iSulad keeps the checkpoint of a pod. */
export const CHECKPOINT_ANNOTATION = 'cri.sandbox.isulad.checkpoint';

const hostPortField = lazy(() => prepared((port) => port ?? 0, portFrom(Number.MIN_SAFE_INTEGER)));

const mapping = lazy(() =>
  z.looseObject(
    { protocol: protocolField(), container_port: portField(), host_port: hostPortField() },
    { error: 'must be a port mapping, which is an object' },
  ),
);

const checkpoint = lazy(() =>
  z.looseObject({
    data: z
      .looseObject({
        port_mappings: z.array(mapping(), { error: 'must be an array of port mappings' }).nullish(),
      })
      .nullish(),
  }),
);

/** The checksum covers the JSON as written: without spaces, and with its keys in order. */
const intactCheckpoint = lazy(() =>
  z
    .custom<Record<string, unknown>>(isJsonObject, { error: 'must be a checkpoint, which is an object' })
    .superRefine(({ checksum, ...rest }, context) => {
      if (checksum === createHash('sha256').update(JSON.stringify(rest)).digest('hex')) return;
      const message = 'is corrupted: its checksum does not match';
      context.addIssue({ code: 'custom', path: ['checksum'], message, input: checksum });
    })
    .pipe(checkpoint()),
);

/**
 * The port mappings in a checkpoint of iSulad, a JSON object with its own SHA-256 checksum. Mappings without a positive
 * host port are left out. Checkpoints hold no host addresses.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value; also if the checksum is wrong.
 */
export function parseCheckpoint(text: string, annotation = CHECKPOINT_ANNOTATION): PortMapping[] {
  const { data } = checkAnnotation(intactCheckpoint(), text, annotation);
  return (data?.port_mappings ?? [])
    .filter(({ host_port }) => host_port > 0)
    .map(({ protocol, container_port: containerPort, host_port: hostPort }) => {
      return { hostPort, containerPort, protocol };
    });
}
