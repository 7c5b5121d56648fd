import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { netnsNumbers } from '../../src/hook/own-netns.js';
import {
  CNIOperator,
  type HookEvent,
  type HookPlaces,
  pinNamespaces,
  reapHooks,
  runHook,
} from '../../src/index.js';
import { isRoot } from '../netns/harness/own-namespaces.js';

let folder: string;
let operator: CNIOperator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'libcni-hook-'));
  operator = await CNIOperator.create({ confDir: folder, cacheDir: join(folder, 'cache') });
});

afterEach(async () => {
  await operator[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const places = (): HookPlaces => ({
  operator,
  stateDir: join(folder, 'state'),
  pinDir: join(folder, 'pins'),
});

function hook(event: HookEvent, more: object = {}, options: Partial<HookPlaces> = {}) {
  const state = { ociVersion: '1.0.2', id: 'c1', status: 'created', pid: process.pid, bundle: '/b', ...more };
  return runHook(event, JSON.stringify(state), { ...places(), env: {}, ...options });
}

/** Somebody else may replace what is in there. */
function giveAway(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  if (isRoot) chownSync(path, 65534, 65534);
  else chmodSync(path, 0o777);
  return path;
}

describe('folders that others may change', () => {
  const refused = { code: 'ERR_PERMISSION', message: expect.stringContaining("foreignFolders: 'allow'") };

  it.each(['state', 'state/hook', 'state/hook/locks'])(
    'are refused for state, unless allowed: %s',
    async (name) => {
      giveAway(name);
      await expect(hook('poststop')).rejects.toMatchObject(refused);
      expect(await hook('poststop', {}, { foreignFolders: 'allow' })).toMatchObject({ did: 'nothing' });
    },
  );

  it('are refused for state when leftovers are looked for', async () => {
    giveAway('state/hook');
    await expect(reapHooks(places())).rejects.toMatchObject(refused);
  });

  it('are refused for namespaces', async () => {
    const netnsDir = giveAway('netns');
    await expect(pinNamespaces(process.pid, ['net'], { netnsDir })).rejects.toMatchObject(refused);
    expect(readdirSync(netnsDir)).toEqual([]);
  });
});

describe('an id that is too long for the file of a namespace', () => {
  it('is refused before anything is written', async () => {
    const refused = { code: 'ERR_CONF_INVALID', message: expect.stringMatching(/244 bytes.* at most 243/) };
    await expect(hook('createRuntime', { id: 'x'.repeat(244) })).rejects.toMatchObject(refused);
    expect(existsSync(join(folder, 'state'))).toBe(false);
    expect(await hook('createRuntime', { id: 'x'.repeat(243) })).toEqual({
      did: 'nothing',
      reason: 'host network',
    });
  });

  it('has nothing to be taken down', async () => {
    expect(await hook('poststop', { id: 'x'.repeat(300) })).toEqual({
      did: 'nothing',
      reason: 'not attached',
    });
  });
});

it('at a path that can be that of none there is no namespace', () => {
  expect(netnsNumbers(`/run/${'x'.repeat(300)}`)).toBeUndefined();
});
