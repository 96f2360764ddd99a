/** What a command ends with. */
export const EXIT = {
  success: 0,
  /** The command did its work and found something wrong: rejected lines, a finding, no such record. */
  found: 1,
  /** The command could not do its work: wrong usage, a wrong file, a server that does not answer. */
  usageError: 2,
} as const;
