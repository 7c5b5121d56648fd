import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inCommandWords, phrases } from '../../src/cli/command-words.js';
import { useCommandBench } from './harness/command.js';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('cli/'),
);
/** The lines of the library that hold a message, also those that replace a part of one. */
const lines = files
  .flatMap((name) => readFileSync(join(src, name), 'utf8').split('\n'))
  .filter((line) => /['"`].* .*['"`]/.test(line) && !/^\s*(?:\*|\/\/|\/\*)/.test(line));

describe('messages of the library', () => {
  it.each(phrases)('still say "%s"', (said) => {
    expect(lines.some((line) => line.includes(said))).toBe(true);
  });

  it('name no option or function of the library in a remedy once they are in words of the command', () => {
    const remedy =
      /(?:\b(?:hostNetns|existingInterface|foreignFolders): |\b(?:attach|detach|disconnect|recover|gc)\(\) )/;
    const whole = lines.filter((line) => !/^\s*\[['"]/.test(line));
    const left = whole.filter((line) => remedy.test(line)).map(inCommandWords);
    expect(left.length).toBeGreaterThan(5);
    expect(
      left.filter((line) => /['"`].*(?:hostNetns|existingInterface|foreignFolders): \S+ /.test(line)),
    ).toEqual([]);
  });
});

describe('the command', () => {
  const bench = useCommandBench();

  it.each([
    ['attach c1 NETNS front', 'use --host-netns to allow it'],
    [
      'network connect front c1 NETNS',
      'only `libcni attach` and `libcni detach` allow it, with --host-netns',
    ],
    ['add front NETNS', 'only `libcni attach` and `libcni detach` allow it, with --host-netns'],
  ])('allows the namespace of the machine only with an option that there is: %s', async (line, remedy) => {
    const words = line.replace('NETNS', `/proc/${process.pid}/ns/net`).split(' ');
    const { code, stderr } = await bench.run(...words, ...bench.cache);
    expect(code).toBe(1);
    expect(stderr).toContain(`; ${remedy} (`);
    expect(stderr).not.toContain('netns ls');
  });

  it('names its option for a network in use', async () => {
    const message = inCommandWords('network a is in use by c1 (eth0): disconnect them first, or use force');
    expect(message).toMatch(/or use --force$/);
  });
});
