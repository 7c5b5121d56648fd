#!/bin/sh
# Runs a program of a document: prepare.sh CHECKOUT LOG COMMAND...
# Private folders replace the machine's own for configurations, leases and cache. Programs find two networks, a bundle, the
# root file system of a sandbox, and the command `libcni` as npm installs it. The end of the log lists what is left: only
# the loopback interface and a bridge may be.
checkout=$1
exec >"$2" 2>&1
shift 2

mount -t tmpfs -o mode=0755 tmpfs /var/lib
cp -a /etc /run/etc
mount --bind /run/etc /etc
rm -rf /etc/cni
mkdir -p /etc/cni/net.d
network() {
  cat >"/etc/cni/net.d/$1.conflist" <<END
{
  "cniVersion": "1.0.0",
  "name": "$1",
  "plugins": [
    { "type": "bridge", "bridge": "${1}0", "isGateway": true, "ipam": { "type": "host-local", "subnet": "$2" } },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
END
}
network front 10.96.0.0/24
network web 10.95.0.0/24

busybox=$(command -v busybox)
mkdir -p /var/lib/example/pause/bin
cp "$busybox" /var/lib/example/pause/bin/busybox
printf '#!/bin/busybox sh\nexec /bin/busybox sleep 600\n' >/var/lib/example/pause/pause
chmod +x /var/lib/example/pause/pause

mkdir -p /run/bundles/web/rootfs/bin /run/bundles/web/rootfs/proc
cp "$busybox" /run/bundles/web/rootfs/bin/sleep
cat >/run/bundles/web/config.json <<END
{
  "ociVersion": "1.0.2",
  "process": { "user": { "uid": 0, "gid": 0 }, "args": ["/bin/sleep", "600"], "cwd": "/" },
  "root": { "path": "rootfs" },
  "mounts": [{ "destination": "/proc", "type": "proc", "source": "proc" }],
  "linux": { "namespaces": [{ "type": "pid" }, { "type": "mount" }, { "type": "network" }] }
}
END

mkdir -p /run/project/node_modules/.bin
ln -s "$checkout/dist/libcni.cjs" /run/project/node_modules/.bin/libcni
(cd /run/project && PATH=$PWD/node_modules/.bin:$PATH "$@")

echo 'left:'
ip -o link | cut -d: -f2
find /var/run/netns -mindepth 1
find /var/lib -path '*/results/*' -type f
find /var/lib/cni/networks -name '10.*' 2>/dev/null || true
{ iptables-save; ip6tables-save; } | grep -e '10\.9[056]\.0' -e CNI-DN || true
