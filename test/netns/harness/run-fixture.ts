import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder of the project. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** How to run a fixture. */
export interface FixtureRun {
  /** The command that starts it, such as `ownNamespaces`. */
  readonly wrapper: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The paths of the project and of Node inside the wrapper. */
  readonly places?: { readonly project: string; readonly node: string };
}

/** Runs a fixture in its own namespaces and returns the JSON that it printed. */
export async function runFixture(name: string, { wrapper, env = {}, places }: FixtureRun): Promise<unknown> {
  const { project, node } = places ?? { project: checkout, node: process.execPath };
  const command = [node, '--import', 'tsx', join(project, 'test/fixtures/netns', name)];
  const script = `exec ${wrapper} /bin/sh -c 'cd "$0" && exec "$@"' "$@"`;
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script, 'sh', project, ...command], {
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ...env },
  });
  return JSON.parse(stdout);
}
