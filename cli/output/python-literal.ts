/** A value as Python's repr() writes it: what fail2ban-client -d prints. */
export function pythonLiteral(value: PythonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  return `[${value.map(pythonLiteral).join(', ')}]`;
}

export type PythonValue = string | number | boolean | readonly PythonValue[];

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
  const inQuotes = quote === "'" ? escaped.replaceAll("'", "\\'") : escaped;
  return quote + inQuotes.replace(/[\u0000-\u001f\u007f-\u00a0\u00ad]/g, hexadecimal) + quote;
}

function hexadecimal(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
