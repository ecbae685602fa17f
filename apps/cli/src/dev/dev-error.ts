/** Something the person at the console can put right: printed without a stack, exit code 1. */
export class DevError extends Error {
  override readonly name = "DevError";
}
