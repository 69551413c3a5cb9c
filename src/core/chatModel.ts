/** The editor's own models, in as little as we need of them: what `vscode.lm` is to the provider that speaks to it. Types only. */

/** An AbortSignal; core has no type of that name. */
export interface Cancel {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options?: { once: boolean }): void;
}
/** `schema` is JSON Schema for an object. */
export type ChatTool = { name: string; description: string; schema: Record<string, unknown> };
export type ChatCall = { id: string; name: string; input: object };
export type ChatPart = { text: string } | { call: ChatCall };
export type ChatMessage =
  | { role: "user"; text: string }
  | { role: "assistant"; text: string; calls: ChatCall[] }
  | { role: "results"; results: { id: string; text: string }[] };
/** `mustCall`: the one tool there is has to be called. */
export type ChatRequest = { messages: ChatMessage[]; tools: ChatTool[]; mustCall: boolean };
/** `name` is unique among all of them and stable over sessions. */
export type ChatModel = {
  name: string;
  maxInputTokens: number;
  /** Rejects with the editor's error; so may the parts. The first use asks the user. */
  send(request: ChatRequest, signal: Cancel): Promise<AsyncIterable<ChatPart>>;
};
export type ChatModels = () => Promise<ChatModel[]>;
