/** The second bundle: what runs beside the thread of the editor or the terminal. One file for both roles. */
import { parentPort, workerData } from "node:worker_threads";
import { type IndexData, serveIndex } from "./indexThread.ts";
import { serveParsing } from "./parseThread.ts";

export type ThreadData = ({ role: "index" } & IndexData) | { role: "parse"; root: string; grammars: string };

const data = workerData as ThreadData;
if (parentPort === null) throw new Error("the code map's thread was started as a program");
if (data.role === "index") serveIndex(parentPort, data);
else void serveParsing(parentPort, data.root, data.grammars);
