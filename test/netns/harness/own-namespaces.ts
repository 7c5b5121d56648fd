/** Whether this process is root. */
export const isRoot = process.geteuid?.() === 0;

// A chroot allows neither user namespaces nor another root. Entering the mount namespace leaves the chroot. Its folder
// then becomes the root, so that all paths stay the same.
const leaveChroot =
  'd=/proc/self/fd/9; cd $d; mount --make-rprivate / && ' +
  '{ [ / -ef . ] || { d="$(pwd -P)"; mount --rbind "$d" "$d" && cd "$d" && pivot_root . . && umount -l .; }; } && ' +
  'cd / && exec 9<&- && exec "$@"';
const rearrange = isRoot
  ? `exec 9< /; exec nsenter --mount=/proc/self/ns/mnt /bin/sh -c ${quote(leaveChroot)} sh "$@"`
  : 'mount --make-rprivate / && exec "$@"';

/** The start of a command that runs a program in its own network and mount namespaces, in the folder `/`. */
export const ownNamespaces = unsharing(isRoot ? '' : '--user --map-root-user', rearrange);

/** The same for a user who is root nowhere else. If this process is root, put it after {@link ownNamespaces}. */
export const ownUserNamespace = isRoot
  ? '/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups -- ' +
    unsharing('--user --map-root-user', 'mount --make-rprivate / && exec "$@"')
  : ownNamespaces;

function unsharing(flags: string, script: string): string {
  return `/usr/bin/unshare ${flags} -n -m --propagation unchanged -- /bin/sh -c ${quote(script)} sh`;
}

function quote(script: string): string {
  return `'${script.replaceAll("'", "'\\''")}'`;
}
