import {
  confFiles,
  confFromBytes,
  confListFromConf,
  convertResult,
  createResult,
  injectConf,
  loadConf,
  loadNetworkConf,
  networkConfFromBytes,
  networkConfFromFile,
  networkPluginConfFromBytes,
  networkPluginConfsFromFiles,
} from '../../../src/index.js';
import type { Request } from './protocol.js';
import { bytesOf, viewList, viewPlugin } from './views.js';

/** The operations on configurations and results. */
export const confOperations = {
  'parse-list': (request: Request) => viewList(networkConfFromBytes(bytesOf(request))),
  'parse-plugin': (request: Request) => viewPlugin(networkPluginConfFromBytes(bytesOf(request))),
  'list-from-file': async ({ file = '' }: Request) => viewList(await networkConfFromFile(file)),
  'load-network': async ({ dir = '', name = '' }: Request) => viewList(await loadNetworkConf(dir, name)),
  'load-conf': async ({ dir = '', name = '' }: Request) => viewPlugin(await loadConf(dir, name)),
  'drop-ins': async ({ dir = '', name = '' }: Request) =>
    (await networkPluginConfsFromFiles(dir, name)).map(viewPlugin),
  'conf-files': async ({ dir = '', extensions = [] }: Request) => await confFiles(dir, extensions),
  inject: (request: Request) =>
    viewPlugin(injectConf(networkPluginConfFromBytes(bytesOf(request)), request.values ?? {})),
  upconvert: (request: Request) => viewList(confListFromConf(confFromBytes(bytesOf(request)))),
  'create-result': (request: Request) => createResult(bytesOf(request).toString('utf8')),
  'convert-result': (request: Request) =>
    convertResult(createResult(bytesOf(request).toString('utf8')), request.to ?? ''),
};
