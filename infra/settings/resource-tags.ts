import * as v from 'valibot';

/**
 * Tag naming limits
 * (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html).
 */
const KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** Tags that every service accepts. */
export const ResourceTags = v.custom<Readonly<Record<string, string>>>(areTags);

function areTags(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  return Object.entries(input).every(
    ([key, value]: [string, unknown]) => KEY.test(key) && typeof value === 'string' && VALUE.test(value),
  );
}
