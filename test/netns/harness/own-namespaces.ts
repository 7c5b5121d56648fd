/** Whether this process may do what it wants. */
export const isRoot = process.geteuid?.() === 0;

// In a chroot, `/` need not be a mount; it will do where no mount is shared.
const makePrivate = 'mount --make-rprivate / 2>/dev/null || ! grep " shared:" /proc/self/mountinfo >&2';

/** The start of a command that gives a program network and mount namespaces of its own. */
export const ownNamespaces = unsharing(isRoot ? '' : '--user --map-root-user');

/** The same for a user who is root nowhere else. */
export const ownUserNamespace = isRoot
  ? `/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups -- ${unsharing('--user --map-root-user')}`
  : ownNamespaces;

function unsharing(flags: string): string {
  return (
    `/usr/bin/unshare ${flags} -n -m --propagation unchanged -- ` +
    `/bin/sh -c '{ ${makePrivate}; } && exec "$@"' sh`
  );
}
