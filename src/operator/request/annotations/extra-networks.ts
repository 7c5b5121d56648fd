import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { foldTo } from '../../../libcni/result/fields.js';
import { checkAnnotation } from '../capabilities/check-value.js';
import { EXTRA_NETWORKS_ANNOTATION } from './keys.js';
import { interfaceNameField, networkNameField } from './name-fields.js';

/** A network in addition to the default one (iSulad's annotation `network.alpha.kubernetes.io/network`). */
export interface ExtraNetwork {
  readonly name: string;
  /** The name of the interface in the container. */
  readonly interface: string;
}

const fields = lazy(() =>
  z.looseObject(
    { name: networkNameField(), interface: interfaceNameField() },
    { error: 'must be an object with the name of a network and of an interface' },
  ),
);

const extraNetworksSchema = lazy(
  () =>
    z
      .array(z.preprocess(foldTo(fields().shape), fields()), { error: 'must be an array of networks' })
      .superRefine(refuseDoubles) satisfies z.ZodType<ExtraNetwork[]>,
);

/**
 * The networks that the annotation `network.alpha.kubernetes.io/network` selects, in order: a JSON array of
 * `{ name, interface }`. iSulad drops an invalid element, and others with it; here the whole annotation is refused.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseExtraNetworks(text: string, annotation = EXTRA_NETWORKS_ANNOTATION): ExtraNetwork[] {
  return checkAnnotation(extraNetworksSchema(), text, annotation);
}

function refuseDoubles(networks: readonly ExtraNetwork[], context: z.RefinementCtx): void {
  const interfaces = networks.map((network) => network.interface);
  const double = interfaces.findIndex((name, index) => interfaces.indexOf(name) < index);
  if (double < 0) return;
  const message = 'must not be selected twice';
  context.addIssue({ code: 'custom', path: [double, 'interface'], message, input: interfaces[double] });
}
