import { type LogFile, LogFileError, unzippedBytes } from './log-file.ts';

/** One line and how far into the file it reaches, for a progress bar. */
export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** Without its line end; bytes that are no UTF-8 are replaced by U+FFFD, as fail2ban does. */
  readonly text: string;
  /** Bytes as they are stored, up to here, about: within a block they are spread over its lines. */
  readonly bytesRead: number;
}

/**
 * The lines of a log, one at a time, in memory that does not grow with the file.
 *
 * @throws {LogFileError} when a gzip file is damaged or cut off
 */
export async function* readLines(file: LogFile): AsyncGenerator<NumberedLine> {
  const { stream, bytesRead } = unzippedBytes(file);
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let number = 0;
  let before = 0;
  try {
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      const bytesALine = (bytesRead() - before) / lines.length;
      for (const line of lines) {
        before += bytesALine;
        yield { number: ++number, text: withoutReturn(line), bytesRead: before };
      }
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LogFileError(`${file.path}: cannot be read after line ${number}: ${reason}`, { cause });
  }
  rest += decoder.decode();
  if (rest !== '') yield { number: ++number, text: withoutReturn(rest), bytesRead: bytesRead() };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
