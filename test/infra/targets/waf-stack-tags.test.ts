import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { tagsOfTheCli } from '../../../infra/targets/waf-stack-tags.ts';
import { resourcesOf, type TestStack, testStack } from '../test-stack.ts';

function warningsOf(options: TestStack): readonly string[] {
  const { stack } = testStack(options);
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
}

describe('tags of the stack itself', () => {
  it('are warned of, with what to do instead: they reach the IP sets past the template', () => {
    expect(warningsOf({ before: (_app, stack) => stack.addStackTag('commit', 'c0ffee') })).toEqual([
      expect.stringMatching(/the stack itself has tags \(commit\).*context\.cloudjail\.tags/),
    ]);
  });

  it('are not what resources are tagged with', () => {
    expect(
      warningsOf({ before: (app) => Tags.of(app).add('env', 'prod'), settings: { tags: { team: 'edge' } } }),
    ).toEqual([]);
  });

  it('do not matter without IP sets', () => {
    const settings = { waf: false, networkAcls: { ids: ['acl-01234567'] } };
    expect(warningsOf({ settings, before: (_app, stack) => stack.addStackTag('commit', 'c0ffee') })).toEqual([]);
  });

  it('are found where the CLI takes them from', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cloudjail-tags-'));
    try {
      const files = [
        '{"app": "x", "tags": [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "edge"}]}',
        '{"app": "x"}',
        '{"tags": {}}',
        'not JSON',
      ].map((text, i) => {
        const file = join(directory, `${i}.json`);
        writeFileSync(file, text);
        return file;
      });
      expect(tagsOfTheCli([...files, join(directory, 'missing.json')])).toEqual(['env', 'team']);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('tags in the settings', () => {
  it('are on the resources, and not on IP sets', () => {
    const { template, app, stack } = testStack({ settings: { tags: { team: 'edge' } } });
    template.hasResourceProperties('AWS::DynamoDB::Table', { Tags: [{ Key: 'team', Value: 'edge' }] });
    template.hasResourceProperties('AWS::WAFv2::RuleGroup', { Tags: [{ Key: 'team', Value: 'edge' }] });
    for (const set of Object.values(resourcesOf(template, 'AWS::WAFv2::IPSet'))) {
      expect(set.Properties).not.toHaveProperty('Tags');
    }
    expect(app.synth().getStackArtifact(stack.artifactId).tags).toEqual({});
  });

  it.each([[{ 'aws:team': 'edge' }], [{ team: 5 }], [{ team: 'edge!' }], [{ '': 'edge' }], [['team']]])(
    'are refused as services would refuse them: %j',
    (tags) => {
      expect(() => testStack({ settings: { tags } })).toThrow(
        `cdk.json: context.cloudjail.tags is ${JSON.stringify(tags)}; allowed: an object of tags such as`,
      );
    },
  );
});
