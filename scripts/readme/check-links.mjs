import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from '../package/expect.mjs';
import { projectFolder } from '../setup/project.mjs';

/**
 * Every relative link leads to a file in the package, and, if it names a heading, to that heading.
 *
 * @param {readonly { name: string, text: string }[]} documents
 * @returns {number} how many links there are
 */
export function checkLinks(documents) {
  const links = documents.flatMap(linksOf);
  const broken = links.filter((link) => !leadsSomewhere(link));
  expect(broken.length === 0, `Links that lead nowhere: ${broken.map(({ text }) => text).join(', ')}`);
  return links.length;
}

/** @param {{ name: string, text: string }} document */
function linksOf({ name, text }) {
  const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map((match) => match[1]);
  return targets.map((target) => {
    const [path, heading] = target.split('#');
    return {
      text: `${target} in ${name}`,
      path: path ? normalize(join(dirname(name), path)) : name,
      heading,
    };
  });
}

/** @param {{ path: string, heading: string | undefined }} link */
function leadsSomewhere({ path, heading }) {
  const file = join(projectFolder, path);
  if (!existsSync(file) || !isPacked(path)) return false;
  if (heading === undefined || statSync(file).isDirectory()) return true;
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) => anchorOf(match[1]));
  return headings.includes(heading);
}

/** @param {string} path */
function isPacked(path) {
  const { files } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  return files.some((entry) => {
    const pattern = entry.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
    return new RegExp(`^${pattern}(/|$)`).test(path);
  });
}

/** @param {string} heading */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
