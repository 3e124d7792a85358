import type { S3Client } from '@aws-sdk/client-s3';
import { type Blocklist, blocklist } from '../../core/enforce/blocklist/blocklist.ts';
import { BLOCKLIST_FILES, type BlocklistFormat, renderBlocklist } from '../../core/enforce/blocklist/formats.ts';
import { parsePlain, renderPlain } from '../../core/enforce/blocklist/plain.ts';
import { formatCidr } from '../../core/net/address.ts';
import type { BanTarget, TargetChange, TargetPlan } from '../../core/ports/ban-target.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import { headText, type ObjectName, readText, replaceText, type TextHead } from './s3-text-object.ts';

/**
 * Conflicts in a row before giving up; the batch is then retried, and reconciliation comes every
 * minute.
 */
const MOST_CONFLICTS = 20;

/** An object has no limit to its length. */
const PARTS = { of: () => 'plain', free: Number.POSITIVE_INFINITY };

export interface BlocklistPlace {
  readonly bucket: string;
  /**
   * The prefix of each file's name, with its slash: `blocklist/`; empty for the top of the bucket.
   */
  readonly prefix: string;
  /** Forms to publish beside `plain`, which always exists and is the source of the others. */
  readonly formats: readonly BlocklistFormat[];
}

interface Form {
  readonly format: BlocklistFormat;
  readonly name: ObjectName;
}

/**
 * A list of bans as S3 objects that hosts fetch. There is no limit to its length.
 *
 * The plain object is the target: foreign entries in it stay, as in every target, and appear in all
 * forms. Comments and lines without an address are no entries, and the next write drops them. The
 * other forms are copies, and an edit in them is overwritten.
 *
 * Objects are written only when their content changes, each on condition that no one wrote in
 * between. A copy's ETag is read *before* the plain object, so a banner that was overtaken fails to
 * write its older copy and reads again. The next call finishes what a crash left undone.
 */
export function s3BlocklistTarget(client: S3Client, { bucket, prefix, formats }: BlocklistPlace): BanTarget {
  const nameOf = (format: BlocklistFormat): ObjectName => ({ bucket, key: `${prefix}${BLOCKLIST_FILES[format]}` });
  const copies = formats.flatMap((format): Form[] => (format === 'plain' ? [] : [{ format, name: nameOf(format) }]));
  return {
    name: 'blocklist',
    whole: true,
    converge: (_ids, plan) => publish(client, nameOf('plain'), copies, plan),
  };
}

async function publish(
  client: S3Client,
  plainName: ObjectName,
  copies: readonly Form[],
  plan: TargetPlan,
): Promise<TargetReport> {
  let report: TargetReport | undefined;
  let behind = copies;
  for (let conflicts = 0; conflicts <= MOST_CONFLICTS; conflicts++) {
    const heads = await Promise.all(behind.map(async (form) => ({ form, head: await headText(client, form.name) })));
    const plain = await readText(client, plainName);
    let current = parsePlain(plain?.text ?? '');
    if (!report) {
      const held = new Set(current.ranges.map(formatCidr));
      const change = await plan(held, undefined, PARTS);
      const next = changed(current, change);
      if (renderPlain(next) !== plain?.text) {
        const written = { ...next, revision: current.revision + 1 };
        if ((await replaceText(client, plainName, renderPlain(written), plain)) === 'conflict') continue;
        current = written;
      }
      report = difference(plain === undefined ? [] : parsePlain(plain.text).ranges.map(formatCidr), current);
    }
    behind = await writeCopies(client, heads, current);
    if (behind.length === 0) return report;
  }
  const contested = report ? (behind[0]?.name ?? plainName) : plainName;
  throw new Error(
    `s3://${contested.bucket}/${contested.key}: changed by another writer ${MOST_CONFLICTS} times in a row`,
  );
}

function changed(list: Blocklist, { present, absent }: TargetChange): Blocklist {
  const ids = new Set(list.ranges.map(formatCidr));
  for (const id of absent) ids.delete(id);
  for (const { id } of present) ids.add(id);
  return blocklist(ids, list.revision);
}

/** @returns the copies that another writer changed meanwhile */
async function writeCopies(
  client: S3Client,
  copies: readonly { readonly form: Form; readonly head: TextHead | undefined }[],
  list: Blocklist,
): Promise<readonly Form[]> {
  const contested = await Promise.all(
    copies.map(async ({ form, head }) => {
      const outcome = await replaceText(client, form.name, renderBlocklist(form.format, list), head);
      return outcome === 'conflict' ? [form] : [];
    }),
  );
  return contested.flat();
}

function difference(before: readonly string[], list: Blocklist): TargetReport {
  const now = new Set(list.ranges.map(formatCidr));
  const held = new Set(before);
  return {
    added: [...now].filter((id) => !held.has(id)),
    removed: before.filter((id) => !now.has(id)),
    overflow: [],
    held: now.size,
    capacity: Number.POSITIVE_INFINITY,
  };
}
