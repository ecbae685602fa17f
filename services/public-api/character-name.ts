/** What .NET's `\w` matches: letters, marks, digits and connecting punctuation such as the underscore. */
const wordCharacters = /^[\p{L}\p{Mn}\p{Nd}\p{Pc}]+$/u;

/** Says what is wrong with the name of a new character, in OWS's words, or nothing. */
export function mistakeInCharacterName(name: string | null): string | undefined {
  if (name === null || name.length < 4) {
    return "Please enter a valid Character Name that is at least 4 characters in length.";
  }
  if (!wordCharacters.test(name)) return "Please enter a Character Name that only contains letters and numbers.";
  if (name.length > 50) return "Please enter a Character Name that is at most 50 characters in length.";
  return undefined;
}
