import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isAbandoned, temporaryName } from '../../src/files/temporary-name.js';
import { asNobody } from '../operator/conf-store/harness/as-nobody.js';
import { abandonedName, alteredName } from './harness/altered-name.js';

const MINUTE_MS = 60_000;

const module = new URL('../../src/files/temporary-name.ts', import.meta.url).href;

/** A name that was made by a process which has ended by now. */
async function nameOfEnded(...prefix: readonly string[]): Promise<string> {
  const program = `console.log((await import(${JSON.stringify(module)})).temporaryName())`;
  const command = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program];
  const [file = '', ...args] = [...prefix, ...command];
  return (await promisify(execFile)(file, args)).stdout.trim();
}

describe('a temporary file', () => {
  it('has a name of its own each time', () => {
    expect(temporaryName()).not.toBe(temporaryName());
  });

  it('is not abandoned while its process runs', () => {
    expect(isAbandoned(temporaryName(), Date.now())).toBe(false);
  });

  it('of a process that belongs to another user is not abandoned', async () => {
    const start = Number(readFileSync('/proc/1/stat', 'utf8').split(') ').at(-1)?.split(' ')[19]);
    const name = alteredName({ pid: 1, start });
    expect(await asNobody(async () => isAbandoned(name, Date.now()))).toBe(false);
  });

  it('counts as abandoned as soon as its process has ended', async () => {
    expect(isAbandoned(await nameOfEnded(), Date.now())).toBe(true);
  });

  it('is abandoned when a later process has the same id', () => {
    expect(isAbandoned(abandonedName(), Date.now())).toBe(true);
  });

  it('of another pid namespace is not judged by the ids of this one', async () => {
    const elsewhere = ['unshare', '--pid', '--fork', '--mount-proc', '--propagation', 'unchanged'];
    const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const name = await nameOfEnded(...elsewhere, ...asRoot);
    expect(isAbandoned(name, Date.now() - 50 * MINUTE_MS)).toBe(false);
    expect(isAbandoned(name, Date.now() - 70 * MINUTE_MS)).toBe(true);
  });

  it.each([-70, 70])('of %d minutes from now counts as abandoned if its writer is unknown', (minutes) => {
    expect(isAbandoned('.tmp-0123456789abcdef', Date.now() + minutes * MINUTE_MS)).toBe(true);
  });

  it.each([-70, 70])('of %d minutes from now is not abandoned while its process runs', (minutes) => {
    expect(isAbandoned(temporaryName(), Date.now() + minutes * MINUTE_MS)).toBe(false);
  });

  it('of an earlier start of the machine is abandoned, whatever its process and the clock', () => {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', '');
    const ours = temporaryName();
    expect(ours).toContain(bootId);
    expect(isAbandoned(ours.replace(bootId, '0'.repeat(32)), Date.now())).toBe(true);
  });

  it('of a version that did not note the start of the machine is judged by its process', () => {
    const [tmp, namespace, pid, start] = temporaryName().split('-');
    const name = (begin: string | number | undefined) =>
      [tmp, namespace, pid, begin, '0123456789abcdef'].join('-');
    expect(isAbandoned(name(start), 0)).toBe(false);
    expect(isAbandoned(name(1), Date.now())).toBe(true);
  });

  it('whose name tells nothing is left alone as long as it is new', () => {
    expect(isAbandoned('.tmp-0123456789abcdef', Date.now())).toBe(false);
  });

  it.each(['net-c1-eth0', '.tmp', '.tmp-', '.tmp-mine', 'x.tmp-0123'])(
    'is nothing that is called %s',
    (name) => {
      expect(isAbandoned(name, 0)).toBe(false);
    },
  );
});
