/** How one actor looks in this frame. Sizes are in device pixels; `u` is one metre. */
export type Pose = {
  readonly x: number;
  readonly y: number;
  readonly u: number;
  /** Degrees on the colour circle. */
  readonly hue: number;
  readonly shape: number;
  /** Heading on the screen, in radians. */
  readonly heading: number;
  /** Metres per second. */
  readonly speed: number;
  readonly seconds: number;
  /** 1 right after a hit, 0 later. */
  readonly flash: number;
  /** 0 to 1 through a swing, or `undefined`. */
  readonly swing: number | undefined;
  readonly isDown: boolean;
};

type Context = CanvasRenderingContext2D;

const SKIN = ["#f3cfa5", "#d9a877", "#b57d52", "#8a5a3a"] as const;

export function drawShadow(c: Context, x: number, y: number, radius: number): void {
  c.fillStyle = "rgb(20 34 24 / 26%)";
  oval(c, x + radius * 0.14, y + radius * 0.06, radius, radius * 0.5);
}

export function drawWanderer(c: Context, pose: Pose): void {
  const { u, hue, flash, heading, speed, seconds, isDown } = pose;
  const stride = seconds * 11;
  const isWalking = speed > 0.4 && !isDown;
  const bob = isWalking ? Math.abs(Math.sin(stride)) * 0.1 * u : Math.sin(seconds * 2.2 + hue) * 0.015 * u;
  const ahead = { x: Math.cos(heading), y: Math.sin(heading) };
  drawShadow(c, pose.x, pose.y, 0.58 * u);
  c.save();
  c.translate(pose.x, pose.y);
  if (isDown) {
    c.globalAlpha *= 0.75;
    c.rotate(Math.PI / 2);
    c.translate(-0.2 * u, 0.4 * u);
  }
  const facesAway = ahead.y < -0.35;
  if (pose.swing !== undefined && facesAway) blade(c, pose);
  c.fillStyle = tone(hue + 200, 20, 26, flash);
  const step = isWalking ? Math.sin(stride) * 0.2 * u : 0;
  oval(c, -0.2 * u + ahead.x * step, -0.03 * u + ahead.y * step * 0.6, 0.17 * u, 0.12 * u);
  oval(c, 0.2 * u - ahead.x * step, -0.03 * u - ahead.y * step * 0.6, 0.17 * u, 0.12 * u);
  c.translate(0, -bob);
  c.fillStyle = tone(hue, 52, 42, flash);
  tunic(c, u, 0.46);
  c.fillStyle = tone(hue, 56, 53, flash);
  c.save();
  c.translate(-0.06 * u, -0.03 * u);
  tunic(c, u * 0.94, 0.36);
  c.restore();
  c.fillStyle = tone(hue + 30, 30, 26, flash);
  c.fillRect(-0.4 * u, -0.5 * u, 0.8 * u, 0.09 * u);
  const skin = flash > 0 ? tone(30, 60, 75, flash) : (SKIN[pose.shape % SKIN.length] ?? SKIN[0]);
  c.fillStyle = skin;
  const sway = isWalking ? Math.sin(stride) * 0.09 * u : 0;
  disc(c, -0.48 * u, -0.5 * u + sway, 0.13 * u);
  disc(c, 0.48 * u, -0.5 * u - sway, 0.13 * u);
  disc(c, 0, -1.2 * u, 0.37 * u);
  if (!facesAway) face(c, u, ahead, isDown);
  hat(c, pose);
  c.translate(0, bob);
  if (pose.swing !== undefined && !facesAway) blade(c, pose);
  c.restore();
}

export function drawSlime(c: Context, pose: Pose): void {
  const { hue, flash, heading, speed, seconds, isDown } = pose;
  const u = pose.u * (pose.shape === 1 ? 1.65 : 1);
  const hop = speed > 0.3 && !isDown ? Math.abs(Math.sin(seconds * 5 + hue)) : 0;
  const breath = Math.sin(seconds * 3 + hue) * 0.04;
  const squash = isDown ? 0.22 : 1 - 0.25 * (1 - hop) * (speed > 0.3 ? 1 : 0) + breath + flash * 0.15;
  if (!isDown) drawShadow(c, pose.x, pose.y, 0.62 * u * (1 - hop * 0.2));
  c.save();
  c.translate(pose.x, pose.y - hop * 0.35 * u);
  if (isDown) c.globalAlpha *= 0.55;
  c.scale(isDown ? 1.15 : 1 / Math.sqrt(squash), squash);
  c.fillStyle = tone(hue, 48, 40, flash);
  drop(c, u, 0.66);
  c.fillStyle = tone(hue, 56, 54, flash);
  c.save();
  c.translate(-0.05 * u, -0.06 * u);
  drop(c, u * 0.86, 0.62);
  c.restore();
  c.fillStyle = "rgb(255 255 255 / 55%)";
  oval(c, -0.24 * u, -0.66 * u, 0.13 * u, 0.08 * u);
  if (!isDown) eyes(c, u, heading, flash);
  c.restore();
}

