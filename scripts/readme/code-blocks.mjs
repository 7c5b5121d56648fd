/**
 * The programs of a document: its fenced blocks of TypeScript.
 *
 * @param {{ name: string, text: string }} document
 */
export function codeBlocks(document) {
  return fencedBlocks(document, 'ts');
}

/**
 * The fenced blocks of JSON of a document.
 *
 * @param {{ name: string, text: string }} document
 */
export function jsonBlocks(document) {
  return fencedBlocks(document, 'json');
}

function fencedBlocks({ name, text }, language) {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fence)].map(([, code], index) => ({
    name: `${name} block ${index + 1}`,
    file: `${name.replace(/\W/g, '-')}-${index + 1}.${language}`,
    code,
  }));
}
