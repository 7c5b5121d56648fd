import { expect, it } from 'vitest';
import { portMapping } from '../../../src/index.js';
import { useLab } from '../harness/lab.js';
import { bridge, hostLocal, portmap } from '../harness/plugins.js';
import { readGreeting, startGreeter } from '../harness/server.js';
import { configure, createOperator, remains } from './harness/operators.js';

const lab = useLab();

it('a check of mapped ports that work is ok, or says that its portmap is too old to tell', async () => {
  const pod = await lab.pod();
  const ipam = hostLocal(lab.dataDir, '10.150.0.0/24');
  await configure(lab, 'mapped', [
    bridge({ bridge: lab.ownBridge('testbr150'), ipam, ipMasq: true }),
    portmap,
  ]);
  const operator = await createOperator(lab);
  const capabilityArgs = { portMappings: [portMapping('8150:80')] };
  await operator.attach({ id: pod.id, netns: pod.path, capabilityArgs });
  await startGreeter(lab, pod, { port: 80, text: 'hello' });
  expect(await readGreeting(undefined, '10.150.0.1', 8150)).toBe('hello');
  const { supportedVersions } = await lab.cni.getVersionInfo('portmap');
  const outcomes = await operator.check({ id: pod.id });
  if (supportedVersions.includes('1.1.0')) expect(outcomes).toMatchObject([{ outcome: 'ok' }]);
  else
    expect(outcomes).toMatchObject([
      {
        outcome: 'unreliable',
        error: { plugin: 'portmap', verb: 'CHECK' },
        reason: expect.stringContaining('ports that work'),
      },
    ]);
  await operator.detach({ id: pod.id });
  expect(await remains(lab)).toEqual([]);
});
