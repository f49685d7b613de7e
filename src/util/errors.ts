// Errors that a person caused and can mend. Anything else that is thrown is a defect of the tool.

/** A failure told in one line; the command ends with exit code 1. */
export class UserError extends Error {
  readonly exitCode: number = 1;
}

/** What the system refused to do with a file; the message begins with the file's name. */
export class FileError extends UserError {}

/** A misuse (bad argument, bad config) told in one line; the command ends with exit code 2. */
export class UsageError extends UserError {
  override readonly exitCode = 2;
}
