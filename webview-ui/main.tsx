/** Composes the webview: host, store, React. */
import { createRoot } from "react-dom/client";
import type { ToView } from "../src/protocol/messages.ts";
import { App } from "./App.tsx";
import { type Host, sendTo } from "./host.ts";
import { makeStore } from "./store.ts";
import "./style.css";

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const store = makeStore(host, (run, ms) => void setTimeout(run, ms));

// Only the host posts here: the webview has its own origin, and its policy lets no frame in.
window.addEventListener("message", (event: MessageEvent<ToView>) => store.take(event.data));
window.addEventListener("pagehide", () => store.save());
document.addEventListener("visibilitychange", () => store.save());

const root = document.getElementById("slicewise");
if (!root) throw new Error("The page has no element with the id slicewise.");
createRoot(root).render(<App store={store} send={sendTo(host)} />);
store.hello();
