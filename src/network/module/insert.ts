import { LibcniError } from '../../errors/libcni-error.js';
import { asError } from '../../errors/system-error.js';
import { capabilityArgsFromAnnotations } from '../../operator/index.js';
import type { NetworkApiConf } from './conf.js';

/** The annotations that iSulad inserts. */
export type InsertedAnnotation = 'portMappings' | 'bandwidth' | 'ipRanges';

/**
 * Replaces an annotation of a configuration. The value is checked here; iSulad finds a mistake only at attach.
 *
 * @param value - JSON as a string, or the parsed value; without one, nothing changes
 * @throws LibcniError `ERR_ANNOTATION`, `ERR_CONF_INVALID` if there is no configuration
 */
export function insertAnnotation(
  key: InsertedAnnotation,
  value: unknown,
  conf: NetworkApiConf,
): NetworkApiConf {
  if (value === undefined || value === null) return conf;
  if (typeof conf !== 'object' || conf === null)
    throw new LibcniError('ERR_CONF_INVALID', `there is no configuration to insert ${key} into`, {
      value: conf,
    });
  const text = typeof value === 'string' ? value : textOf(key, value);
  capabilityArgsFromAnnotations({ [key]: text });
  return { ...conf, annotations: { ...conf.annotations, [key]: text } };
}

function textOf(key: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new LibcniError('ERR_ANNOTATION', `${key}: ${asError(cause).message}`, { cause });
  }
}