export function drawDummy(c: Context, pose: Pose): void {
  const { u, flash, seconds, isDown } = pose;
  drawShadow(c, pose.x, pose.y, 0.5 * u);
  c.save();
  c.translate(pose.x, pose.y);
  c.rotate(isDown ? 1.15 : Math.sin(seconds * 34) * flash * 0.22);
  c.fillStyle = tone(28, 36, 30, flash);
  c.fillRect(-0.09 * u, -1.9 * u, 0.18 * u, 1.9 * u);
  c.fillRect(-0.75 * u, -1.25 * u, 1.5 * u, 0.15 * u);
  c.fillStyle = tone(42, 52, 56, flash);
  oval(c, 0, -0.85 * u, 0.42 * u, 0.56 * u);
  c.fillStyle = tone(44, 58, 66, flash);
  oval(c, -0.07 * u, -0.92 * u, 0.3 * u, 0.42 * u);
  c.strokeStyle = tone(28, 40, 34, flash);
  c.lineWidth = 0.07 * u;
  for (const at of [-0.62, -1.08]) {
    c.beginPath();
    c.moveTo(-0.4 * u, at * u);
    c.lineTo(0.4 * u, at * u);
    c.stroke();
  }
  c.fillStyle = tone(40, 45, 70, flash);
  disc(c, 0, -1.66 * u, 0.32 * u);
  c.fillStyle = "#5a4630";
  disc(c, -0.11 * u, -1.69 * u, 0.045 * u);
  disc(c, 0.11 * u, -1.69 * u, 0.045 * u);
  c.strokeStyle = "#c2453a";
  c.lineWidth = 0.06 * u;
  c.beginPath();
  c.arc(0, -0.85 * u, 0.2 * u, 0, 2 * Math.PI);
  c.stroke();
  c.restore();
}

function tunic(c: Context, u: number, width: number): void {
  c.beginPath();
  c.moveTo(-width * u, -0.12 * u);
  c.quadraticCurveTo(-width * 1.05 * u, -0.75 * u, -0.24 * u, -0.98 * u);
  c.lineTo(0.24 * u, -0.98 * u);
  c.quadraticCurveTo(width * 1.05 * u, -0.75 * u, width * u, -0.12 * u);
  c.quadraticCurveTo(0, 0.08 * u, -width * u, -0.12 * u);
  c.fill();
}

function face(c: Context, u: number, ahead: { x: number; y: number }, isDown: boolean): void {
  c.fillStyle = "#2b2622";
  const x = ahead.x * 0.16 * u;
  const y = -1.17 * u + Math.max(-0.2, ahead.y) * 0.1 * u;
  const apart = 0.13 * u * (1 - Math.abs(ahead.x) * 0.35);
  if (isDown) {
    c.fillRect(x - apart - 0.06 * u, y, 0.12 * u, 0.03 * u);
    c.fillRect(x + apart - 0.06 * u, y, 0.12 * u, 0.03 * u);
    return;
  }
  oval(c, x - apart, y, 0.045 * u, 0.065 * u);
  oval(c, x + apart, y, 0.045 * u, 0.065 * u);
  c.fillStyle = "rgb(232 120 96 / 40%)";
  disc(c, x - apart * 1.6, y + 0.11 * u, 0.06 * u);
  disc(c, x + apart * 1.6, y + 0.11 * u, 0.06 * u);
}

