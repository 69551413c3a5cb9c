/** The wall between the webview and its host: one typed door out, and a drawer that survives a hidden webview. */
import type { HostAct, ToHost } from "../src/protocol/messages.ts";

export type Command = Extract<ToHost, { type: "command" }>["command"];
export type { HostAct, ToHost };

/** What `acquireVsCodeApi` gives; it may be called once in the life of a page. */
export type Host = {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** How components speak: a command for the order, or an act of the host. */
export type Send = { command(command: Command): void; act(act: HostAct): void };

export const sendTo = (host: Host): Send => ({
  command: (command) => host.postMessage({ type: "command", command }),
  act: (act) => host.postMessage({ type: "act", act }),
});
