// A plugin for typedoc: the navigation shows the first heading of each guide, and the start page shows the one of README.md once.
import { Converter } from 'typedoc';

const heading = /^\s*# (.+)\n/;

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    document.name = titleOf(document.content) ?? document.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const title = titleOf(project.readme);
    if (title === undefined) return;
    project.name = title;
    project.readme[0].text = project.readme[0].text.replace(heading, '');
  });
}

/**
 * @param {import('typedoc').CommentDisplayPart[] | undefined} content
 * @returns {string | undefined}
 */
function titleOf(content) {
  return heading.exec(content?.[0]?.text ?? '')?.[1];
}
