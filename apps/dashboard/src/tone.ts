/** How something is, in the few words that colours stand for. */
export type Tone = "good" | "busy" | "bad" | "quiet";

/** The colour of a zone instance's state. */
export function toneOfState(state: string): Tone {
  switch (state) {
    case "ready":
      return "good";
    case "starting":
    case "draining":
      return "busy";
    default:
      return "quiet";
  }
}
