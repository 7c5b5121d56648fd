import * as z from 'zod';
import { checkTextAnnotation, checkValue } from './check-value.js';
import { checkedText } from './fields.js';

/**
 * The cgroup of a pod, the value of the capability `cgroupPath` (CNI CONVENTIONS.md): a path from the root of the
 * cgroup file system, `/kubelet.slice/kubelet-kubepods.slice`.
 */
export type CgroupPath = string;

/** An absolute path without `..`. */
export const cgroupPathSchema: z.ZodType<CgroupPath> = z.lazy(() =>
  checkedText('must be an absolute path without ".." and control characters', isPlainPath),
);

/**
 * The cgroup of a pod: `cgroupPath('/kubelet.slice')`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function cgroupPath(path: string): CgroupPath {
  return checkValue(cgroupPathSchema, path, 'cgroupPath');
}

/**
 * A cgroup from an annotation, as JSON or as a bare string.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseCgroupPath(text: string, annotation = 'cgroupPath'): CgroupPath {
  return checkTextAnnotation(cgroupPathSchema, text, annotation);
}

function isPlainPath(text: string): boolean {
  return /^\/\P{Cc}*$/u.test(text) && !text.split('/').includes('..');
}
