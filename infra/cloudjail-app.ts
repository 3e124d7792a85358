import { App, type AppProps } from 'aws-cdk-lib';

/**
 * An app whose tags stop at the template. CloudFormation passes the tags of a stack to every
 * resource in it, IP sets included, and a changed tag would make it rewrite their addresses; so
 * `Tags.of(app).add` must tag the resources and not the stack.
 */
export function cloudjailApp(props: AppProps = {}): App {
  return new App({
    ...props,
    postCliContext: { ...props.postCliContext, '@aws-cdk/core:explicitStackTags': true },
  });
}
