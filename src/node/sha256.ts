import { createHash } from "node:crypto";
import type { Sha } from "../core/order.ts";

export const sha256 = (content: string | Uint8Array): Sha =>
  createHash("sha256").update(content).digest("hex");
