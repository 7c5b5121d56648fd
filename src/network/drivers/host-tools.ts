import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { runSystemProgram } from '../../platform/tools/system-program.js';
import type { DriverTools } from './driver.js';
import { removeRules } from './packet-rules.js';

const linksSchema = lazy(() => z.array(z.looseObject({ ifname: z.string() })));

/** The host operations of drivers, with iproute2 and iptables: plugins leave bridges and their isolation rules behind. */
export const hostTools: DriverTools = { isBridge, removeBridge, removeRules };

async function removeBridge(name: string, { force }: { readonly force: boolean }): Promise<boolean> {
  if (!(await isBridge(name))) return false;
  const ports = await portsOf(name);
  if (ports.length > 0 && !force) {
    const summary = `bridge ${name} has interfaces of other programs: ${ports.join(', ')}`;
    throw new LibcniError('ERR_IN_USE', summary, { value: ports });
  }
  const { exitCode: failed, stderr } = await runSystemProgram('ip', [
    'link',
    'delete',
    'dev',
    name,
    'type',
    'bridge',
  ]);
  if (failed !== 0 && (await isBridge(name)))
    throw new LibcniError('ERR_PERMISSION', `bridge ${name} cannot be removed: ${stderr.trim()}`, {
      value: name,
    });
  return true;
}

async function isBridge(name: string): Promise<boolean> {
  return (await links(['type', 'bridge'])).includes(name);
}

async function portsOf(bridge: string): Promise<string[]> {
  return await links(['master', bridge]);
}

async function links(selection: readonly string[]): Promise<string[]> {
  const { stdout } = await runSystemProgram('ip', ['-json', 'link', 'show', ...selection]);
  const parsed = linksSchema().safeParse(JSON.parse(stdout.trim() || '[]'));
  return parsed.success ? parsed.data.map(({ ifname }) => ifname) : [];
}
