// A plugin of typedoc: guides and README have their first heading as title, in the navigation too, and show it once.
import { Converter } from 'typedoc';

const heading = /^\s*# (.+)\n/;

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    document.name = takeTitle(document.content) ?? document.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    project.name = takeTitle(project.readme ?? []) ?? project.name;
  });
}

/**
 * Takes the title off the text, since the page shows the name of a guide as its heading.
 *
 * @param {import('typedoc').CommentDisplayPart[]} content
 * @returns {string | undefined}
 */
function takeTitle([first]) {
  const found = heading.exec(first?.text ?? '');
  if (first === undefined || found === null) return undefined;
  first.text = first.text.slice(found[0].length);
  return found[1];
}
