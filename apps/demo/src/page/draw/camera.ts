/** How much the ground is foreshortened: the world is seen a little from the side. */
export const TILT = 0.8;

/** Maps metres to device pixels. The world's y points up the screen. */
export class Camera {
  x = 0;
  y = 0;
  /** Device pixels per metre. */
  scale = 24;
  width = 1;
  height = 1;
  /** Less than 1 on a machine that can't draw every pixel in time. */
  quality = 1;

  /** Fits the canvas to its element; a phone shows about 20 m across, a desktop about 50. */
  resize(canvas: HTMLCanvasElement): void {
    const ratio = Math.min(2, window.devicePixelRatio || 1) * this.quality;
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    this.width = width;
    this.height = height;
    const shorter = Math.min(canvas.clientWidth, canvas.clientHeight);
    this.scale = Math.round(Math.min(30, Math.max(18, shorter / 24)) * ratio);
  }

  toScreenX(x: number): number {
    return (x - this.x) * this.scale + this.width / 2;
  }

  toScreenY(y: number): number {
    return (this.y - y) * this.scale * TILT + this.height / 2;
  }

  toWorld(screenX: number, screenY: number): { x: number; y: number } {
    return {
      x: (screenX - this.width / 2) / this.scale + this.x,
      y: this.y - (screenY - this.height / 2) / (this.scale * TILT),
    };
  }

  get metresWide(): number {
    return this.width / this.scale;
  }

  get metresHigh(): number {
    return this.height / (this.scale * TILT);
  }
}