/** Four kinds of headgear, each in the wanderer's own colour. */
function hat(c: Context, { u, hue, shape, flash }: Pose): void {
  const dark = tone(hue + 180, 34, 34, flash);
  const light = tone(hue + 180, 38, 46, flash);
  c.fillStyle = dark;
  if (shape === 0) {
    oval(c, 0, -1.38 * u, 0.58 * u, 0.2 * u);
    c.fillStyle = light;
    c.beginPath();
    c.moveTo(-0.36 * u, -1.42 * u);
    c.quadraticCurveTo(-0.08 * u, -1.8 * u, 0.16 * u, -2.12 * u);
    c.quadraticCurveTo(0.2 * u, -1.75 * u, 0.36 * u, -1.42 * u);
    c.quadraticCurveTo(0, -1.26 * u, -0.36 * u, -1.42 * u);
    c.fill();
  } else if (shape === 1) {
    c.fillStyle = tone(44, 55, 62, flash);
    oval(c, 0, -1.36 * u, 0.64 * u, 0.22 * u);
    c.fillStyle = tone(44, 55, 70, flash);
    oval(c, 0, -1.48 * u, 0.34 * u, 0.24 * u);
    c.fillStyle = light;
    c.fillRect(-0.34 * u, -1.44 * u, 0.68 * u, 0.09 * u);
  } else if (shape === 2) {
    c.beginPath();
    c.arc(0, -1.22 * u, 0.41 * u, Math.PI * 0.95, Math.PI * 2.05);
    c.quadraticCurveTo(0, -1.5 * u, -0.4 * u, -1.18 * u);
    c.fill();
    c.fillStyle = light;
    disc(c, 0, -1.62 * u, 0.13 * u);
  } else {
    c.fillStyle = tone(24, 42, 24, flash);
    c.beginPath();
    c.arc(0, -1.24 * u, 0.4 * u, Math.PI, 2 * Math.PI);
    c.quadraticCurveTo(0, -1.44 * u, -0.4 * u, -1.24 * u);
    c.fill();
    c.fillStyle = light;
    c.fillRect(-0.39 * u, -1.36 * u, 0.78 * u, 0.1 * u);
    c.fillStyle = "#f4efe0";
    c.save();
    c.translate(0.3 * u, -1.5 * u);
    c.rotate(0.5);
    oval(c, 0, -0.12 * u, 0.07 * u, 0.24 * u);
    c.restore();
  }
}

/** The sword, sweeping through its arc with a trail behind it. */
function blade(c: Context, { u, heading, swing }: Pose): void {
  if (swing === undefined) return;
  const eased = 1 - (1 - swing) ** 3;
  const from = heading - 1.25;
  const now = from + eased * 2.5;
  const reach = 1.75 * u;
  c.save();
  c.translate(0, -0.55 * u);
  c.scale(1, 0.8);
  const fade = 1 - swing;
  c.fillStyle = `rgb(255 255 240 / ${0.5 * fade})`;
  c.beginPath();
  c.arc(0, 0, reach, Math.max(from, now - 1.1), now);
  c.arc(0, 0, reach * 0.55, now, Math.max(from, now - 1.1), true);
  c.fill();
  c.rotate(now);
  c.fillStyle = "#e9edf2";
  c.beginPath();
  c.moveTo(0.5 * u, -0.07 * u);
  c.lineTo(reach * 0.94, -0.05 * u);
  c.lineTo(reach, 0);
  c.lineTo(reach * 0.94, 0.05 * u);
  c.lineTo(0.5 * u, 0.07 * u);
  c.fill();
  c.fillStyle = "#8a6136";
  c.fillRect(0.34 * u, -0.06 * u, 0.2 * u, 0.12 * u);
  c.fillRect(0.5 * u, -0.17 * u, 0.07 * u, 0.34 * u);
  c.restore();
}

function drop(c: Context, u: number, width: number): void {
  c.beginPath();
  c.moveTo(-width * u, -0.08 * u);
  c.bezierCurveTo(-width * u, -0.75 * u, -0.3 * u, -1 * u, 0, -1 * u);
  c.bezierCurveTo(0.3 * u, -1 * u, width * u, -0.75 * u, width * u, -0.08 * u);
  c.quadraticCurveTo(0, 0.22 * u, -width * u, -0.08 * u);
  c.fill();
}

function eyes(c: Context, u: number, heading: number, flash: number): void {
  const x = Math.cos(heading) * 0.2 * u;
  const y = -0.42 * u + Math.sin(heading) * 0.08 * u;
  for (const side of [-0.18 * u, 0.18 * u]) {
    c.fillStyle = "#ffffff";
    oval(c, x + side, y, 0.13 * u, (flash > 0.3 ? 0.05 : 0.16) * u);
    c.fillStyle = "#23262b";
    disc(c, x + side + Math.cos(heading) * 0.04 * u, y + Math.sin(heading) * 0.03 * u, 0.065 * u);
  }
}

/** A colour that turns white as an actor is hit. */
function tone(hue: number, saturation: number, light: number, flash: number): string {
  return `hsl(${hue} ${saturation * (1 - flash * 0.6)}% ${light + (97 - light) * flash * 0.85}%)`;
}

function disc(c: Context, x: number, y: number, radius: number): void {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fill();
}

function oval(c: Context, x: number, y: number, rx: number, ry: number): void {
  c.beginPath();
  c.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  c.fill();
}
