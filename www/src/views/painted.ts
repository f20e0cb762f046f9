import { Directive, directive, type ElementPart, PartType, type PartInfo } from "lit-html/directive.js";
import { noChange } from "lit-html";

/** Runs `draw` on a canvas when what it shows has changed, and only then. */
class Painted extends Directive {
  #inputs: readonly unknown[] = [];

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new Error("painted() belongs on the element itself");
  }

  render(_inputs: readonly unknown[], _draw: (canvas: HTMLCanvasElement) => void): unknown {
    return noChange;
  }

  override update(part: ElementPart, [inputs, draw]: [readonly unknown[], (canvas: HTMLCanvasElement) => void]): unknown {
    const same = inputs.length === this.#inputs.length && inputs.every((input, i) => Object.is(input, this.#inputs[i]));
    if (!same) {
      this.#inputs = inputs;
      draw(part.element as HTMLCanvasElement);
    }
    return noChange;
  }
}

export const painted = directive(Painted);
