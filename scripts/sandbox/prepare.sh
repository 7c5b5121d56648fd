#!/bin/sh
# Runs in fresh network and mount namespaces; gives the command that follows private places for all that plugins
# write outside of their own data folders: namespaces, lock files, the tuning plugin's backups, the result cache.
set -eu

# In a chroot `/` need not be a mount point, then each shared mount is made private by itself.
mount --make-rprivate / 2>/dev/null ||
  grep ' shared:' /proc/self/mountinfo | while read -r _ _ _ _ point _; do
    mount --make-private "$(printf '%b' "$point")"
  done

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
