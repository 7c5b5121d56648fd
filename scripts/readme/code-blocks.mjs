/**
 * The programs of a document: its fenced blocks of TypeScript, and those of a shell with `<!-- run -->` above them. The
 * other commands install or start something on the reader's machine.
 *
 * @param {{ name: string, text: string }} document
 */
export function programs(document) {
  return [...fencedBlocks(document, 'ts'), ...fencedBlocks(document, 'sh', '<!-- run -->\n')];
}

/**
 * The fenced blocks of JSON of a document.
 *
 * @param {{ name: string, text: string }} document
 */
export function jsonBlocks(document) {
  return fencedBlocks(document, 'json');
}

function fencedBlocks({ name, text }, language, mark = '') {
  const fence = new RegExp(`^${mark}\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fence)].map(([, code], index) => ({
    name: `${name}, ${language} ${index + 1}`,
    file: `${name.replace(/\W/g, '-')}-${index + 1}.${language}`,
    code,
  }));
}
