/**
 * The operator's configuration or settings are refused. The message has everything needed (file,
 * line, allowed values), so it is printed without a stack trace.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
