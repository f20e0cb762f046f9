const kept = new Map<string, { inputs: readonly unknown[]; result: unknown }>();

/** `make()`, remembered under `key` for as long as its inputs are the same. */
export function once<T>(key: string, inputs: readonly unknown[], make: () => T): T {
  const last = kept.get(key);
  if (
    last &&
    last.inputs.length === inputs.length &&
    inputs.every((input, i) => Object.is(input, last.inputs[i]))
  ) {
    return last.result as T;
  }
  const result = make();
  kept.set(key, { inputs, result });
  return result;
}

/** For when something outside the inputs has changed: the fonts that labels are measured in. */
export function forgetAll(): void {
  kept.clear();
}
