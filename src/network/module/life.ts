import { isNetns } from '../../netns/index.js';
import { type AttachmentInfo, type PortMapping, portMappingsSchema } from '../../operator/index.js';
import { deactivated, networkSettings } from '../make-settings.js';
import { readNetworkSettings, writeNetworkSettings } from '../settings-file.js';
import type { ConnectedNetwork } from '../verbs/connect.js';
import type { ParsedConf } from './conf.js';

/**
 * Whether a container already has its networks, as after a restart that keeps the namespace. Settings alone prove
 * nothing, since the machine may have been rebooted.
 */
export async function isActive(
  { settingsFile, netnsPath, extraNets }: ParsedConf,
  there: readonly AttachmentInfo[],
): Promise<boolean> {
  const settings = settingsFile === undefined ? undefined : readNetworkSettings(settingsFile);
  if (!settings?.Activation || settings.SandboxKey !== netnsPath) return false;
  const isWhole = extraNets.every(({ name }) =>
    there.some(({ network, netns }) => network === name && netns === netnsPath),
  );
  return isWhole && (await isNetns(settings.SandboxKey));
}

/** Writes the settings of a container that is on its networks. */
export async function saveActive(
  { settingsFile, podId: id, netnsPath = '' }: ParsedConf,
  made: readonly ConnectedNetwork[],
): Promise<void> {
  if (settingsFile === undefined) return;
  const networks = made.map((network) => ({ ...network, namespace: '', isDefault: false }));
  const ports = made.flatMap((network) => network.ports);
  const aliases = Object.fromEntries(made.map(({ name, names }) => [name, names]));
  await writeNetworkSettings(
    settingsFile,
    networkSettings({ id, sandboxKey: netnsPath, ports, networks, aliases }),
  );
}

/** The published ports in a container's settings, which iSulad passes again at teardown. */
export function savedPorts({ settingsFile }: ParsedConf): PortMapping[] {
  const settings = settingsFile === undefined ? undefined : readNetworkSettings(settingsFile);
  return portMappingsSchema.catch([]).parse(settings?.CNIPorts ?? []);
}

/** Ports and key stay in the settings: the container may be started again. */
export async function saveInactive({ settingsFile }: ParsedConf): Promise<void> {
  const settings = settingsFile === undefined ? undefined : readNetworkSettings(settingsFile);
  if (settingsFile !== undefined && settings !== undefined)
    await writeNetworkSettings(settingsFile, deactivated(settings));
}
