import { describe, expect, it } from 'vitest';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('the environment of a plugin', () => {
  it('carries a valid trace context', async () => {
    await plugins.folder.add('good', { ADD: { stdout: resultText() } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const trace = { traceparent, tracestate: 'a=1', baggage: 'k=v' };
    await plugins.folder.cni().addNetworkList(listOfTypes(['good']), rt, { trace });
    expect((await plugins.folder.calls())[0]?.env).toMatchObject({
      TRACEPARENT: traceparent,
      TRACESTATE: 'a=1',
      BAGGAGE: 'k=v',
    });
  });

  it.each(['x', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, ''])(
    'carries no invalid one (%j)',
    async (traceparent) => {
      await plugins.folder.add('good', { ADD: { stdout: resultText() } });
      await plugins.folder
        .cni()
        .addNetworkList(listOfTypes(['good']), rt, { trace: { traceparent, baggage: 'k=v' } });
      const env = (await plugins.folder.calls())[0]?.env ?? {};
      expect([env.TRACEPARENT, env.BAGGAGE]).toEqual([undefined, undefined]);
    },
  );

  it.each([[['', 'x']], [['a', 'b;c']], [['a;b', 'c']], [['a=b', 'c']], [['a', 'b\0']]])(
    'refuses the argument %j, which could not be read back',
    async (pair) => {
      await plugins.folder.add('good', { ADD: { stdout: resultText() } });
      const args = [pair] as unknown as [string, string][];
      await expect(
        plugins.folder.cni().addNetworkList(listOfTypes(['good']), { ...rt, args }),
      ).rejects.toMatchObject({
        code: 'ERR_CONF_INVALID',
      });
      expect(await plugins.folder.calls()).toEqual([]);
    },
  );

  it('is not reached by a netns with NUL', async () => {
    await expect(
      plugins.folder.cni().delNetworkList(listOfTypes(['x']), { ...rt, netns: 'a\0b' }),
    ).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
    });
  });
});
