import fc from 'fast-check';
import type { Case } from '../harness/play.js';
import type { Request } from '../harness/protocol.js';
import { ROOT } from '../harness/stage.js';
import { listConf, pluginConf, singleConf } from './conf.js';
import { document, intact } from './document.js';
import { networkName } from './domain.js';

const listFile = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('10-net.conflist', '20-net.conflist') },
  { weight: 1, arbitrary: fc.constantFrom('9.conflist', 'Z.conflist', 'é.conflist', '.conflist') },
);

const confFile = fc.constantFrom('10.conf', '20.conf', '05.json', '.conf', 'a.json', 'a b.conf');

const fileName = fc.oneof(
  { weight: 2, arbitrary: listFile },
  { weight: 2, arbitrary: confFile },
  { weight: 1, arbitrary: fc.constantFrom('x.CONF', 'x.conflist.bak', 'noext', 'x.') },
);

/** Few enough that what is looked up often exists. */
const likelyName = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('net', 'a') }, networkName);

const list = named(listConf);
const conf = named(singleConf);

function named(valid: fc.Arbitrary<object>): fc.Arbitrary<object> {
  return fc.tuple(valid, likelyName).map(([value, name]) => ({ ...value, name }));
}

const configuration = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(listFile, intact(list)) },
  { weight: 4, arbitrary: fc.tuple(confFile, intact(conf)) },
  { weight: 1, arbitrary: fc.tuple(fileName, document(list)) },
  { weight: 1, arbitrary: fc.tuple(fileName, document(conf)) },
);

const dropIn = fc.tuple(
  fc
    .tuple(likelyName, fc.constantFrom('1.conf', '2.conf', '3.json', 'sub.conf/x'))
    .map((parts) => parts.join('/')),
  fc.oneof({ weight: 4, arbitrary: intact(pluginConf) }, document(pluginConf)),
);

const files = fc
  .tuple(
    fc.array(configuration, { minLength: 2, maxLength: 5 }),
    fc.array(dropIn, { minLength: 1, maxLength: 3 }),
  )
  .map(([configurations, dropIns]) => [...configurations, ...dropIns])
  .map((entries) => Object.fromEntries(entries.map(([name, bytes]) => [`net.d/${name}`, bytes])));

const wanted = fc.oneof({ weight: 6, arbitrary: likelyName }, fc.constantFrom('', 'absent'));
const dir = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(`${ROOT}/net.d`, `${ROOT}/net.d/`) },
  { weight: 1, arbitrary: fc.constantFrom(`${ROOT}/absent`, `${ROOT}/file`) },
);

const request = (value: Request) => value;

const asked: fc.Arbitrary<Request> = fc.oneof(
  fc.tuple(dir, wanted).map(([folder, name]) => request({ op: 'load-network', dir: folder, name })),
  fc.tuple(dir, wanted).map(([folder, name]) => request({ op: 'load-conf', dir: folder, name })),
  fc.tuple(dir, wanted).map(([folder, name]) => request({ op: 'drop-ins', dir: folder, name })),
  fc
    .oneof({ weight: 4, arbitrary: listFile }, fileName)
    .map((name) => request({ op: 'list-from-file', file: `${ROOT}/net.d/${name}` })),
  fc
    .tuple(dir, fc.subarray(['.conf', '.conflist', '.json', '', 'conf', '.']))
    .map(([folder, extensions]) => request({ op: 'conf-files', dir: folder, extensions })),
);

/** Configurations loaded from folders. */
export const folderCases: fc.Arbitrary<Case> = fc.tuple(files, asked).map(([found, request]) => ({
  stage: { files: { ...found, file: '' }, folders: ['net.d', 'net.d/folder.conf', 'net.d/folder.conflist'] },
  steps: [request],
}));
