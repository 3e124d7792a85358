/**
 * The operator's configuration or settings are refused. The message is all they need (file, line,
 * what is allowed), so it is printed without a stack trace.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
