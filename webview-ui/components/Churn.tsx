import type { FileView } from "../../src/protocol/view.ts";
import { churn, plural } from "../format.ts";

/** "+38 −4", with words for screen readers. */
export const Lines = ({ added, removed }: { added: number; removed: number }) => (
  <span className="lines">
    <span className="hidden">{`${plural(added, "line")} added, ${removed} removed`}</span>
    <span className="added" aria-hidden="true">{`+${added}`}</span>{" "}
    <span className="removed" aria-hidden="true">{`−${removed}`}</span>
  </span>
);

export const Churn = ({ files }: { files: readonly FileView[] }) => (
  <span>
    <Lines {...churn([...files])} /> {plural(files.length, "file")}
  </span>
);
