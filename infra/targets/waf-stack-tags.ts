import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Annotations, AspectPriority, Aspects, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as v from 'valibot';

/**
 * Warns at synth when the stack of a construct with IP sets has tags of its own.
 *
 * CloudFormation passes a stack's tags to its resources outside the template, so the template can't
 * exclude the sets. A changed tag is a changed property, and CloudFormation then writes the
 * template's addresses, which are none. Its documentation does not list the resource types that get
 * tags
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html:
 * "varies"); IP sets take tags, so they may.
 */
export function warnOfStackTags(construct: Construct): void {
  const visit = (node: unknown): void => {
    if (node !== construct) return;
    const keys = [...new Set([...Object.keys(Stack.of(construct).tags.tagValues()), ...tagsOfTheCli()])].sort();
    if (keys.length > 0) Annotations.of(construct).addWarningV2('cloudjail:stackTags', warning(keys));
  };
  // Runs after everything that adds tags.
  Aspects.of(construct).add({ visit }, { priority: AspectPriority.READONLY });
}

function warning(keys: readonly string[]): string {
  return (
    `the stack itself has tags (${keys.join(', ')}): when one is changed or removed, CloudFormation may empty ` +
    'the IP sets, and bans are off ' +
    'until the banner has put them back, some seconds later. Tag the resources instead: context.cloudjail.tags ' +
    'in cdk.json'
  );
}

/**
 * Files in which the CDK CLI looks for `tags`, besides its own option of that name, which a program
 * can't see.
 */
const CLI_SETTINGS = ['cdk.json', join(homedir(), '.cdk.json')];

const Settings = v.object({ tags: v.array(v.object({ Key: v.string() })) });

/** The keys of the tags that the CLI's settings give every stack. */
export function tagsOfTheCli(files: readonly string[] = CLI_SETTINGS): readonly string[] {
  return files.flatMap((file) => {
    const read = v.safeParse(Settings, contentOf(file));
    return read.success ? read.output.tags.map(({ Key }) => Key) : [];
  });
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // The file is missing, or the CLI itself will report it.
    return undefined;
  }
}
