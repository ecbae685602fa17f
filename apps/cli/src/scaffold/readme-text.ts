/** The README of a new game. */
export function readmeText(name: string, command: string): string {
  return `# ${name}

A game for OWS Mesh: run about, pick up gems, keep your score.

| file | what it is |
|---|---|
| \`game.ts\` | the game: classes, inputs, prediction, rules. The same module runs in the zone server and in the client |
| \`index.html\`, \`page.ts\` | the page that plays it, built and served at \`/game/\` by \`ows dev\` |
| \`game.test.ts\` | plays it: a real zone server and a real client in one process |

## Run it

\`\`\`sh
npm test                     # plays it without a backend
${command} # its world, with accounts, saves and a dashboard
\`\`\`

When it is ready, open the address it prints for your game. The dashboard's map shows the gems and who runs after them.

## Change it

- Entities are written to only by their own class: others ask through \`ctx.call\`. That is what lets a player and a gem live
  on different servers.
- \`predict\` runs on both ends, so it may use nothing but its arguments.
- After an \`await\` an entity may live elsewhere: call it instead of writing to it.
- What must last goes into a component with \`saved: true\`.
`;
}
