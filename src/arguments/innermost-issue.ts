import type * as z from 'zod';

/**
 * The most specific issue. In a union, it comes from the choice that was meant: the value has the right kind, and
 * something inside it is wrong.
 */
export function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat();
  const unknown = inner.find(({ code }) => code === 'unrecognized_keys');
  const meant = unknown ?? inner.find(({ path }) => path.length > 0);
  return meant === undefined ? issue : innermost({ ...meant, path: [...issue.path, ...meant.path] });
}
