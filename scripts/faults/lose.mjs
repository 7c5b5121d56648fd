import { openNetns } from '../../dist/index.js';

/**
 * Attaches a pod, loses its namespace in some way, detaches the pod, and reports what is wrong and what is left.
 *
 * @param {object} given
 * @param {(pod: object) => object} given.lose - loses the namespace. It returns three functions: `detach` (default: by the
 *   id of the pod), `wrong`, which tells what is wrong afterwards, and `remove`, which removes what `lose` made
 */
export async function loseOften({ lab, times, makePod = () => lab.pod('lost'), lose }) {
  const operator = await lab.operator();
  const warnings = [];
  operator.on('warning', ({ code }) => warnings.push(code));
  await warmUp(operator, await makePod());
  const faults = [];
  for (let time = 1; time <= times; time += 1) {
    warnings.length = 0;
    const before = lab.stock();
    const pod = await makePod();
    await operator.attach(pod.request);
    const { detach = detachById, wrong, remove } = await lose(pod);
    await detach(operator, pod);
    const found = await wrong(warnings);
    await remove();
    found.push(...(await lab.left(before)));
    if (found.length > 0) faults.push(`${time}: ${found.slice(0, 4).join('; ')}; warnings: ${warnings}`);
  }
  await operator[Symbol.asyncDispose]();
  return { survived: times - faults.length, faults };
}

/** What all pods share is made for the first one. */
export async function warmUp(operator, pod) {
  await operator.attach(pod.request);
  await operator.detach({ id: pod.id });
  await pod.remove();
}

async function detachById(operator, { id }) {
  await operator.detach({ id });
}

/** Whether there is an `eth0` in the namespace at a path. */
export async function hasEth0(path) {
  const { stdout } = await (await openNetns(path)).exec('ip', ['-o', 'link']);
  return stdout.includes(' eth0');
}
