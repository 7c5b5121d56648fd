import { readdir } from 'node:fs/promises';
import { asError } from '../../errors/system-error.js';
import { CNIConfig } from '../../libcni/index.js';
import { findHelperBinary } from '../../platform/helper/index.js';
import { runSystemProgram } from '../../platform/tools/system-program.js';
import type { Places } from '../options/places.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, note, wrong } = findingsOf('plugins');

/** Programs that plugins and this library call, and who calls them. */
const programs: readonly (readonly [program: string, args: readonly string[], who: string])[] = [
  ['ip', ['-V'], 'this library, for bridges'],
  ['iptables', ['--version'], 'bridge with ipMasq, portmap, firewall'],
  ['ip6tables', ['--version'], 'the same, for IPv6'],
  ['nft', ['--version'], 'bridge and portmap, if configured for nftables'],
];

/** Checks the plugins, the versions that they support, and the programs that they call. */
export async function checkPlugins({ binDirs }: Places, signal: AbortSignal): Promise<Finding[]> {
  const helper = findHelperBinary();
  const helps =
    helper === undefined
      ? wrong(
          'helper',
          'the native helper is not installed',
          'reinstall the package, or compile it: npm run setup',
        )
      : ok('helper', helper);
  const folders = await Promise.all(binDirs.map((folder) => inFolder(folder, signal)));
  const found = folders.flat();
  const none = found.some(({ level }) => level === 'ok')
    ? []
    : [
        wrong(
          'plugins',
          `there are no plugins in ${binDirs.join(', ')}`,
          'install them, for example containernetworking-plugins',
        ),
      ];
  return [helps, ...none, ...found, ...(await Promise.all(programs.map(checkProgram)))];
}

async function inFolder(folder: string, signal: AbortSignal): Promise<Finding[]> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return [note(folder, 'this plugin folder does not exist')];
  const cni = new CNIConfig({ path: [folder] });
  const found: Finding[] = [];
  for (const name of names.filter((one) => /^[\w-]+$/.test(one) && !one.startsWith('README')).sort())
    if (name !== 'LICENSE') found.push(await askPlugin(cni, name, { folder, signal }));
  return found;
}

async function askPlugin(
  cni: CNIConfig,
  name: string,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<Finding> {
  try {
    const { supportedVersions } = await cni.getVersionInfo(name, { signal, timeoutMs: 10_000 });
    return ok(name, `${folder}/${name} supports ${supportedVersions[0]} to ${supportedVersions.at(-1)}`);
  } catch (error) {
    const todo = 'remove the file, or reinstall the plugin';
    return wrong(name, `${folder}/${name} does not report its versions: ${asError(error).message}`, todo);
  }
}

async function checkProgram([program, args, who]: (typeof programs)[number]): Promise<Finding> {
  try {
    const { exitCode, stdout, stderr } = await runSystemProgram(program, args);
    if (exitCode === 0) return ok(program, stdout.trim().split('\n')[0] ?? '');
    return wrong(program, `does not run: ${stderr.trim()}`, `it is needed by ${who}`);
  } catch {
    return note(program, 'is not installed', `install it; it is needed by ${who}`);
  }
}
