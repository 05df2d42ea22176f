// An agreement between two agencies, written by one supervisor and signed by both: what a share needs.
import { Story } from "../story/desk.mjs";

// of: { writer, other }: sign-in names; { agency, otherAgency }: ids; kinds: codes of shared_kind. In force from March 2026
// to the end of 2027.
export async function agree(hearth, { writer, other, agency, otherAgency, name, kinds }) {
  const story = new Story(hearth);
  const agreement = await story.as(writer).create("sharing_agreement", {
    agency, other_agency: otherAgency, name, begins_on: "2026-03-02", ends_on: "2027-12-31", legal_basis: "48.78(2)",
    families: "Children who live in one place and are with a parent in the other.", never: "Who reported.", covers: kinds.map((kind) => ({ kind })),
  });
  await story.as(writer).take(agreement, "sign", { signatory: "Director of the one", signed_on: "2026-03-02" });
  await story.as(other).take(agreement, "countersign", { other_signatory: "Director of the other", other_signed_on: "2026-03-02" });
  return agreement;
}
