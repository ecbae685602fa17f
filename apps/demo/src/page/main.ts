import { App } from "./app.ts";
import { exposeToTests } from "./test-window.ts";

const canvas = document.querySelector<HTMLCanvasElement>("#view");
const ui = document.querySelector<HTMLElement>("#ui");
const context = canvas?.getContext("2d", { alpha: false });
if (canvas === null || ui === null || !context) throw new Error("This browser can't draw the meadow.");
const app = new App(canvas, context, ui);
exposeToTests(app);
app.start(new URLSearchParams(location.search));
