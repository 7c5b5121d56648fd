const fence = /^(<!-- run -->\n)?```ts\n(.*?)^```$/gms;

/**
 * The fenced TypeScript blocks of a document. A block to run has the comment `<!-- run -->` above its fence.
 *
 * @param {string} name of the document
 * @param {string} text
 */
export function codeBlocks(name, text) {
  return [...text.matchAll(fence)].map(([, mark, code], index) => ({
    name: `${name} block ${index + 1}`,
    file: `${name.replace(/\W/g, '-')}-${index + 1}.ts`,
    runs: mark !== undefined,
    code,
  }));
}
