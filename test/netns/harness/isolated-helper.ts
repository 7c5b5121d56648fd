import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHelperBinary, HelperClient } from '../../../src/platform/helper/index.js';
import { shell } from '../../platform/helper/harness/shell.js';
import { isRoot, ownNamespaces } from './own-namespaces.js';

const withoutRights = isRoot ? '/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups --' : '';

/** A helper with network and mount namespaces of its own: what it mounts goes when it ends. */
export class IsolatedHelper implements AsyncDisposable {
  /** A folder that this process and the helper share; only the helper sees what is mounted in it. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'netns-')));
  readonly client = new HelperClient({ binary: this.wrap('isolated', ownNamespaces) });

  /** A client whose helper may do nothing that takes rights. */
  unprivileged(): HelperClient {
    chmodSync(this.folder, 0o777);
    return new HelperClient({ binary: this.wrap('unprivileged', withoutRights) });
  }

  /** A client whose helper lives in the same namespaces, also where the helper itself is run as a command. */
  async beside(): Promise<HelperClient> {
    const pid = (await this.run('echo $PPID')).trim();
    const user = isRoot ? '' : '--user --preserve-credentials';
    const enter = `/usr/bin/nsenter --target ${pid} ${user} --mount --net --wdns="$PWD"`;
    return new HelperClient({ binary: this.wrap('beside', enter) });
  }

  /** What a piece of shell prints where the helper lives. */
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
