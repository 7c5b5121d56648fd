import type * as z from 'zod';

/**
 * The issue that says most. Of the choices of a union, that is the one which was meant: the value has its kind, and
 * something inside it is wrong.
 */
export function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat();
  const unknown = inner.find(({ code }) => code === 'unrecognized_keys');
  const meant = unknown ?? inner.find(({ path }) => path.length > 0);
  return meant === undefined ? issue : innermost({ ...meant, path: [...issue.path, ...meant.path] });
}
