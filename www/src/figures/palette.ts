import { rgb } from "d3-color";
import { interpolateLab, piecewise } from "d3-interpolate";
import { scaleSequential } from "d3-scale";
import { interpolateCividis } from "d3-scale-chromatic";
import type { Scale } from "../app/state";

export type Branch = "global" | "local" | "cross";

/** 256 steps of a colour scale: CSS strings for drawing, bytes for filling pixels. */
export interface Ramp {
  css: string[];
  bytes: Uint8ClampedArray;
}

export interface Palette {
  ink: string;
  muted: string;
  rule: string;
  surface: string;
  branch: Record<Branch, { strong: string; ramp: Ramp }>;
}

let cached: { key: string; palette: Palette } | null = null;

/**
 * The colours of the figures. CSS holds them, once for both themes; this reads what is in force.
 * Each branch has a scale of one hue that runs evenly in lightness from the figure's ground to the
 * branch's colour (CIELAB), so it reads without colour vision too; Cividis is the published
 * alternative, the same for all.
 */
export function palette(scale: Scale, dark: boolean): Palette {
  const key = `${scale} ${dark}`;
  if (cached?.key === key) return cached.palette;
  const style = getComputedStyle(document.documentElement);
  const css = (name: string) => style.getPropertyValue(name).trim();
  const surface = css("--slide");
  const branch = (name: Branch) => {
    const strong = css(`--${name}`);
    const stops = [css("--cell"), css(`--${name}-mid`), css(`--${name}-deep`)];
    return {
      strong,
      ramp: ramp(scale === "cividis" ? interpolateCividis : piecewise(interpolateLab, stops)),
    };
  };
  const result: Palette = {
    ink: css("--ink"),
    muted: css("--muted"),
    rule: css("--rule"),
    surface,
    branch: { global: branch("global"), local: branch("local"), cross: branch("cross") },
  };
  cached = { key, palette: result };
  return result;
}

function ramp(interpolate: (t: number) => string): Ramp {
  const scale = scaleSequential(interpolate).domain([0, 255]);
  const css = Array.from({ length: 256 }, (_, i) => rgb(scale(i)).formatHex());
  const bytes = new Uint8ClampedArray(256 * 4);
  for (const [i, colour] of css.entries()) {
    const { r, g, b } = rgb(colour);
    bytes.set([r, g, b, 255], i * 4);
  }
  return { css, bytes };
}

export function step(value: number, max: number): number {
  return max > 0 ? Math.max(0, Math.min(255, Math.round((value / max) * 255))) : 0;
}
