import { asError } from '../../errors/system-error.js';
import { withOperator } from '../attachments/with-operator.js';
import { exitCode } from '../exit-code.js';
import { endSignal } from '../options/limits.js';
import { placesOf } from '../options/places.js';
import { colors } from '../output/colors.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import { areas } from './areas.js';
import { checkConfiguration } from './configuration.js';
import type { Finding } from './finding.js';
import { checkHost } from './host.js';
import { checkKernel } from './kernel.js';
import { checkLeftovers } from './leftovers.js';
import type { DoctorOptions } from './options.js';
import { checkPlugins } from './plugins.js';
import { checkRights } from './rights.js';

type Area = (typeof areas)[number];

/** Checks everything, and prints what is wrong and what to do. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const wanted = areas.filter((area) => options.only === undefined || area === options.only);
  const found: Finding[] = [];
  for (const area of wanted) {
    const findings = await withProgress(`checking ${area}`, look(area, options));
    found.push(...findings);
    if (!options.json) for (const finding of findings) printFinding(finding, options);
  }
  const wrong = found.filter(({ level }) => level === 'wrong').length;
  if (options.json) printJson({ ok: wrong === 0, findings: found });
  else
    printLine(wrong === 0 ? 'nothing is wrong' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`);
  if (wrong > 0) process.exitCode = exitCode.wrong;
}

/** A failed check is a finding too; the other areas are checked anyway. */
async function look(area: Area, options: DoctorOptions): Promise<Finding[]> {
  try {
    return await checks[area](options, endSignal());
  } catch (error) {
    if (endSignal().aborted) throw error;
    const message = `cannot be checked: ${asError(error).message}`;
    return [{ area, level: 'wrong', subject: area, message }];
  }
}

const checks: Readonly<Record<Area, (options: DoctorOptions, signal: AbortSignal) => Promise<Finding[]>>> = {
  rights: () => checkRights(),
  kernel: (_, signal) => checkKernel(signal),
  plugins: (options, signal) => checkPlugins(placesOf(options), signal),
  host: () => checkHost(),
  configuration: (options, signal) =>
    withOperator(options, (operator) => checkConfiguration(operator, placesOf(options), signal)),
  leftovers: (options, signal) => withOperator(options, (operator) => checkLeftovers(operator, signal)),
};

function printFinding({ area, level, subject, message, todo }: Finding, { quiet }: DoctorOptions): void {
  if (quiet && level === 'ok') return;
  const { bold, green, red, yellow } = colors();
  const paint = { ok: green, note: yellow, wrong: red }[level];
  const advice = todo === undefined ? '' : ` -> ${todo}`;
  if (process.stdout.isTTY)
    printLine(`${paint(level.padEnd(5))} ${area}: ${bold(subject)} ${message}${advice}`);
  else
    printLine(
      [level, area, subject, message, todo ?? ''].map((field) => field.replace(/\s+/g, ' ')).join('\t'),
    );
}
