import { describe, expect, it } from 'vitest';
import { nameFirstGroups } from '../../../../core/dates/templates/cut-group.ts';

describe('nameFirstGroups', () => {
  it.each([
    [String.raw`^\((a)(b)`, 1, String.raw`^\((?P<cloudjail_1>a)(b)`, '(b)'],
    ['(?:x)[(](a(b))$', 2, '(?:x)[(](?P<cloudjail_1>a(?P<cloudjail_2>b))$', '$'],
    [String.raw`(?P<Y>\d+)-(b)`, 2, String.raw`(?P<Y>\d+)-(?P<cloudjail_2>b)`, '-(b)'],
    ['[])(](?=y)(a)', 1, '[])(](?=y)(?P<cloudjail_1>a)', ''],
    ['none', 1, 'none', 'none'],
  ])('names the first groups of %s', (regex, count, named, tail) => {
    expect(nameFirstGroups(regex, count)).toMatchObject({ regex: named, tail });
  });
});
