/** How something is, in the few words that colours stand for. */
export type Tone = "good" | "busy" | "bad" | "quiet";

/** The colour of a zone instance's state. */
export function toneOfState(state: string): Tone {
  switch (state.toLowerCase()) {
    case "ready":
    case "running":
      return "good";
    case "starting":
    case "pending":
    case "requested":
    case "draining":
    case "stopping":
      return "busy";
    case "failed":
    case "lost":
    case "dead":
    case "crashed":
      return "bad";
    default:
      return "quiet";
  }
}
