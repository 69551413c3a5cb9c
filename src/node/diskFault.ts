/** What the operating system answered, as a Fault that says what failed, where, and what to do. */
import type { Fault } from "../core/order.ts";

export type FaultError = Error & { fault: Fault };

export const faultError = (fault: Fault, cause?: unknown): FaultError =>
  Object.assign(new Error(fault.message, { cause }), { fault });

/** "ENOENT" and the like; "" when the error carries no code. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : "";
}

type Reason = { why: string; remedy: string };
const REASONS: Record<string, Reason> = {
  ENOSPC: { why: "the disk is full", remedy: "Free some space, then go on." },
  EDQUOT: { why: "the disk quota is used up", remedy: "Free some space, then go on." },
  EFBIG: { why: "the file would be larger than this system allows", remedy: "Raise the limit, then go on." },
  EROFS: { why: "the disk is read-only", remedy: "Make it writable, then go on." },
  EACCES: { why: "permission was denied", remedy: "Give yourself the rights to it, then go on." },
  EPERM: { why: "the operation is not permitted", remedy: "Give yourself the rights to it, then go on." },
  EIO: { why: "the disk reported an error", remedy: "Check the disk, then go on." },
  EMFILE: { why: "too many files are open", remedy: "Close some programs, then go on." },
  ENOTDIR: { why: "a part of the path is no folder", remedy: "Move that file away, then go on." },
  ENOENT: { why: "it does not exist", remedy: "Restore it, then go on." },
  EISDIR: { why: "it is a folder", remedy: "Move the folder away, then go on." },
  ELOOP: { why: "it is a symbolic link", remedy: "Put the file itself there, then go on." },
};

/** `doing` completes "could not …": "write", "append to". */
export function diskFault(cause: unknown, doing: string, path: string): FaultError {
  const reason = REASONS[codeOf(cause)] ?? {
    why: cause instanceof Error ? cause.message : String(cause),
    remedy: "Mend that, then go on.",
  };
  const message = `could not ${doing} ${path}: ${reason.why}. ${reason.remedy}`;
  return faultError({ kind: "disk", message }, cause);
}

/** For `catch`: what the system refused becomes a fault, everything else stays what it is. */
export const orDiskFault =
  (doing: string, path: string) =>
  (error: unknown): never => {
    const isSystem = /^E[A-Z0-9]+$/.test(codeOf(error)) && !(error instanceof Error && "fault" in error);
    throw isSystem ? diskFault(error, doing, path) : error;
  };
