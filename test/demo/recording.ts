/** Serves a recording to the real SDKs on 127.0.0.1; every request is checked on the way. */
import { readFileSync } from "node:fs";
import { Recording, recorded } from "../../src/providers/recorded.ts";
import { type ModelServer, startModelServer } from "../contract/modelServer.ts";

export async function serveRecording(
  file: string,
): Promise<{ urls: ModelServer["urls"]; close(): Promise<void> }> {
  const recording = Recording.parse(JSON.parse(readFileSync(file, "utf8")));
  const server = await startModelServer({ reply: recorded(recording), key: "demo-key" });
  const close = async (): Promise<void> => {
    await server.close();
    const wrong = server.journal.flatMap(({ violations }) => violations);
    if (wrong.length > 0) throw new Error(`requests a vendor would not have taken:\n${wrong.join("\n")}`);
  };
  return { urls: server.urls, close };
}
