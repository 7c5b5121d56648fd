#!/bin/sh
# Runs in fresh network and mount namespaces; gives the command that follows private places for all that plugins
# write outside of their own data folders: namespaces, lock files, the tuning plugin's backups, the result cache.
set -eu

# In a chroot `/` need not be a mount point. Then container runtimes and `ip netns exec` refuse to work, and the kernel makes
# no user namespace. So what is seen here becomes the root of this mount namespace: a folder outside of the new root leads
# up to the old one, onto which that is moved.
if ! mount --make-rprivate / 2>/dev/null; then
  grep ' shared:' /proc/self/mountinfo | while read -r _ _ _ _ point _; do
    mount --make-private "$(printf '%b' "$point")"
  done
  mount --rbind / /mnt
  exec nsenter --root=/mnt --wd=/ sh -c '
    while [ "$(stat -c %d:%i .)" != "$(stat -c %d:%i ..)" ]; do cd -P ..; done
    mount --no-canonicalize --move / .
    cd "$1"; shift
    exec sh "$@"' sh "$PWD" "$0" "$@"
fi

mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/netns /run/lock
# As `ip netns` leaves it; made here, so that it is no difference between before and after a test.
mount --bind /run/netns /run/netns
mount --make-shared /run/netns
[ -L /var/run ] || mount --bind /run /var/run
mkdir -p /var/lib/cni 2>/dev/null || true
[ ! -d /var/lib/cni ] || mount -t tmpfs -o mode=0755 tmpfs /var/lib/cni
# crun refuses cgroups of the first version with an empty tree of the second beside them.
umount /sys/fs/cgroup/unified 2>/dev/null || true
ip link set lo up
exec "$@"
