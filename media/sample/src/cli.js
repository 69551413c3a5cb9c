#!/usr/bin/env node
import { asText } from "./format.js";
import { HELP } from "./help.js";
import { add, load } from "./store.js";

const [command, ...rest] = process.argv.slice(2);

if (command === "add") {
  const note = add(rest.join(" "));
  console.log(`added ${note.id}`);
} else if (command === "list") {
  console.log(asText(load()));
} else {
  console.log(HELP);
}
