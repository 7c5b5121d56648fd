import type { CNIOperator, NetworkReadiness } from '../../operator/index.js';
import type { Places } from '../options/places.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, note, wrong } = findingsOf('configuration');

/** Problems of the configurations with their place, and which networks are ready. */
export async function checkConfiguration(
  operator: CNIOperator,
  { confDir }: Places,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { networks, problems } = await operator.status({ signal, timeoutMs: 10_000 });
  const broken = problems.map(({ file, reason, jsonPath, hint }) =>
    wrong(
      jsonPath === undefined ? file : `${file} ${jsonPath}`,
      reason,
      hint ?? 'fix the file, or move it away',
    ),
  );
  const asked = networks.map(({ name, ready, reason = '', code }) =>
    ready ? ok(name, 'is ready') : wrong(name, `is not ready: ${reason}`, todoFor(code)),
  );
  const none =
    asked.length + broken.length > 0
      ? []
      : [note(confDir, 'there are no networks', 'create one: libcni network create')];
  return [...none, ...broken, ...asked];
}

function todoFor(code: NetworkReadiness['code']): string {
  return code === 'ERR_PLUGIN_NOT_FOUND'
    ? 'install the plugin, name its folder with --cni-path, or fix its name'
    : 'see `libcni validate` and `libcni plan add`';
}
