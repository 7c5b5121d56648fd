export const pluginNames: readonly string[];
export function choosePluginSet(choice: {
  readonly folders: readonly string[];
  readonly expected?: string;
}): {
  readonly folder: string;
  readonly cniVersion: string;
};
