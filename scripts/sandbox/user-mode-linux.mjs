import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kernel = '/usr/bin/linux.uml';
const moduleRoot = '/usr/lib/uml/modules';
const limitMs = 300_000;

/** Debian packages that {@link runInUserModeLinux} needs. */
export const userModeLinuxPackages = ['user-mode-linux', 'kmod'];

/** Whether this machine has a user-mode kernel with its modules. */
export function hasUserModeLinux() {
  return existsSync(kernel) && existsSync(moduleRoot) && existsSync('/sbin/modprobe');
}

/**
 * Boots a Linux kernel as an ordinary process, with this machine's files as its root, and runs a command in it.
 *
 * @param {readonly string[]} command
 * @param {{ cwd: string, env?: Record<string, string | undefined>, signal?: AbortSignal }} options
 * @returns {Promise<{ status: number, output: string }>} the exit code of the command (1 if the kernel ended
 *   without one), and what it printed
 */
export async function runInUserModeLinux(command, { cwd, env = {}, signal }) {
  const folder = await mkdtemp(join(tmpdir(), 'libcni-uml-'));
  try {
    await writeModprobe(folder);
    await writeInit(folder, { command, cwd, env });
    const output = await boot(join(folder, 'init'), signal);
    return { output, status: await readStatus(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The kernel starts this program whenever a device type or a rule asks for a module. */
async function writeModprobe(folder) {
  const [release] = await readdir(moduleRoot);
  if (release === undefined) throw new Error(`No kernel modules in ${moduleRoot}.`);
  await mkdir(join(folder, 'lib/modules'), { recursive: true });
  await symlink(join(moduleRoot, release), join(folder, 'lib/modules', release));
  await writeProgram(join(folder, 'modprobe'), [`exec /sbin/modprobe -d ${quote(folder)} "$@"`]);
}

function writeInit(folder, { command, cwd, env }) {
  const variables = Object.entries({ ...env, TMPDIR: '/run/tmp' }).filter(([, value]) => value !== undefined);
  return writeProgram(join(folder, 'init'), [
    'mount -t proc proc /proc',
    'mount -t sysfs sysfs /sys',
    'mount -t tmpfs -o mode=0755 tmpfs /run',
    'mkdir -p /run/netns /run/lock /run/tmp',
    'mount --bind /run/netns /run/netns && mount --make-shared /run/netns',
    '[ -L /var/run ] || mount --bind /run /var/run',
    'mkdir -p /var/lib/cni 2>/dev/null || true',
    '[ ! -d /var/lib/cni ] || mount -t tmpfs -o mode=0755 tmpfs /var/lib/cni',
    `echo ${quote(join(folder, 'modprobe'))} > /proc/sys/kernel/modprobe`,
    // Device types and rules ask for their modules; an address family does not.
    `${quote(join(folder, 'modprobe'))} ipv6`,
    ...variables.map(([name, value]) => `export ${name}=${quote(value)}`),
    'exec > /dev/tty1 2>&1',
    'stty -onlcr < /dev/tty1',
    'ip link set lo up',
    `cd ${quote(cwd)}`,
    // Through a pipe, so that the command does not take the console for a terminal.
    `{ ${command.map(quote).join(' ')}; echo $? > ${quote(join(folder, 'status'))}; } 2>&1 | cat`,
    'echo o > /proc/sysrq-trigger',
    'sleep 10',
  ]);
}

/** The first terminal is the output; kernel messages are discarded. The limit ends the whole process group. */
function boot(init, signal) {
  const args = [
    ...['mem=1G', 'rootfstype=hostfs', 'rootflags=/', 'rw', 'root=/dev/root', `init=${init}`],
    ...['con=null', 'con1=null,fd:1', 'loglevel=1'],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(kernel, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    const stop = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    const timer = setTimeout(stop, limitMs);
    signal?.addEventListener('abort', stop);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve(output);
    });
  });
}

async function readStatus(folder) {
  const text = await readFile(join(folder, 'status'), 'utf8').catch(() => '');
  if (text.trim() !== '') return Number(text);
  console.error('User-mode Linux ended without a result. Its memory file needs a TMPDIR that allows exec.');
  return 1;
}

async function writeProgram(path, lines) {
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
}

function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
