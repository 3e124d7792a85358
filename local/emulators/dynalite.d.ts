/** dynalite 4 has no types of its own: the part the emulator uses. */
declare module 'dynalite' {
  interface DynaliteServer {
    /** The server's `request` event: dynalite handles a request without any socket behind it. */
    emit(event: 'request', request: object, response: object): boolean;
  }
  interface DynaliteOptions {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }
  export default function dynalite(options?: DynaliteOptions): DynaliteServer;
}
