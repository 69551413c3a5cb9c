import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Sha } from "../core/order.ts";
import type { Blobs } from "../engine/ports.ts";
import { diskFault, faultError } from "./diskFault.ts";
import { sha256 } from "./sha256.ts";
import { writeAtomic } from "./writeAtomic.ts";

/** Content by its hash in `dir` (`<order>/blobs`), which is made when the first blob is put. */
export function openBlobs(dir: string, redact: (text: string) => string): Blobs {
  const path = (sha: Sha) => join(dir, Sha.parse(sha));

  const putBytes = async (bytes: Uint8Array): Promise<Sha> => {
    const sha = sha256(bytes);
    const found = await stat(path(sha)).catch(() => null);
    if (found?.isFile() === true && found.size === bytes.length) return sha;
    await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
      throw diskFault(cause, "create", dir);
    });
    await writeAtomic(path(sha), bytes);
    return sha;
  };

  return {
    path,
    putBytes,
    putText: (text) => putBytes(Buffer.from(redact(text))),
    get: async (sha) => {
      const bytes = await readFile(path(sha)).catch((cause: unknown) => {
        throw diskFault(cause, "read", path(sha));
      });
      if (sha256(bytes) === sha) return bytes;
      const message = `${path(sha)} is damaged: its content does not hash to its name. Restore it from a backup.`;
      throw faultError({ kind: "disk", message });
    },
  };
}
