/** A row of a status: a value, or several joined by a blank, or rows below it. */
export type StatusRow = readonly [label: string, value: string | number | readonly string[]];
export type StatusGroup = readonly [label: string, rows: readonly StatusRow[]];

/** As fail2ban-client draws `status`: a tab before each value. */
export function statusTree(heading: string, rows: readonly StatusRow[]): string {
  return [heading, ...branches(rows, '')].join('\n');
}

/** As fail2ban-client draws `status JAIL`. */
export function groupedStatusTree(heading: string, groups: readonly StatusGroup[]): string {
  const lines = groups.flatMap(([label, rows], index) => {
    const last = index === groups.length - 1;
    return [`${last ? '`-' : '|-'} ${label}`, ...branches(rows, last ? '   ' : '|  ')];
  });
  return [heading, ...lines].join('\n');
}

/** Values below a heading, one a line. */
export function valueTree(heading: string, values: readonly string[]): string {
  const lines = values.map((value, index) => `${index === values.length - 1 ? '`-' : '|-'} ${value}`);
  return [heading, ...lines].join('\n');
}

function branches(rows: readonly StatusRow[], indent: string): readonly string[] {
  return rows.map(([label, value], index) => {
    const text = typeof value === 'object' ? value.join(' ') : String(value);
    return `${indent}${index === rows.length - 1 ? '`-' : '|-'} ${label}:\t${text}`;
  });
}
