// Checks README.md and docs/*.md: every block of TypeScript compiles, runs and leaves nothing behind, and so do marked blocks
// of a shell; JSON parses; the names of the API overview exist; links lead somewhere.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from './package/expect.mjs';
import { checkLinks } from './readme/check-links.mjs';
import { checkNames } from './readme/check-names.mjs';
import { jsonBlocks, programs } from './readme/code-blocks.mjs';
import { writeAndCompile } from './readme/compile-blocks.mjs';
import { checkFirstProgram, runBlock } from './readme/run-program.mjs';
import { runMain } from './setup/main.mjs';
import { projectFolder } from './setup/project.mjs';
import { reportFound, reportWork } from './setup/report.mjs';

const guides = readdirSync(join(projectFolder, 'docs')).filter((name) => name.endsWith('.md'));
const documents = ['README.md', ...guides.sort().map((name) => `docs/${name}`)].map((name) => ({
  name,
  text: readFileSync(join(projectFolder, name), 'utf8'),
}));
const parent = join(projectFolder, '.setup');
mkdirSync(parent, { recursive: true });
// Inside the checkout, where `libcni` means the checkout itself.
const folder = mkdtempSync(join(parent, 'readme-'));
try {
  await runMain(checkDocuments);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checkDocuments() {
  const overview = documents.find(({ name }) => name === 'docs/api-overview.md');
  reportFound('names', `${await checkNames(overview.text)} names are exported`);
  reportFound('links', `${checkLinks(documents)} links lead to a file of the package`);
  reportFound('JSON', `${documents.flatMap(jsonBlocks).map(parseBlock).length} blocks parse`);
  const blocks = documents.flatMap(programs);
  reportWork('code', `compiling ${blocks.length} blocks`, () => writeAndCompile(blocks, folder));
  await runBlocks(blocks);
}

/** @param {ReturnType<typeof programs>} blocks */
async function runBlocks(blocks) {
  for (const block of blocks) {
    const outcome = await runBlock(block, folder);
    if (block === blocks[0]) checkFirstProgram(outcome);
    const left = outcome.left.filter((name) => name !== 'lo' && !/^[a-z]+0$/.test(name));
    expect(left.length === 0, `${block.name} leaves ${left.join(', ')}: ${outcome.output}`);
    reportFound('program', `${block.name} runs`);
  }
}

/** @param {{ name: string, code: string }} block */
function parseBlock({ name, code }) {
  try {
    return JSON.parse(code);
  } catch (cause) {
    throw new Error(`${name} is not JSON: ${cause.message}`, { cause });
  }
}
