import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogFileError, openLogFile } from '../../../cli/input/log-file.ts';
import { readLines } from '../../../cli/input/read-lines.ts';
import { logBlocks } from '../../../cli/replay/log-blocks.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudjail-blocks-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The blocks one after the other, and how many there were. */
async function read(path: string): Promise<{ text: string; blocks: number; bytesRead: number }> {
  const parts: Buffer[] = [];
  let bytesRead = 0;
  for await (const block of logBlocks(await openLogFile(path))) {
    parts.push(Buffer.from(block.bytes.subarray(0, block.length)));
    ({ bytesRead } = block);
  }
  return { text: Buffer.concat(parts).toString(), blocks: parts.length, bytesRead };
}

const LONG = Array.from({ length: 250_000 }, (_, i) => `line ${i} ${'é'.repeat(i % 40)}`).join('\n');

describe('logBlocks', () => {
  it.each([
    ['an empty file', ''],
    ['one line', 'one\n'],
    ['a last line without a newline', 'one\ntwo'],
    ['empty lines', '\n\n\n'],
    ['many blocks', `${LONG}\n`],
    ['many blocks, the last line without a newline', LONG],
  ])('gives back %s, plain and gzip', async (name, content) => {
    expect((await read(file('plain.log', content))).text, name).toBe(content);
    expect((await read(file('packed.log.gz', gzipSync(content)))).text, name).toBe(content);
  });

  it('ends every block but the last with a whole line', async () => {
    for await (const { bytes, length } of logBlocks(await openLogFile(file('whole.log', `${LONG}\n`)))) {
      expect(bytes[length - 1]).toBe(10);
    }
  });

  it('reports how much of the file on disk has been read', async () => {
    const packed = gzipSync(LONG);
    expect((await read(file('plain.log', LONG))).bytesRead).toBe(Buffer.byteLength(LONG));
    expect((await read(file('packed.log.gz', packed))).bytesRead).toBe(packed.length);
  });

  it('joins the members of a gzip file', async () => {
    const path = file('members.log.gz', Buffer.concat([gzipSync('one\ntw'), gzipSync('o\nthree\n')]));
    expect((await read(path)).text).toBe('one\ntwo\nthree\n');
  });

  it('keeps the beginning of a line that fits no block, and the lines around it', async () => {
    const { text } = await read(file('endless.log', `before\n${'x'.repeat(30_000_000)}\nafter\n`));
    const [before, cut, after, ...rest] = text.split('\n');
    expect([before, after, rest]).toEqual(['before', 'after', ['']]);
    expect(cut).toMatch(/^x{65537,}$/);
    expect(text.length).toBeLessThan(9_000_000);
  });

  it('leaves out a byte order mark, as the line reader does', async () => {
    const path = file('marked.log', '\ufeffone\ntwo\n');
    expect((await read(path)).text).toBe('one\ntwo\n');
    const lines: string[] = [];
    for await (const { text } of readLines(await openLogFile(path))) lines.push(text);
    expect(lines).toEqual(['one', 'two']);
  });

  it('reports that a gzip file is cut off, after the lines before', async () => {
    const packed = gzipSync(LONG);
    const path = file('cut.log.gz', packed.subarray(0, packed.length / 2));
    const reading = read(path);
    await expect(reading).rejects.toThrow(LogFileError);
    await expect(reading).rejects.toThrow('cut.log.gz: cannot be read to its end: unexpected end of file');
  });

  it('closes the file when the reader stops', async () => {
    for await (const block of logBlocks(await openLogFile(file('left.log', LONG)))) {
      expect(block.length).toBeGreaterThan(0);
      break;
    }
  });
});
