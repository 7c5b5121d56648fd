import { expect } from '../package/expect.mjs';

/**
 * The code in fences of a language; there must be some.
 *
 * @param {string} text
 * @param {string} language
 */
export function codeBlocks(text, language) {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  const blocks = [...text.matchAll(fence)].map((match) => match[1]);
  expect(blocks.length > 0, `README.md has no ${language} code`);
  return blocks;
}
