/** The folder of the plugin `dnsname`, which has no other plugin. */
export const nameServerDir: string;
/** The plugin that answers for names of containers, and the name server that it runs. */
export function setupNameServer(): void;
