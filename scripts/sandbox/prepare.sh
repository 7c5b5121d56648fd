#!/bin/sh
# Runs a command in fresh network and mount namespaces, with private folders for everything that plugins write outside
# of their own data folders: namespaces, lock files, the tuning plugin's backups, the result cache.
set -eu

# In a chroot, `/` may not be a mount point. Then container runtimes and `ip netns exec` refuse to work, and the kernel
# creates no user namespaces. So `/` is made the root of this mount namespace: it is moved onto the old root, which a folder
# outside of the new root leads to.
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
# As `ip netns` leaves it. It is made here so that a test does not see it as a change.
mount --bind /run/netns /run/netns
mount --make-shared /run/netns
[ -L /var/run ] || mount --bind /run /var/run
mkdir -p /var/lib/cni 2>/dev/null || true
[ ! -d /var/lib/cni ] || mount -t tmpfs -o mode=0755 tmpfs /var/lib/cni
# crun refuses cgroups v1 if there is an empty tree of cgroups v2.
umount /sys/fs/cgroup/unified 2>/dev/null || true
ip link set lo up
exec "$@"
