import { asSchema, type Schema } from '../../libcni/schema.js';
import { checkTextAnnotation, checkValue } from './check-value.js';
import { checkedText } from './fields.js';

/**
 * The cgroup of a pod, the value of the capability `cgroupPath` (CNI CONVENTIONS.md): a path from the root of the
 * cgroup file system, `/kubelet.slice/kubelet-kubepods.slice`.
 */
export type CgroupPath = string;

/** {@link cgroupPathSchema} as a part of other schemas. */
export const cgroupPathField = checkedText(
  'must be an absolute path without ".." and control characters',
  isPlainPath,
);

/** An absolute path that stays where it says. */
export const cgroupPathSchema: Schema<CgroupPath> = asSchema(cgroupPathField);

/**
 * The cgroup of a pod: `cgroupPath('/kubelet.slice')`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function cgroupPath(path: string): CgroupPath {
  return checkValue(cgroupPathField, path, 'cgroupPath');
}

/**
 * A cgroup from the text of an annotation, as JSON or bare.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseCgroupPath(text: string, annotation = 'cgroupPath'): CgroupPath {
  return checkTextAnnotation(cgroupPathField, text, annotation);
}

function isPlainPath(text: string): boolean {
  return /^\/\P{Cc}*$/u.test(text) && !text.split('/').includes('..');
}
