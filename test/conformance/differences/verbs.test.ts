import { expect, test } from 'vitest';
import { CNIConfig, HelperExec, networkConfFromBytes } from '../../../src/index.js';
import { Arena } from '../harness/arena.js';
import { Oracle } from '../harness/oracle.js';
import type { Request } from '../harness/protocol.js';
import { ROOT, type Stage } from '../harness/stage.js';

const CONF = '{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"bridge"},{"type":"tuning"}]}';
const rt = { containerId: 'c1', netns: '/run/netns/x', ifName: 'eth0' };
const list = networkConfFromBytes(CONF);

function request(op: Request['op']): Request {
  const bytes = Buffer.from(CONF).toString('base64');
  return { op, bytes, rt, path: [`${ROOT}/bin`], cacheDir: `${ROOT}/cache` };
}

const failing: Stage = {
  plugins: ['bridge', 'tuning'],
  answers: [{ verb: 'ADD', type: 'tuning', exitCode: 1, stdout: '{"code":5,"msg":"no"}', stderr: '' }],
};

test('failed-add-is-rolled-back: Go leaves what a failed ADD has made, this library removes it', async () => {
  await using oracle = new Oracle();
  using goArena = new Arena(failing);
  using ourArena = new Arena(failing);
  const go = await goArena.play(request('add'), (local) => oracle.ask(local));
  const ours = await ourArena.play(request('add'), async ({ path = [], cacheDir }) => {
    await using cni = new CNIConfig({ path, cacheDir });
    await expect(cni.addNetworkList(list, rt)).rejects.toMatchObject({
      code: 5,
      msg: 'no',
      rollbackErrors: [],
    });
    return { outcome: 'error' };
  });
  const order = (runs: typeof go.runs) => runs.map(({ env, type }) => `${env.CNI_COMMAND} ${type}`);
  expect(order(go.runs)).toEqual(['ADD bridge', 'ADD tuning']);
  expect(order(ours.runs)).toEqual(['ADD bridge', 'ADD tuning', 'DEL tuning', 'DEL bridge']);
});

const versions: Stage = {
  plugins: ['bridge', 'tuning'],
  answers: [
    {
      verb: 'VERSION',
      exitCode: 0,
      stdout: '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}',
      stderr: '',
    },
  ],
};

test('validate-asks-in-parallel: Go asks one plugin after another, this library asks all in parallel', async () => {
  await using oracle = new Oracle();
  using goArena = new Arena(versions);
  using ourArena = new Arena(versions);
  const go = await goArena.play(request('validate'), (local) => oracle.ask(local));
  expect(go.runs.map(({ type }) => type)).toEqual(['bridge', 'tuning']);
  const ours = await ourArena.play(request('validate'), async ({ path = [] }) => {
    await using cni = new CNIConfig({ path, exec: new MeetingExec(2) });
    return { outcome: 'ok', value: await cni.validateNetworkList(list) };
  });
  expect(ours.runs.map(({ type }) => type).sort()).toEqual(['bridge', 'tuning']);
});

/** Starts plugins only once so many of them are asked for at the same time. */
class MeetingExec extends HelperExec {
  #missing: number;
  #open: () => void = () => {};
  readonly #meeting = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(size: number) {
    super();
    this.#missing = size;
  }

  override async execPlugin(...args: Parameters<HelperExec['execPlugin']>): Promise<string> {
    this.#missing -= 1;
    if (this.#missing === 0) this.#open();
    await this.#meeting;
    return await super.execPlugin(...args);
  }
}
