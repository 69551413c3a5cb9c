import type { Page } from "../page.ts";
import { Button } from "../ui.tsx";

export const VerifyAgain = ({ page, id }: { page: Page; id: string }) => (
  <Button
    label={`Verify ${id} Again`}
    title="Once more, without a new attempt"
    onPress={() => page.send.command({ do: "verify", slice: id })}
  >
    Verify Again
  </Button>
);
