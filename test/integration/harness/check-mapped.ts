import type { NetworkConfigList, RuntimeConf } from '../../../src/index.js';
import { PluginError } from '../../../src/index.js';
import type { Lab } from './lab.js';

/**
 * CHECK for a pod with mapped ports. The portmap plugin of the sets before CNI 1.1.0 looks for the rules of each
 * family in the tables of both, so it refuses a pod that is in order. From such a plugin, that refusal counts as
 * success; the plugins before portmap have passed by then.
 */
export async function checkMapped(lab: Lab, list: NetworkConfigList, rt: RuntimeConf): Promise<void> {
  try {
    await lab.cni.checkNetworkList(list, rt);
  } catch (error) {
    if (!isCrossFamilyRefusal(error) || (await speaksLatest(lab))) throw error;
  }
}

function isCrossFamilyRefusal(error: unknown): boolean {
  return (
    error instanceof PluginError &&
    error.plugin === 'portmap' &&
    /could not check ipv[46] dnat/.test(error.msg)
  );
}

async function speaksLatest(lab: Lab): Promise<boolean> {
  return (await lab.cni.getVersionInfo('portmap')).supportedVersions.includes('1.1.0');
}
