import fc from 'fast-check';
import type { Case } from '../harness/play.js';
import type { Request } from '../harness/protocol.js';
import { ROOT } from '../harness/stage.js';
import { listConf, pluginConf, singleConf } from './conf.js';
import { document } from './document.js';
import { networkName } from './domain.js';

const fileName = fc.constantFrom(
  '10-net.conflist',
  '20-net.conflist',
  '9.conflist',
  'Z.conflist',
  'é.conflist',
  '.conflist',
  '10.conf',
  '20.conf',
  '05.json',
  '.conf',
  'a.json',
  'x.CONF',
  'x.conflist.bak',
  'noext',
  'x.',
  'a b.conf',
);

const intact = (valid: fc.Arbitrary<unknown>) => valid.map((value) => Buffer.from(JSON.stringify(value)));

const content = fc.oneof(
  { weight: 4, arbitrary: intact(listConf) },
  { weight: 4, arbitrary: intact(singleConf) },
  { weight: 1, arbitrary: document(listConf) },
  { weight: 1, arbitrary: document(singleConf) },
);

const dropIn = fc.tuple(
  fc
    .tuple(networkName, fc.constantFrom('1.conf', '2.conf', '3.json', 'sub.conf/x'))
    .map((parts) => parts.join('/')),
  fc.oneof({ weight: 4, arbitrary: intact(pluginConf) }, document(pluginConf)),
);

const files = fc
  .tuple(fc.array(fc.tuple(fileName, content), { maxLength: 5 }), fc.array(dropIn, { maxLength: 3 }))
  .map(([configurations, dropIns]) => [...configurations, ...dropIns])
  .map((entries) => Object.fromEntries(entries.map(([name, bytes]) => [`net.d/${name}`, bytes])));

const wanted = fc.oneof(networkName, fc.constantFrom('', 'absent'));
const dir = fc.constantFrom(
  `${ROOT}/net.d`,
  `${ROOT}/net.d`,
  `${ROOT}/net.d`,
  `${ROOT}/net.d/`,
  `${ROOT}/absent`,
  `${ROOT}/file`,
);

const request = (value: Request) => value;

const asked: fc.Arbitrary<Request> = fc.oneof(
  fc.tuple(dir, wanted).map(([folder, name]) => request({ op: 'load-network', dir: folder, name })),
  fc.tuple(dir, wanted).map(([folder, name]) => request({ op: 'load-conf', dir: folder, name })),
  fc.tuple(dir, wanted).map(([folder, name]) => request({ op: 'drop-ins', dir: folder, name })),
  fileName.map((name) => request({ op: 'list-from-file', file: `${ROOT}/net.d/${name}` })),
  fc
    .tuple(dir, fc.subarray(['.conf', '.conflist', '.json', '', 'conf', '.']))
    .map(([folder, extensions]) => request({ op: 'conf-files', dir: folder, extensions })),
);

/** Configurations loaded from folders. */
export const folderCases: fc.Arbitrary<Case> = fc.tuple(files, asked).map(([found, request]) => ({
  stage: { files: { ...found, file: '' }, folders: ['net.d', 'net.d/folder.conf', 'net.d/folder.conflist'] },
  steps: [request],
}));
