/**
 * The operator's configuration directory (a copy of /etc/fail2ban) as core sees it: text by
 * relative path. The caller that builds one decides the layering: an operator's file hides the
 * shipped file of the same path.
 */
export interface ConfigFiles {
  /**
   * The file's text, `undefined` when there is no such file. Paths are relative with forward
   * slashes: `filter.d/sshd.conf`.
   */
  read(path: string): string | undefined;
  /**
   * Names (not paths) of the files directly in a folder, sorted by code unit; empty when there is
   * no such folder.
   */
  list(folder: string): readonly string[];
}
