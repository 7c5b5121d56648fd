// Runs the tests on real plugins: npm run test:integration [-- vitest's arguments]
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choosePluginSet, pluginNames } from './integration/plugin-set.mjs';
import { canIsolate, isolationHint, runIsolated } from './sandbox/isolate.mjs';
import { hasUserModeLinux, runInUserModeLinux, userModeLinuxPackages } from './sandbox/user-mode-linux.mjs';
import { runMain } from './setup/main.mjs';
import { reportFound } from './setup/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const devices = 'test/integration/devices';
const faults = 'test/faults';
/** It needs a program that Go builds; `npm run test:runsc` sets its path. */
const runsc = 'test/integration/sandbox/runsc.test.ts';
const nothing = { status: 0, output: '' };

process.chdir(root);
await runMain(async () => {
  Object.assign(process.env, choosePlugins());
  process.exitCode = await main(process.argv.slice(2));
});

/**
 * The variables that tell the tests which plugins to run. In CI, the usual run needs a set from before CNI 1.1.0, such as
 * Debian's, because another run uses the newest set.
 */
function choosePlugins() {
  const { CI, CNI_PATH = '', INTEGRATION_CNI_VERSION } = process.env;
  const expected = INTEGRATION_CNI_VERSION ?? (CI && CNI_PATH === '' ? '1.0.0' : undefined);
  const folders = [...CNI_PATH.split(':').filter(Boolean), '/opt/cni/bin', '/usr/lib/cni'];
  const { folder, cniVersion } = choosePluginSet({ folders, expected });
  reportFound('plugins', `all ${pluginNames.length} from ${folder}, with CNI ${cniVersion}`);
  return { CNI_PATH: folder, INTEGRATION_PLUGINS: folder, INTEGRATION_CNI_VERSION: cniVersion };
}

async function main(args) {
  if (!(await canIsolate())) {
    console.error(isolationHint);
    return 1;
  }
  const missing = await missingDeviceTypes();
  const elsewhere = missing.filter((type) => isSelected(type, args));
  const faultFiles = await selectedFaults(args);
  const interrupted = new AbortController();
  const [here, ...others] = await Promise.all([
    runHere(missing, args, { elsewhere: faultFiles.length + elsewhere.length > 0 }).then((status) => {
      if (status > 128) interrupted.abort();
      return status;
    }),
    ...faultFiles.map((file) => runFaults(file, args)),
    runElsewhere(elsewhere, args, interrupted.signal),
  ]);
  for (const { output } of others) console.log(output);
  return Math.max(here, ...others.map(({ status }) => status));
}

/**
 * Everything runs in two parts at the same time, each with its files one after another in its own namespaces: most of the
 * time is spent on waiting for plugins. The output of the second part comes at the end.
 */
async function runHere(missing, args, { elsewhere }) {
  const files = missing.map((type) => `${devices}/${type}.test.ts`);
  const excluded = [...files, ...(process.env.RUNSC ? [] : [runsc])].map((file) => `--exclude=${file}`);
  const options = [...excluded, ...passIfOnlyElsewhere(elsewhere, args), ...args];
  if (filters(args).length > 0) return await runIsolated(vitestCommand('integration', options));
  const part = (number) => vitestCommand('integration', [...options, `--shard=${number}/2`]);
  const [first, second] = await Promise.all([runIsolated(part(1)), runForOutput(part(2))]);
  console.log(second.output);
  return Math.max(first, second.status);
}

/** Without the one that takes longer than all others: `npm run test:faults` runs it. */
async function selectedFaults(args) {
  const names = (await readdir(faults)).filter((file) => file.endsWith('.test.ts'));
  const files = names.map((file) => `${faults}/${file}`).filter((file) => isWanted(file, args));
  return filters(args).length > 0 ? files : files.filter((file) => !file.includes('sandbox-killed'));
}

/** They spend much of their time waiting, so all files run at the same time, each in its own namespaces. */
async function runFaults(file, args) {
  const { status, output } = await runForOutput(vitestCommand('faults', [...optionsOf(args), file]));
  return { status, output: `${file}:\n${output}` };
}

async function runForOutput(command) {
  const folder = await mkdtemp(join(tmpdir(), 'libcni-tests-'));
  const output = await open(join(folder, 'output'), 'a+');
  try {
    const status = await runIsolated(command, { stdio: ['ignore', output.fd, output.fd] });
    return { status, output: await readFile(join(folder, 'output'), 'utf8') };
  } finally {
    await output.close();
    await rm(folder, { recursive: true });
  }
}

/** Each device type has one test file, named after it. */
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

/** Runs the tests of device types that this kernel lacks in a kernel that has them. */
async function runElsewhere(types, args, signal) {
  if (types.length === 0) return nothing;
  console.log(`This kernel has no ${types.join(', ')} devices: their tests run in user-mode Linux.`);
  if (!hasUserModeLinux()) {
    return {
      status: 1,
      output: `User-mode Linux is not installed: apt-get install ${userModeLinuxPackages.join(' ')}`,
    };
  }
  const files = types.map((type) => `${devices}/${type}.test.ts`);
  // One process for all files: starting Node takes seconds there.
  const command = vitestCommand('integration', ['--no-isolate', ...optionsOf(args), ...files]);
  const { status, output } = await runInUserModeLinux(command, { cwd: root, env: passedOn(), signal });
  return { status, output: `In user-mode Linux:\n${output}` };
}

function optionsOf(args) {
  return args.filter((arg) => arg.startsWith('-'));
}

function passedOn() {
  const { PATH, HOME, CI, CNI_PATH, INTEGRATION_PLUGINS, INTEGRATION_CNI_VERSION, NODE_OPTIONS } =
    process.env;
  const plugins = { CNI_PATH, INTEGRATION_PLUGINS, INTEGRATION_CNI_VERSION };
  return { PATH: `${PATH ?? ''}:/usr/sbin:/sbin`, HOME, CI, ...plugins, NODE_OPTIONS };
}

function vitestCommand(project, args) {
  return [process.execPath, vitest, 'run', '--project', project, ...args];
}

function filters(args) {
  return args.filter((arg) => !arg.startsWith('-'));
}

function isSelected(type, args) {
  return isWanted(`${devices}/${type}.test.ts`, args);
}

function isWanted(file, args) {
  const names = filters(args);
  return names.length === 0 || names.some((name) => file.includes(name));
}

/** If the filters select only tests that run elsewhere, there is nothing to run here, which is not a failure. */
function passIfOnlyElsewhere(elsewhere, args) {
  return filters(args).length > 0 && elsewhere ? ['--passWithNoTests'] : [];
}
