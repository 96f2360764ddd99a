import { canonicalPath, fileIdentity, isDeleted } from "./file-identity.ts";
import { Store, type Batch } from "./store.ts";
import { claimNote, claimWriter, isClaimedByAnother } from "./writer-lock.ts";

/** The file that stands at a journal's path, whichever it is by now, and this process's claim to a writer's name in it. */
export class JournalFile {
  readonly writer: string;
  readonly #path: string;
  #store: Store | undefined;
  /** What tells the file that is open from another of its name. */
  #identity: string | undefined;
  /** Ends this process's claim to the writer's name; undefined where another process has it. */
  #release: (() => void) | undefined;
  /** Whether the file says that this process has the writer's name. */
  #isNoted = false;
  /** Records that were written to the file that is open. */
  #written = 0;

  constructor(path: string, writer: string) {
    this.#path = canonicalPath(path);
    this.writer = writer;
  }

  /** The file as long as it is open. */
  get store(): Store | undefined {
    return this.#store;
  }

  /** Whether the writer's name is this process's, so that it continues the counters of that name. */
  get ownsWriter(): boolean {
    return this.#release !== undefined;
  }

  /** @throws what SQLite throws */
  claim(): void {
    this.#release = claimWriter(this.#path, this.writer);
  }

  giveWriterUp(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /**
   * @param openingSeconds how long this may block while another process holds the file for itself. @default as a store's
   * @throws ConfigurationError when the file cannot be a journal, and what SQLite throws
   */
  open(openingSeconds?: number): Store {
    const options = { writer: this.writer, ...(openingSeconds !== undefined && { openingSeconds }) };
    const open = (): Store => new Store(this.#path, { ...options, ownsRequests: this.ownsWriter });
    let store = open();
    if (this.ownsWriter && isClaimedByAnother(store, this.writer)) {
      this.giveWriterUp();
      store.close();
      store = open();
    }
    this.#store = store;
    this.#identity = fileIdentity(this.#path);
    this.#written = 0;
    this.#isNoted = false;
    return store;
  }

  /** As {@link Store.write}, with whose the writer's name is. Opens the file where it is not. */
  write(batch: Omit<Batch, "notes">): Error[] {
    const store = this.#store ?? this.open();
    const rejected = store.write({ ...batch, notes: this.ownsWriter && !this.#isNoted ? claimNote(this.writer) : {} });
    this.#isNoted = true;
    this.#written += batch.records.length - rejected.length;
    return rejected;
  }

  /**
   * Lets a file go that was moved away, deleted or replaced by another.
   *
   * @returns how many of the records that were written to it are lost; undefined where it still stands there
   */
  letGoIfReplaced(): number | undefined {
    if (!this.#store || fileIdentity(this.#path) === this.#identity) return undefined;
    const lost = isDeleted(this.#path) ? this.#written : 0;
    this.#store.close();
    this.#store = undefined;
    return lost;
  }

  close(): void {
    this.#store?.close();
    this.giveWriterUp();
  }
}
