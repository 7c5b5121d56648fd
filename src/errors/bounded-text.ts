const MAX_MESSAGES = 10;
const MAX_MESSAGE_LENGTH = 1000;
/** The longest form of the remark that tells the full length of a string. */
const MAX_REMARK_LENGTH = '… (536870888 characters)'.length;

/** Longest part of a message that comes from somebody else. */
export const MAX_SAID_LENGTH = 4000;
/** Longest name in a message. */
export const MAX_NAME_LENGTH = 1000;

/** Joins the messages of errors: the first ten that differ, each cut at 1,000 characters. */
export function joinMessages(errors: readonly Pick<Error, 'message'>[]): string {
  const different = [...new Set(errors.map(({ message }) => message))];
  const messages = different.slice(0, MAX_MESSAGES).map((message) => cutShort(message, MAX_MESSAGE_LENGTH));
  const others = different.length - messages.length;
  return [...messages, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}

/** The string, or its beginning and its full length. A string that was already cut stays as it is. */
export function cutShort(text: string, maxLength: number): string {
  if (text.length <= maxLength + MAX_REMARK_LENGTH) return text;
  return `${copyStart(text, maxLength).toWellFormed()}… (${text.length} characters)`;
}

/** Copies the beginning of a string. A slice would keep the whole string in memory. */
export function copyStart(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return Buffer.from(text.slice(0, maxLength), 'utf16le').toString('utf16le');
}
