import { noChange } from "lit-html";
import {
  Directive,
  directive,
  type ElementPart,
  type PartInfo,
  PartType,
} from "lit-html/directive.js";

// biome-ignore lint/suspicious/noExplicitAny: whichever element the directive stands on
type Draw = (element: any) => void;

/** Runs `draw` on an element when what it shows has changed, and only then. */
class Painted extends Directive {
  #inputs: readonly unknown[] = [];

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new Error("painted() belongs on the element itself");
  }

  render(_inputs: readonly unknown[], _draw: Draw): unknown {
    return noChange;
  }

  override update(part: ElementPart, [inputs, draw]: [readonly unknown[], Draw]): unknown {
    const same =
      inputs.length === this.#inputs.length &&
      inputs.every((input, i) => Object.is(input, this.#inputs[i]));
    if (!same) {
      this.#inputs = inputs;
      draw(part.element);
    }
    return noChange;
  }
}

const apply = directive(Painted);

export function painted<E extends Element>(inputs: readonly unknown[], draw: (element: E) => void) {
  return apply(inputs, draw);
}
