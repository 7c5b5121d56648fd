import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import type { CNIOperator } from '../../operator/index.js';
import { runSystemProgram } from '../../platform/tools/system-program.js';
import { type Finding, findingsOf } from './finding.js';

const { note } = findingsOf('leftovers');

/** Usual names of bridges of container networks. */
const USUAL = /^(cni|libcni|isula|br-)/;

/** Bridges without interfaces that no configuration of the folder names. */
export async function bridgesOfNobody(operator: CNIOperator): Promise<Finding[]> {
  const named = operator
    .snapshot()
    .networks.flatMap(({ list }) => list.plugins.map(({ network }) => network.bridge ?? 'cni0'));
  const bridges = (await links('type', 'bridge')).filter((name) => USUAL.test(name) && !named.includes(name));
  const ports = await Promise.all(bridges.map((name) => links('master', name)));
  return bridges
    .filter((_, index) => ports[index]?.length === 0)
    .map((name) =>
      note(name, 'is a bridge without interfaces, and no network here uses it', `ip link delete ${name}`),
    );
}

const linksSchema = lazy(() => z.array(z.looseObject({ ifname: z.string() })));

async function links(...selection: readonly string[]): Promise<string[]> {
  const { stdout } = await runSystemProgram('ip', ['-json', 'link', 'show', ...selection]);
  return linksSchema()
    .parse(JSON.parse(stdout.trim() || '[]'))
    .map(({ ifname }) => ifname);
}
