import * as v from 'valibot';

/** What an operator reads about a setting, in errors and in docs/settings.md. */
export interface SettingText {
  /** What it may hold: `"REGIONAL" or "CLOUDFRONT"`. */
  readonly allowed: string;
  readonly meaning: string;
  /** A value as it stands in cdk.json. */
  readonly example: unknown;
  /** What holds without it, where the schema's default does not show that. */
  readonly otherwise?: string;
}

/** A schema with the words about it. */
export function setting<const S extends v.GenericSchema>(schema: S, text: SettingText) {
  return v.pipe(schema, v.metadata({ setting: text }));
}

/** A setting with its place among the others. */
export interface DescribedSetting extends SettingText {
  /** Keys inside others are dotted. */
  readonly name: string;
  /** `undefined`: none. */
  readonly default: unknown;
  readonly required: boolean;
}

/**
 * Every setting inside a schema, each before those inside it.
 *
 * @throws for a key without words
 */
export function describedSettings(schema: v.GenericSchema, prefix = ''): readonly DescribedSetting[] {
  const described = new Map<string, DescribedSetting>();
  for (const [key, entry] of entriesOf(schema)) {
    const name = prefix + key;
    const { required, inner } = unwrapped(entry);
    const text = textOf(inner);
    const known = described.get(name);
    if (known === undefined && text === undefined) throw new Error(`no words about the setting ${name}`);
    if (text) described.set(name, { name, ...text, default: v.getDefault(entry as never), required });
    for (const one of describedSettings(inner, `${name}.`)) described.set(one.name, one);
  }
  return [...described.values()];
}

type Entry = readonly [key: string, schema: v.GenericSchema];

/** The keys of an object; of a choice of objects, those of all. */
function entriesOf(schema: v.GenericSchema): readonly Entry[] {
  const any = schema as AnySchema;
  if (any.entries) return Object.entries(any.entries);
  if (any.type === 'variant') return (any.options ?? []).flatMap(entriesOf);
  if (any.type === 'lazy' && any.getter) return entriesOf(any.getter(undefined));
  return any.pipe?.[0] && any.pipe[0] !== schema ? entriesOf(any.pipe[0]) : [];
}

interface AnySchema extends v.GenericSchema {
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly options?: readonly v.GenericSchema[];
  readonly getter?: (input: unknown) => v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
  readonly pipe?: readonly v.GenericSchema[];
}

function unwrapped(entry: v.GenericSchema): { readonly required: boolean; readonly inner: v.GenericSchema } {
  const { type, wrapped } = entry as AnySchema;
  return type === 'optional' && wrapped ? { required: false, inner: wrapped } : { required: true, inner: entry };
}

function textOf(schema: v.GenericSchema): SettingText | undefined {
  return v.getMetadata(schema)['setting'] as SettingText | undefined;
}
