/** The command that runs another one in network and mount namespaces of its own. */
export function isolatedCommand(command: readonly string[]): { file: string; args: string[] };
