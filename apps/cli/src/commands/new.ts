import { type Command, UsageError } from "../command.ts";
import { parseCommandLine } from "../parse-command-line.ts";

export const newGame: Command = {
  name: "new",
  summary: "Start a game of your own from a small one that runs",
  usage: ["ows new <folder>"],
  about: `Makes a folder with a game module (a class, inputs, prediction, a system), a test that plays it without network,
a package.json and a README. The folder must be new or empty, and its last part is the game's name.`,
  options: {},
  examples: [
    { line: "ows new my-game", does: "make ./my-game" },
    { line: "ows dev --game ./my-game/game.ts", does: "and run its world" },
  ],
  async run(argv, io) {
    const { positionals } = parseCommandLine(newGame, argv);
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new UsageError("ows new takes one folder: ows new my-game");
    const { scaffold } = await import("../scaffold/scaffold.ts");
    return scaffold(folder, io);
  },
};
