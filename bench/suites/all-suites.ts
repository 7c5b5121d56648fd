import { commandSuite } from './command-start.js';
import { criSuites } from './cri.js';
import { crowdSuites } from './crowd.js';
import { attachmentSuite, configurationSuites, garbageSuite } from './folders.js';
import { importSuite } from './import-time.js';
import { networkSuites } from './networks.js';
import { concurrentSuite, heapSuite, sequentialSuite } from './plugin-runs.js';
import { podSuite } from './pods.js';
import { realPluginsSuite } from './real-plugins.js';
import { requestSuite } from './requests.js';
import type { Bench, Suite } from './suite.js';
import {
  concurrentListSuite,
  largeHeapListSuites,
  listSuite,
  memoryListSuite,
  validateSuite,
} from './verbs.js';

/** Every suite, in the order of the table. */
export function allSuites(bench: Bench): Suite[] {
  return [
    sequentialSuite(bench),
    concurrentSuite(bench),
    heapSuite(bench),
    listSuite(bench),
    concurrentListSuite(bench),
    ...largeHeapListSuites(bench),
    memoryListSuite(bench) ?? [],
    realPluginsSuite(bench) ?? [],
    podSuite(bench) ?? [],
    validateSuite(bench),
    ...configurationSuites(bench),
    attachmentSuite(bench),
    garbageSuite(bench),
    ...networkSuites(bench),
    ...criSuites(bench),
    requestSuite(bench),
    ...crowdSuites(bench),
    importSuite(bench),
    commandSuite(bench),
  ].flat();
}
