import { ConfigurationError } from "../model/errors.ts";

/** A file that cannot be read, or is of no kind that is known: among several, only this one is left out. */
export class FileError extends ConfigurationError {
  /** What is wrong, without the file's name. */
  readonly problem: string;

  constructor(part: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(part, problem, remedy, options);
    this.problem = problem;
  }
}
