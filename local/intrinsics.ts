/**
 * The template asks for something that has no counterpart on this machine. It is never guessed,
 * because a wrong value would look like a bug elsewhere.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** The local replacement of a resource (by logical id) or a pseudo parameter (`AWS::Region`). */
export type LocalIds = Readonly<Record<string, LocalId>>;

export interface LocalId {
  /** The value of Ref: the table's name, `name|id|scope` of an IP set. */
  readonly ref: string;
  /** The values of Fn::GetAtt, by attribute name. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/**
 * The text of a template value: a string, or Ref, Fn::GetAtt, Fn::Join or Fn::Sub over `ids`.
 *
 * @throws {TemplateError} for any other intrinsic function, and for an id or attribute that `ids`
 *   lacks
 */
export function resolveText(value: unknown, ids: LocalIds): string {
  if (typeof value === 'string') return value;
  const [name, argument] = intrinsic(value);
  switch (name) {
    case 'Ref':
      return refOf(text(argument, name), ids);
    case 'Fn::GetAtt':
      return attributeOf(Array.isArray(argument) ? argument.join('.') : text(argument, name), ids);
    case 'Fn::Join':
      return join(argument, ids);
    case 'Fn::Sub':
      return substitute(argument, ids);
    default:
      throw new TemplateError(`${name} cannot be resolved locally: ${JSON.stringify(value)}`);
  }
}

function intrinsic(value: unknown): [string, unknown] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [only] = entries;
  if (entries.length !== 1 || only === undefined) {
    throw new TemplateError(`neither a text nor an intrinsic function: ${JSON.stringify(value)}`);
  }
  return only;
}

function refOf(id: string, ids: LocalIds): string {
  const local = Object.hasOwn(ids, id) ? ids[id] : undefined;
  if (local === undefined) throw new TemplateError(`no local replacement for ${id}`);
  return local.ref;
}

function attributeOf(path: string, ids: LocalIds): string {
  const dot = path.indexOf('.');
  const id = path.slice(0, dot);
  const attribute = path.slice(dot + 1);
  const attributes = (Object.hasOwn(ids, id) ? ids[id]?.attributes : undefined) ?? {};
  const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (value === undefined) throw new TemplateError(`no local replacement for ${id}.${attribute}`);
  return value;
}

function join(argument: unknown, ids: LocalIds): string {
  if (!Array.isArray(argument) || !Array.isArray(argument[1])) throw malformed('Fn::Join', argument);
  return argument[1].map((part) => resolveText(part, ids)).join(text(argument[0], 'Fn::Join'));
}

/**
 * `${Id}`, `${Id.Attribute}`, and `${!text}` for a literal `${text}`; a second argument names
 * further values.
 */
function substitute(argument: unknown, ids: LocalIds): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof variables !== 'object' || variables === null) throw malformed('Fn::Sub', argument);
  return text(template, 'Fn::Sub').replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(variables, name)) return resolveText(variables[name], ids);
    return name.includes('.') ? attributeOf(name, ids) : refOf(name, ids);
  });
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw malformed(name, value);
  return value;
}

function malformed(name: string, argument: unknown): TemplateError {
  return new TemplateError(`${name} has an argument it does not take: ${JSON.stringify(argument)}`);
}
