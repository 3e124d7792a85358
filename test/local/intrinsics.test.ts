import { describe, expect, it } from 'vitest';
import { resolveText, TemplateError } from '../../local/intrinsics.ts';

const IDS = {
  BansTable: { ref: 'cloudjail-BansTable', attributes: { Arn: 'arn:local:bans', 'Nested.Name': 'nested' } },
  'AWS::Region': { ref: 'eu-central-1' },
};

describe('resolveText', () => {
  it.each([
    ['as it is', 'as it is'],
    [{ Ref: 'BansTable' }, 'cloudjail-BansTable'],
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ 'Fn::GetAtt': ['BansTable', 'Arn'] }, 'arn:local:bans'],
    [{ 'Fn::GetAtt': 'BansTable.Arn' }, 'arn:local:bans'],
    [{ 'Fn::GetAtt': ['BansTable', 'Nested.Name'] }, 'nested'],
    [
      { 'Fn::Join': ['/', [{ Ref: 'BansTable' }, 'index', { 'Fn::Join': ['', ['a', 'b']] }]] },
      'cloudjail-BansTable/index/ab',
    ],
    [
      { 'Fn::Sub': `in \${AWS::Region}: \${BansTable} \${BansTable.Arn}` },
      'in eu-central-1: cloudjail-BansTable arn:local:bans',
    ],
    [{ 'Fn::Sub': [`\${Here} \${!Here}`, { Here: { Ref: 'AWS::Region' } }] }, `eu-central-1 \${Here}`],
  ])('%j → %j', (value, text) => {
    expect(resolveText(value, IDS)).toBe(text);
  });

  it.each([
    [{ Ref: 'AttemptsTable' }, 'AttemptsTable'],
    [{ Ref: 'constructor' }, 'constructor'],
    [{ 'Fn::GetAtt': ['BansTable', 'StreamArn'] }, 'BansTable.StreamArn'],
    [{ 'Fn::GetAtt': ['BansTable', 'constructor'] }, 'BansTable.constructor'],
    [{ 'Fn::Sub': `\${Nowhere}` }, 'Nowhere'],
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
    [{ 'Fn::Select': [0, ['a']] }, 'Fn::Select'],
    [{ 'Fn::Join': ['', { Ref: 'BansTable' }] }, 'Fn::Join'],
    [{ Ref: 'BansTable', 'Fn::Sub': '' }, 'neither a text nor an intrinsic function'],
    [42, 'neither a text nor an intrinsic function'],
    [undefined, 'neither a text nor an intrinsic function'],
  ])('refuses %j rather than guess', (value, message) => {
    expect(() => resolveText(value, IDS)).toThrow(TemplateError);
    expect(() => resolveText(value, IDS)).toThrow(message);
  });
});
