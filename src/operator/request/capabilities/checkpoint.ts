import { createHash } from 'node:crypto';
import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { isJsonObject } from '../../../libcni/json/parse-json.js';
import { prepared } from '../../../libcni/result/fields.js';
import { checkAnnotation } from './check-value.js';
import { portField, portFrom } from './fields.js';
import { type PortMapping, protocolField } from './port-mappings.js';

/** The annotation that iSulad keeps the checkpoint of a pod in. */
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
        port_mappings: z.array(mapping(), { error: 'must be a list of port mappings' }).nullish(),
      })
      .nullish(),
  }),
);

/** The sum is that of the text as it was written: without spaces, and with its keys in their order. */
const intactCheckpoint = lazy(() =>
  z
    .custom<Record<string, unknown>>(isJsonObject, { error: 'must be a checkpoint, which is an object' })
    .superRefine(({ checksum, ...rest }, context) => {
      if (checksum === createHash('sha256').update(JSON.stringify(rest)).digest('hex')) return;
      const message = 'is corrupted: its checksum is that of another checkpoint';
      context.addIssue({ code: 'custom', path: ['checksum'], message, input: checksum });
    })
    .pipe(checkpoint()),
);

/**
 * The port mappings in a checkpoint of iSulad, a JSON object with its own SHA-256 sum. A mapping without a port of the
 * host, or with one that is not positive, is left out; addresses of the host are not in there.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value; also where the sum is wrong.
 */
export function parseCheckpoint(text: string, annotation = CHECKPOINT_ANNOTATION): PortMapping[] {
  const { data } = checkAnnotation(intactCheckpoint(), text, annotation);
  return (data?.port_mappings ?? [])
    .filter(({ host_port }) => host_port > 0)
    .map(({ protocol, container_port: containerPort, host_port: hostPort }) => {
      return { hostPort, containerPort, protocol };
    });
}
