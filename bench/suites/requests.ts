import type { Task } from '../tasks/task.js';
import { type Bench, SMALL_HEAP_MIB, type Suite } from './suite.js';

const ATTACH = 'attach of the operator';
const ADD = 'addNetworkList';

/** The cost of parsing the arguments of a call. The first round warms up. */
export function requestSuite({ pool, scale }: Bench): Suite {
  const count = scale(50_000);
  const contender = (name: string, kind: Task['kind']) => ({
    name,
    runs: count,
    run: () => pool.node(SMALL_HEAP_MIB, { kind, count }, { sandbox: false }),
  });
  const of = (name: string) => ({
    title: `parsing the arguments of ${name} with ten port mappings`,
    metric: 'cpuMs' as const,
    contenders: [name],
    target: { contender: name, atMost: 0.03 },
  });
  return {
    id: 'request',
    contenders: [contender(ATTACH, 'request'), contender(ADD, 'call')],
    comparisons: [of(ATTACH), of(ADD)],
  };
}
