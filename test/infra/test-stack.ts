import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App, AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { COMPILED_FORMAT, type CompiledJail, type CompiledJails } from '../../core/records/compiled-jail.ts';
import { cloudjailApp } from '../../infra/cloudjail-app.ts';
import { CloudjailStack } from '../../infra/cloudjail-stack.ts';
import { readSettings } from '../../infra/settings/settings.ts';
import { plainJail } from '../support/plain-jail.ts';

/** An sshd jail whose regexes don't matter. */
export function testJail(jail: Partial<CompiledJail> = {}): CompiledJail {
  return plainJail({
    name: 'sshd',
    loggroups: ['/cloudjail/var/log/auth.log'],
    maxretry: 5,
    findtime: 600,
    bantime: 600,
    match: testMatch(),
    ...jail,
  });
}

/** A match that requires one of these words, or nothing. */
export function testMatch(patternTerms?: readonly string[]): CompiledJail['match'] {
  return {
    prefilter: undefined,
    literals: [],
    ...(patternTerms && { patternTerms }),
    prefregex: undefined,
    failregex: [],
    ignoreregex: [],
    maxlines: 1,
    dates: undefined,
    usedns: 'no',
  };
}

export function compiled(...jails: CompiledJail[]): CompiledJails {
  return { format: COMPILED_FORMAT, jails };
}

export interface TestStack {
  readonly jails?: readonly CompiledJail[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Runs between construction and synthesis. */
  readonly before?: (app: App, stack: Stack) => void;
  readonly app?: AppProps;
}

/** The stack without bundling and without CDK's own template checks, which take seconds. */
export function testStack(options: TestStack = {}): { app: App; stack: CloudjailStack; template: Template } {
  process.env['CDK_VALIDATION'] = 'false';
  const app = cloudjailApp({ context: { 'aws:cdk:bundling-stacks': [] }, ...options.app });
  const stack = new CloudjailStack(app, {
    settings: readSettings(options.settings),
    jails: compiled(...(options.jails ?? [testJail()])),
  });
  options.before?.(app, stack);
  return { app, stack, template: Template.fromStack(stack) };
}

const STACKS = fileURLToPath(new URL('../fixtures/stacks/', import.meta.url));

/** Settings as operators might write them, by name: test/fixtures/stacks. */
export const STACK_FIXTURES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = Object.fromEntries(
  readdirSync(STACKS)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(STACKS + file, 'utf8'))]),
);

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** The resources of a type by logical id. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type) as Record<string, Resource>;
}

/** The function of a service: `matcher`, `banner`, `expirer`. */
export function functionOf(template: Template, service: string): Resource {
  const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function'));
  const found = functions.find((f) => JSON.stringify(f.Properties).includes(`"POWERTOOLS_SERVICE_NAME":"${service}"`));
  if (!found) throw new Error(`no function of the service ${service}`);
  return found;
}
