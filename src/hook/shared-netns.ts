import { join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { readLocalFile } from '../files/read-local-file.js';
import { parseChecked } from './check-json.js';
import type { HookContext } from './hook-options.js';
import type { OciState } from './oci-state.js';
import { isSameNetns, type NetnsNumbers, netnsNumbers } from './own-netns.js';

/** The part of config.json that tells whether the runtime created the network namespace. */
const configSchema = lazy(() =>
  z.looseObject({
    linux: z
      .looseObject({
        namespaces: z.array(z.looseObject({ type: z.string(), path: z.string().optional() })).nullish(),
      })
      .nullish(),
  }),
);

/** Whether the namespace belongs to another container of these hooks, as in pods and with `--network container:NAME`. */
export async function isSharedNetns(
  context: HookContext,
  state: OciState,
  numbers: NetnsNumbers,
): Promise<boolean> {
  if (isNewNetns(state.bundle)) return false;
  for (const id of await context.records.ids()) {
    if (id === state.id) continue;
    const record = context.records.read(id);
    if (record !== undefined && isSameNetns(netnsNumbers(record.netns), numbers)) return true;
  }
  return false;
}

/** A namespace without a path is created for the container. Without a readable config.json, it is unknown. */
function isNewNetns(bundle: string): boolean {
  const file = join(bundle, 'config.json');
  try {
    const { linux } = parseChecked(configSchema(), readLocalFile(file).toString('utf8'), {
      what: 'the configuration',
      file,
    });
    const network = linux?.namespaces?.find(({ type }) => type === 'network');
    return network !== undefined && !network.path;
  } catch {
    return false;
  }
}
