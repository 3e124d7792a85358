import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedPages } from '../../docs/generator/generated-pages.ts';
import { readSettings, SETTINGS } from '../../infra/settings/settings.ts';

const pages = await generatedPages();

describe('generated pages', () => {
  it.each(pages.map((page) => [page.file.replace(/^.*\/docs\//, 'docs/'), page] as const))(
    '%s is what npm run docs writes',
    (_, { file, text }) => {
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});

/** What must stand beside a setting so that a block is whole. */
const BESIDE: Readonly<Record<string, object>> = {
  'blocklist.kmsKey': { bucket: 'lists-of-ours' },
  'networkAcls.': { ids: ['acl-0123456789abcdef0'] },
  'securityGroups.mode': { ids: ['sg-0123456789abcdef0'] },
  'securityGroups.ids': { mode: 'revoke' },
  'securityGroups.': { mode: 'carve', prefixLists: { ipv4: 'pl-0123456789abcdef0' } },
  'waf.forwardedIp.': { position: 'LAST' },
};

function besides(name: string, folder: string): object {
  return BESIDE[name] ?? BESIDE[folder] ?? {};
}

/** The block that has a setting and what must stand beside it. */
function blockWith(name: string, value: unknown): object {
  const keys = name.split('.');
  let block: object = {};
  for (let depth = keys.length; depth > 0; depth--) {
    const folder = keys
      .slice(0, depth - 1)
      .map((key) => `${key}.`)
      .join('');
    const inner = depth === keys.length ? value : block;
    const beside = depth === 1 ? {} : besides(keys.slice(0, depth).join('.'), folder);
    block = { ...beside, [keys[depth - 1] as string]: inner };
  }
  return block;
}

describe('an example of a setting', () => {
  it.each(SETTINGS.map(({ name, example }) => [name, example] as const))('is a right value: %s', (name, example) => {
    const settings = readSettings(blockWith(name, example));
    const read = name.split('.').reduce((value: unknown, key) => (value as Record<string, unknown>)[key], settings);
    expect([read]).toMatchObject([example]);
  });
});
