const MAX_MESSAGES = 10;
const MAX_MESSAGE_LENGTH = 1000;
/** The longest remark on how long a string is in all. */
const MAX_REMARK_LENGTH = '… (536870888 characters)'.length;

/** Of each text in a message that somebody else wrote. */
export const MAX_SAID_LENGTH = 4000;
/** Of each name in a message. */
export const MAX_NAME_LENGTH = 1000;

/** The messages of errors as one text: the first ten that differ, each cut short at 1,000 characters. */
export function joinMessages(errors: readonly Pick<Error, 'message'>[]): string {
  const different = [...new Set(errors.map(({ message }) => message))];
  const messages = different.slice(0, MAX_MESSAGES).map((message) => cutShort(message, MAX_MESSAGE_LENGTH));
  const others = different.length - messages.length;
  return [...messages, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}

/** The text, or its beginning and how long it is in all. A text that was cut short stays as it is. */
export function cutShort(text: string, maxLength: number): string {
  if (text.length <= maxLength + MAX_REMARK_LENGTH) return text;
  return `${copyStart(text, maxLength).toWellFormed()}… (${text.length} characters)`;
}

/** The beginning of a string. It is a copy: a part of a string keeps the whole of it in memory. */
export function copyStart(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return Buffer.from(text.slice(0, maxLength), 'utf16le').toString('utf16le');
}
