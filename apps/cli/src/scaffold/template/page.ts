import { connect } from "@ows/client";
import game, { Score } from "./game.ts";

const PIXELS_PER_METRE = 12;
const canvas = document.querySelector("canvas") as HTMLCanvasElement;
const status = document.querySelector("p") as HTMLParagraphElement;
const held = new Set<string>();
addEventListener("keydown", (event) => held.add(event.code));
addEventListener("keyup", (event) => held.delete(event.code));
addEventListener("blur", () => held.clear());

// Management serves this beside the page.
const config = (await (await fetch("./config.json")).json()) as { publicApiUrl: string; customerGuid: string };
const name = localStorage.getItem("name") ?? `Runner${Math.floor(Math.random() * 1e6)}`;
localStorage.setItem("name", name);

const world = await connect({
  url: config.publicApiUrl,
  customer: config.customerGuid,
  account: { email: `${name}@example.com`, password: `${name}-of-the-field` },
  character: name,
  createIfMissing: { className: "Runner" },
  game,
}).catch((error: Error) => {
  status.textContent = error.message;
  throw error;
});
world.on("disconnected", ({ message }) => {
  status.textContent = message;
});
world.on("snapshot", () => {
  world.input("move", {
    x: axis("KeyD", "ArrowRight", "KeyA", "ArrowLeft"),
    y: axis("KeyW", "ArrowUp", "KeyS", "ArrowDown"),
  });
});
requestAnimationFrame(draw);

function axis(plus: string, orPlus: string, minus: string, orMinus: string): number {
  return 100 * (Number(held.has(plus) || held.has(orPlus)) - Number(held.has(minus) || held.has(orMinus)));
}

function draw(): void {
  requestAnimationFrame(draw);
  world.frame();
  const { me } = world;
  const context = canvas.getContext("2d");
  if (!me || !context) return;
  canvas.width = innerWidth;
  canvas.height = innerHeight;
  context.translate(innerWidth / 2, innerHeight / 2);
  context.scale(PIXELS_PER_METRE, -PIXELS_PER_METRE);
  context.translate(-me.position.x, -me.position.y);
  context.fillStyle = "#1d3a2a";
  context.fillRect(-60, -60, 120, 120);
  for (const entity of world.entities.values()) {
    dot(context, entity.position, entity.className === "Gem" ? "#7dd3fc" : "#fca5a5");
  }
  dot(context, me.position, "#fde68a");
  status.textContent = `${me.get(Score)?.gems ?? 0} gems – walk with WASD or the arrows`;
}

function dot(context: CanvasRenderingContext2D, at: { x: number; y: number }, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(at.x, at.y, 0.6, 0, 2 * Math.PI);
  context.fill();
}
