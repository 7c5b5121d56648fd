import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHelperBinary, HelperClient } from '../../../src/platform/helper/index.js';
import { shell } from '../../platform/helper/harness/shell.js';
import { isRoot, ownNamespaces } from './own-namespaces.js';

const withoutRights = isRoot ? '/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups --' : '';

/** A helper in its own network and mount namespaces, so its mounts end with it. */
export class IsolatedHelper implements AsyncDisposable {
  /** A folder that this process and the helper share; only the helper sees mounts in it. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'netns-')));
  readonly client = new HelperClient({ binary: this.wrap('isolated', ownNamespaces) });

  /** A client whose helper has no privileges. */
  unprivileged(): HelperClient {
    chmodSync(this.folder, 0o777);
    return new HelperClient({ binary: this.wrap('unprivileged', withoutRights) });
  }

  /** A client whose helper runs in the same namespaces, even if the helper is run as a command. */
  async beside(): Promise<HelperClient> {
    const pid = (await this.run('echo $PPID')).trim();
    const user = isRoot ? '' : '--user --preserve-credentials';
    const enter = `/usr/bin/nsenter --target ${pid} ${user} --mount --net --wdns="$PWD"`;
    return new HelperClient({ binary: this.wrap('beside', enter) });
  }

  /** The output of a shell script in the namespaces of the helper. */
  async run(script: string): Promise<string> {
    const { stdout, stderr, exitCode } = await this.client.spawn(shell(script));
    if (exitCode !== 0) throw new Error(`${script}: exit code ${exitCode}: ${stderr}`);
    return stdout;
  }

  /** The lines of the helper's mount table for exactly this path. */
  async mountsAt(path: string): Promise<string[]> {
    const table = await this.run('cat /proc/self/mountinfo');
    return table.split('\n').filter((line) => line.split(' ')[4] === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }

  private wrap(name: string, command: string): string {
    const helper = join(this.folder, `cni-helper-${name}`);
    copyFileSync(findHelperBinary() ?? 'cni-helper', helper);
    chmodSync(helper, 0o755);
    const wrapper = join(this.folder, name);
    writeFileSync(wrapper, `#!/bin/sh\nexec ${command} ${helper} "$@"\n`, { mode: 0o755 });
    return wrapper;
  }
}
