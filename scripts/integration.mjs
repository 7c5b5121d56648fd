// Runs the tests on real plugins: npm run test:integration [-- vitest's arguments]
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { canIsolate, isolationHint, runIsolated } from './sandbox/isolate.mjs';
import { hasUserModeLinux, runInUserModeLinux, userModeLinuxPackages } from './sandbox/user-mode-linux.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const devices = 'test/integration/devices';

process.chdir(root);
process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  if (!(await canIsolate())) {
    console.error(isolationHint);
    return 1;
  }
  const missing = await missingDeviceTypes();
  const elsewhere = missing.filter((type) => isSelected(type, args));
  const interrupted = new AbortController();
  const [here, there] = await Promise.all([
    runHere(missing, args).then((status) => {
      if (status > 128) interrupted.abort();
      return status;
    }),
    runElsewhere(elsewhere, args, interrupted.signal),
  ]);
  console.log(there.output);
  return Math.max(here, there.status);
}

function runHere(missing, args) {
  const excluded = missing.map((type) => `--exclude=${devices}/${type}.test.ts`);
  return runIsolated(vitestCommand([...excluded, ...passIfOnlyDevices(args, missing), ...args]));
}

/** A device type has one test file, and that file has its name. */
async function missingDeviceTypes() {
  const files = await readdir(devices);
  const types = files.filter((file) => file.endsWith('.test.ts')).map((file) => file.replace('.test.ts', ''));
  const known = await Promise.all(types.map(isKnownToKernel));
  return types.filter((_, index) => !known[index]);
}

async function isKnownToKernel(type) {
  const id = type === 'vlan' ? ' id 5' : '';
  const script = `ip link add probe0 type veth peer name probe1 && ip link add link probe0 name probe2 type ${type}${id}`;
  return (await runIsolated(['sh', '-c', script], { stdio: 'ignore' })) === 0;
}

/** Tests of device types that this kernel does not have run in a kernel that has them. */
async function runElsewhere(types, args, signal) {
  if (types.length === 0) return { status: 0, output: '' };
  console.log(`This kernel has no ${types.join(', ')}: user-mode Linux runs their tests meanwhile.`);
  if (!hasUserModeLinux()) {
    return { status: 1, output: `It is not installed: apt-get install ${userModeLinuxPackages.join(' ')}` };
  }
  const files = types.map((type) => `${devices}/${type}.test.ts`);
  const options = args.filter((arg) => arg.startsWith('-'));
  // One process for all files: starting Node takes seconds there.
  const command = vitestCommand(['--no-isolate', ...options, ...files]);
  const { status, output } = await runInUserModeLinux(command, { cwd: root, env: passedOn(), signal });
  return { status, output: `In user-mode Linux:\n${output}` };
}

function passedOn() {
  const { PATH, HOME, CI, CNI_PATH, NODE_OPTIONS } = process.env;
  return { PATH: `${PATH ?? ''}:/usr/sbin:/sbin`, HOME, CI, CNI_PATH, NODE_OPTIONS };
}

function vitestCommand(args) {
  return [process.execPath, vitest, 'run', '--project', 'integration', ...args];
}

function filters(args) {
  return args.filter((arg) => !arg.startsWith('-'));
}

function isSelected(type, args) {
  const names = filters(args);
  return names.length === 0 || names.some((name) => `${devices}/${type}.test.ts`.includes(name));
}

/** Filters that select nothing but tests of missing device types leave nothing to run here, which is no failure. */
function passIfOnlyDevices(args, missing) {
  return filters(args).length > 0 && missing.some((type) => isSelected(type, args))
    ? ['--passWithNoTests']
    : [];
}
