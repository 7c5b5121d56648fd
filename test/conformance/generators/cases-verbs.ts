import fc from 'fast-check';
import type { RuntimeConf } from '../../../src/index.js';
import type { Case } from '../harness/play.js';
import type { Request } from '../harness/protocol.js';
import { OTHER, ROOT } from '../harness/stage.js';
import { answersTo } from './answers.js';
import { PLUGIN_TYPES, runnableList, singleConf } from './conf.js';
import { mostlyValid } from './document.js';
import { containerId, interfaceName } from './domain.js';

const trace = fc.constantFrom(
  { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
    tracestate: 'a=1,b=2',
    baggage: 'user=me',
  },
  { traceparent: '00-00000000000000000000000000000000-b7ad6b7169203331-01', baggage: 'user=me' },
  { traceparent: '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01' },
  { traceparent: '00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  { traceparent: 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  { traceparent: 'nonsense', tracestate: 'a=1' },
);

/** Values for capabilities, of which a plugin declares some. */
export const capabilityArgs = fc.dictionary(
  fc.constantFrom('portMappings', 'bandwidth', 'ips', 'mac', 'x', '__proto__'),
  fc.oneof(
    fc.constantFrom<unknown>([{ hostPort: 80 }], null, 0, '', '10.0.0.1/24'),
    fc.jsonValue({ maxDepth: 1 }),
  ),
  { maxKeys: 3 },
);

const argument = fc.tuple(fc.constantFrom('IgnoreUnknown', 'K8S', 'é'), fc.constantFrom('1', '', 'a=b', ' '));

/** Arguments in a form that is not ambiguous for plugins. */
export const cniArgs = fc.array(argument, { maxLength: 2 });

const runtime = fc.record(
  {
    containerId,
    netns: fc.constantFrom('/run/netns/x', '', 'relative'),
    ifName: interfaceName,
    args: cniArgs,
    capabilityArgs,
  },
  { requiredKeys: ['containerId', 'netns', 'ifName'] },
);

const conf = fc.oneof(
  { weight: 4, arbitrary: mostlyValid(runnableList).map((text) => ({ text, single: false })) },
  { weight: 1, arbitrary: mostlyValid(singleConf).map((text) => ({ text, single: true })) },
);

/** The arguments of most verbs. */
export const common = fc.record({ conf, rt: runtime, trace: fc.option(trace, { freq: 2, nil: undefined }) });

type Common = typeof common extends fc.Arbitrary<infer Value> ? Value : never;

/** A request without its operation. */
export function requestOf({ conf: { text, single }, rt, trace: given }: Common): Omit<Request, 'op'> {
  return {
    bytes: Buffer.from(text).toString('base64'),
    single,
    rt,
    path: [`${ROOT}/bin`, '/absent'],
    cacheDir: `${ROOT}/cache`,
    ...(given && { trace: given }),
  };
}

/** The caller of a look-up may know less than the cache. */
const lessKnown = { netns: '', args: [['Other', '1']], capabilityArgs: { other: true } } as const;

const lifeCycle: readonly LifeStep[] = [
  { op: 'add' },
  { op: 'cached-result' },
  { op: 'cached-result', cacheDir: `${OTHER}/cache` },
  { op: 'cached-config', differently: lessKnown },
  { op: 'cached-config', cacheDir: `${OTHER}/cache`, differently: { netns: '/run/netns/y' } },
  { op: 'attachments', cacheDir: `${OTHER}/cache` },
  { op: 'check' },
  { op: 'del' },
  { op: 'attachments' },
  { op: 'del' },
];

/** Attachments from beginning to end; on the way, each library reads the other's cache. */
export const attachmentCases: fc.Arbitrary<Case> = fc
  .tuple(
    common,
    answersTo(['ADD', 'CHECK', 'DEL']),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant([...PLUGIN_TYPES]) },
      { weight: 1, arbitrary: fc.subarray([...PLUGIN_TYPES], { minLength: 2 }) },
    ),
  )
  .map(([given, answers, plugins]) => ({
    stage: { answers, plugins },
    steps: lifeCycle.map((step) => lifeStep(given, step)),
  }));

interface LifeStep extends Pick<Request, 'op' | 'cacheDir'> {
  /** What differs from ADD. */
  readonly differently?: Partial<RuntimeConf>;
}

function lifeStep(given: Common, { differently, ...step }: LifeStep): Request {
  const { containerId, netns, ifName } = given.rt;
  const base = requestOf(given);
  return differently
    ? { ...base, ...step, rt: { containerId, netns, ifName, ...differently } }
    : { ...base, ...step };
}

/** Names of attachments, few enough that several belong to one container. */
export const otherNames = {
  containerId: fc.constantFrom('c1', 'c-2', 'c3'),
  ifName: fc.constantFrom('eth0', 'eth1'),
};

const other = fc.record(otherNames);

/** Networks with the version that has all verbs. */
const newest = common.map((given) => ({
  ...given,
  conf: {
    single: false,
    text: JSON.stringify({
      cniVersion: '1.1.0',
      name: 'net',
      plugins: PLUGIN_TYPES.map((type) => ({ type })),
    }),
  },
}));

const wholeNetwork = fc.constantFrom(
  { op: 'validate', verb: 'VERSION' } as const,
  { op: 'version', verb: 'VERSION' } as const,
  { op: 'status', verb: 'STATUS' } as const,
  { op: 'gc', verb: 'GC' } as const,
  { op: 'check', verb: 'CHECK' } as const,
  { op: 'del', verb: 'DEL' } as const,
);

/** Operations without an attachment. */
export const networkCases: fc.Arbitrary<Case> = wholeNetwork.chain(({ op, verb }) =>
  fc
    .tuple(
      fc.oneof(common, newest),
      answersTo([verb]),
      fc.constantFrom(...PLUGIN_TYPES, 'absent', ''),
      fc.array(other, { maxLength: 2 }),
    )
    .map(([given, answers, plugin, validAttachments]) => ({
      stage: { answers, plugins: PLUGIN_TYPES },
      steps: [{ ...requestOf(given), op, plugin, gc: { validAttachments } }],
    })),
);
