import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CNIConfig, type Exec, LibcniError, networkConfFromBytes } from '../../src/index.js';
import {
  GOLDEN_GC,
  GOLDEN_RUNTIME,
  GOLDEN_VERSION_INFO,
  type GoldenVerb,
  goldenConf,
  goldenPlaces,
  goldenResult,
  goldenView,
  readGolden,
} from './harness/golden.js';
import { type Run, readCache } from './harness/observe.js';
import type { Answer } from './harness/protocol.js';
import { ROOT } from './harness/stage.js';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'golden-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test.each(goldenPlaces)('$verb in $version is as in the golden file', async ({ version, verb }) => {
  const exec = new RecordingExec(version);
  await using cni = new CNIConfig({ path: [`${ROOT}/bin`], cacheDir: join(root, 'cache'), exec });
  if (['CHECK', 'DEL', 'GC'].includes(verb)) await perform(cni, 'ADD', version);
  exec.runs.length = 0;
  const answer = await perform(cni, verb, version);
  // Versions are asked for at the same time, in whatever order.
  exec.runs.sort((a, b) => (verb === 'VERSION' && a.type > b.type ? 1 : 0));
  const seen = goldenView({ answer, runs: exec.runs, ...readCache(join(root, 'cache')) });
  expect(JSON.parse(JSON.stringify(seen))).toEqual(readGolden(version, verb));
});

async function perform(cni: CNIConfig, verb: GoldenVerb, version: string): Promise<Answer> {
  const list = networkConfFromBytes(goldenConf(version));
  const verbs: Record<GoldenVerb, () => Promise<unknown>> = {
    ADD: () => cni.addNetworkList(list, GOLDEN_RUNTIME),
    CHECK: () => cni.checkNetworkList(list, GOLDEN_RUNTIME),
    DEL: () => cni.delNetworkList(list, GOLDEN_RUNTIME),
    GC: async () => void (await cni.gcNetworkList(list, GOLDEN_GC)),
    STATUS: () => cni.getStatusNetworkList(list),
    VERSION: () => cni.validateNetworkList(list),
  };
  try {
    return { outcome: 'ok', value: await verbs[verb]() };
  } catch (error) {
    expect(error).toBeInstanceOf(LibcniError);
    return { outcome: 'error' };
  }
}

/** Plugins that write down what they are given, and print what golden plugins print. */
class RecordingExec implements Exec {
  readonly runs: Run[] = [];
  readonly #version: string;

  constructor(version: string) {
    this.#version = version;
  }

  async execPlugin(path: string, stdin: string, env: Readonly<Record<string, string>>): Promise<string> {
    this.runs.push({ type: basename(path), env, stdin: JSON.parse(stdin) });
    if (env.CNI_COMMAND === 'ADD') return goldenResult(this.#version);
    return env.CNI_COMMAND === 'VERSION' ? GOLDEN_VERSION_INFO : '';
  }

  async findInPath(plugin: string, [folder = '']: readonly string[]): Promise<string> {
    return join(folder, plugin);
  }
}
