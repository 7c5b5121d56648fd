import fc from 'fast-check';
import type { Case } from '../harness/play.js';
import type { Request } from '../harness/protocol.js';
import { answersTo, answersWhenWell } from './answers.js';
import { capabilityArgs, cniArgs, common, otherNames, requestOf } from './cases-verbs.js';
import { PLUGIN_TYPES } from './conf.js';
import { anyVersion, containerId, interfaceName, networkName } from './domain.js';

const valid = fc.oneof(
  { weight: 4, arbitrary: fc.record(otherNames) },
  { weight: 1, arbitrary: fc.record({ containerId, ifName: interfaceName }) },
);

const gcArgs = fc.option(fc.record({ validAttachments: fc.array(valid, { maxLength: 3 }) }), {
  freq: 12,
  nil: undefined,
});

/** An attachment with data that GC must pass to the plugins again. */
const attachment = fc.record(
  {
    ...otherNames,
    netns: fc.constantFrom('/run/netns/x', '/run/netns/y', ''),
    args: cniArgs,
    capabilityArgs,
  },
  { requiredKeys: ['containerId', 'ifName', 'netns'] },
);

/** Networks whose plugins accept every known capability argument. */
const capable = fc
  .tuple(common, fc.constantFrom('0.3.1', '0.4.0', '1.0.0', '1.1.0', '1.1.0'))
  .map(([given, cniVersion]) => {
    const capabilities = { portMappings: true, bandwidth: true, ips: true, mac: true, x: true };
    const plugins = PLUGIN_TYPES.map((type) => ({ type, capabilities }));
    const text = JSON.stringify({ cniVersion, name: 'net', plugins });
    return { ...given, conf: { text, single: false } };
  });

/** Mostly valid results, so that there is one to pass on when GC runs DEL. */
const addAnswers = fc.oneof({ weight: 3, arbitrary: answersWhenWell(['ADD']) }, answersTo(['ADD']));

/** The configuration for GC may differ from that of ADD; mostly it is the same. */
const changed = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({ name: networkName, cniVersion: anyVersion }, { requiredKeys: ['cniVersion'] }),
  },
);

/** Attachments made, then garbage collected. */
export const gcCases: fc.Arbitrary<Case> = fc
  .tuple(
    fc.oneof(common, { weight: 3, arbitrary: capable }),
    fc.array(attachment, { minLength: 1, maxLength: 3 }),
    gcArgs,
    fc.tuple(addAnswers, answersTo(['GC', 'DEL'])),
    changed,
  )
  .map(([given, attachments, gc, answers, change]) => {
    const base = { ...requestOf(given), single: false };
    const adds = attachments.map((rt): Request => ({ ...base, op: 'add', rt }));
    const after: Request[] = [
      { ...base, bytes: changeConf(base.bytes, change), op: 'gc', ...(gc && { gc }) },
      { ...base, op: 'attachments', rt: { containerId: '', netns: '', ifName: '' } },
    ];
    return { stage: { answers: answers.flat(), plugins: PLUGIN_TYPES }, steps: [...adds, ...after] };
  });

/** A configuration with other values; if it is not JSON, it is unchanged. */
function changeConf(bytes = '', change?: object): string {
  if (change === undefined) return bytes;
  try {
    const conf: unknown = JSON.parse(Buffer.from(bytes, 'base64').toString());
    return Buffer.from(JSON.stringify({ ...Object(conf), ...change })).toString('base64');
  } catch {
    return bytes;
  }
}
