import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CNIConfig, CNIOperator, loadNetworkConf, Networks } from '../../../src/index.js';
import { showAddresses } from '../../integration/harness/addresses.js';
import { useLab } from '../../integration/harness/lab.js';
import { plainAttachmentOf } from './harness/attachment.js';
import { cnitool } from './harness/cnitool.js';
import { installed } from './harness/plugin-sets.js';

const lab = useLab();

it('cnitool attaches to a network of this library, which is then in use', async () => {
  const confDir = join(lab.folder, 'net.d');
  const operator = await CNIOperator.create({ confDir, binDirs: [installed.dir] });
  lab.defer(() => operator[Symbol.asyncDispose]());
  const networks = await Networks.open({ operator });
  await networks.create({ name: 'web', subnets: ['10.206.0.0/24'] });
  const list = await loadNetworkConf(confDir, 'web');
  const network = { confDir, list, path: [installed.dir], cni: new CNIConfig({ path: [installed.dir] }) };
  lab.defer(() => network.cni[Symbol.asyncDispose]());
  const pod = await lab.pod();
  await cnitool(network).add(plainAttachmentOf(pod));
  expect(await showAddresses('net1', pod.path)).toEqual(['10.206.0.2/24']);
  expect((await networks.inspect('web')).containers).toMatchObject([
    { ifName: 'net1', ipv4: ['10.206.0.2'] },
  ]);
  await expect(networks.remove('web')).rejects.toMatchObject({ code: 'ERR_IN_USE' });
  await networks.remove('web', { force: true });
  expect(await lab.leftovers()).toEqual([]);
});
