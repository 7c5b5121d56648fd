const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const MAX_LENGTH = 253;

/**
 * Whether a string is a name in the DNS: labels of 1 to 63 letters, digits and hyphens, 253 characters in total.
 * Underscores are allowed too, since names of services have them.
 */
export function isDnsName(text: string): boolean {
  return text.length <= MAX_LENGTH && text.split('.').every((label) => LABEL.test(label));
}

/** The same for a name that may end in a dot, or be just the dot of the root. */
export function isDomain(text: string): boolean {
  return text === '.' || isDnsName(text.endsWith('.') ? text.slice(0, -1) : text);
}
