import { join } from 'node:path';
import { Networks, runHook } from '../../dist/index.js';
import { hold } from './hook-containers.mjs';

/** Around the lengths at which a file name with the id becomes too long. */
const lengths = [
  200, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 240, 241, 243, 244, 245, 250, 255, 256, 300,
];
const times = { short: lengths.length, long: lengths.length };
const then =
  'it is attached and detached, or refused with `ERR_CONF_INVALID` before anything runs; nothing is left';

/** The ids of containers become part of file names. */
export const rows = [
  {
    title: `a pod has an id of ${range()} characters: ${then}`,
    times,
    run: (lab) => lab.withOperator((operator) => each(lab, operator, attach)),
  },
  {
    title: `a container on a network has an id of ${range()} characters: ${then}`,
    times,
    run: (lab) => lab.withOperator((operator) => each(lab, operator, connect)),
  },
  {
    title: `the container of a hook has an id of ${range()} characters: ${then}`,
    times,
    run: (lab) => lab.withOperator((operator) => each(lab, operator, hook)),
  },
];

function range() {
  return `${lengths[0]} to ${lengths.at(-1)}`;
}

async function each(lab, operator, use) {
  const pod = await lab.pod('first');
  await operator.attach(pod.request);
  await operator.detach({ id: pod.id });
  const faults = [];
  const outcomes = new Set();
  for (const length of lengths) {
    const before = lab.stock();
    const found = await use({ lab, operator, pod, id: 'x'.repeat(length) }).then(
      () => {
        outcomes.add('done');
        return [];
      },
      (error) => {
        outcomes.add('refused');
        return error.code === 'ERR_CONF_INVALID' ? [] : [error.stack];
      },
    );
    found.push(...(await lab.left(before)));
    if (found.length > 0) faults.push(`${length}: ${found.slice(0, 4).join('; ')}`);
  }
  await pod.remove();
  if (outcomes.size < 2) faults.push('all lengths had the same outcome');
  return { survived: lengths.length - faults.length, faults };
}

async function attach({ lab, operator, pod, id }) {
  await operator.attach(lab.request(id, pod.netns));
  await operator.detach({ id });
}

async function connect({ operator, pod, id }) {
  const networks = await Networks.open({ operator });
  await networks.connect({ id, netns: pod.netns, network: 'faults' });
  await networks.disconnect({ id, network: 'faults' });
}

async function hook({ lab, operator, id }) {
  const places = { stateDir: join(lab.root, 'cache/hooks'), pinDir: join(lab.root, 'netns') };
  const options = { operator, ...places, env: {} };
  const { state, end } = await hold(id);
  try {
    await runHook('createRuntime', state, options);
  } finally {
    await runHook('poststop', state, options);
    await end();
  }
}
