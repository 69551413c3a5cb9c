import type { CheckView, SliceView } from "../../src/protocol/view.ts";
import { duration, plain } from "../format.ts";
import { Icon } from "../icons.tsx";
import type { Page } from "../page.ts";
import { LinkButton } from "../ui.tsx";

/** "Checks · strong evidence: pass". */
export const checksTitle = ({ verdict, strong }: SliceView): string =>
  verdict === null ? "Checks" : `Checks · ${strong ? "strong evidence" : "verdict"}: ${verdict}`;

/** Its time, and the whole output in the editor. What a judge cost stands with who judged. */
function Figures({ page, check }: { page: Page; check: CheckView }) {
  const output = check.output ?? check.base?.output ?? null;
  const ms = check.ms ?? check.base?.ms ?? null;
  return (
    <span className="quiet">
      {ms !== null && duration(ms)}
      {output !== null && (
        <>
          {" "}
          <LinkButton
            label={`Output of ${check.name}`}
            onPress={() => page.send.act({ act: "openEvidence", output, name: check.name })}
          >
            Output
          </LinkButton>
        </>
      )}
    </span>
  );
}

/** A failure's first line says what happened; the rest are the failing lines themselves. */
function Why({ page, check }: { page: Page; check: CheckView }) {
  const { why, result, place, name } = check;
  if (why === "") return null;
  const [head = "", ...rest] = plain(why).split("\n");
  return (
    <>
      <p className={result === "pass" ? "quiet clamp" : "clamp"}>{head}</p>
      {result !== "pass" && rest.length > 0 && <pre className="code clamp-long">{rest.join("\n")}</pre>}
      {result !== "pass" && place && check.kind !== "script" && (
        <LinkButton
          label={`${place.path}:${place.line}, where ${name} failed`}
          onPress={() => page.send.act({ act: "openAt", path: place.path, line: place.line })}
        >
          {plain(`${place.path}:${place.line}`)}
        </LinkButton>
      )}
    </>
  );
}

/** Before the first attempt a check shows what it did on the base tree. */
function Check({ page, check }: { page: Page; check: CheckView }) {
  const { name, kind, result, base, by, facts = [] } = check;
  return (
    <li className={`evidence-row result-${result}`}>
      <Icon name={result} />
      <div>
        <div className="evidence-line">
          <span className="name" title={kind}>
            <span className="hidden">{result}: </span>
            {plain(name)}
          </span>
          <Figures page={page} check={check} />
        </div>
        {by !== undefined && <p className="quiet">{plain(by)}</p>}
        {facts.length > 0 && <p className="quiet">{facts.join(" · ")}</p>}
        <Why page={page} check={check} />
        {base && <p className={`base clamp ${base.fits ? "quiet" : "unfit"}`}>{plain(base.words)}</p>}
      </div>
    </li>
  );
}

/** Each check as it stands, and then what the verdict says nothing of. */
export function Checks({ page, slice }: { page: Page; slice: SliceView }) {
  const { checks, verdict } = slice;
  const open = checks.filter(({ result }) => result === "unknown" || result === "pending");
  return (
    <>
      <ul>
        {checks.map((check, at) => (
          <Check key={`${at} ${check.name}`} page={page} check={check} />
        ))}
      </ul>
      {verdict !== null && open.length > 0 && (
        <p className="not-verified">
          <strong>Not verified:</strong> {open.map(({ name }) => plain(name)).join("; ")}
        </p>
      )}
    </>
  );
}
