/** The platform's error names, each made in one place. */

/** The engine ended: by `destroy()`, or because its Worker or its wasm instance broke down. */
export const abortError = (message: string) => new DOMException(message, "AbortError");
export const invalidStateError = (message: string) =>
  new DOMException(message, "InvalidStateError");
/** The model or its runtime can't be used or failed while running. */
export const operationError = (message: string) => new DOMException(message, "OperationError");
/** A file couldn't be fetched. */
export const networkError = (message: string) => new DOMException(message, "NetworkError");
/** No model serves the language pair. */
export const notSupportedError = (message: string) =>
  new DOMException(message, "NotSupportedError");

export interface QuotaExceededErrorOptions {
  quota?: number;
  requested?: number;
}

/** For engines that still lack the class (Node 20 among them). */
class OwnQuotaExceededError extends DOMException {
  readonly quota: number | null;
  readonly requested: number | null;

  constructor(message = "", { quota, requested }: QuotaExceededErrorOptions = {}) {
    super(message, "QuotaExceededError");
    for (const [name, value] of Object.entries({ quota, requested })) {
      if (value !== undefined && !(value >= 0)) {
        throw new RangeError(`${name} is ${value}, expected a number that isn't negative`);
      }
    }
    if (quota !== undefined && requested !== undefined && requested < quota) {
      throw new RangeError(`requested is ${requested}, expected at least the quota of ${quota}`);
    }
    this.quota = quota ?? null;
    this.requested = requested ?? null;
  }
}

export type QuotaExceededErrorClass = new (
  message?: string,
  options?: QuotaExceededErrorOptions,
) => DOMException & { readonly quota: number | null; readonly requested: number | null };

/** The platform's own class where there is one. */
export const QuotaExceededError: QuotaExceededErrorClass =
  (globalThis as { QuotaExceededError?: QuotaExceededErrorClass }).QuotaExceededError ??
  OwnQuotaExceededError;

/** An error as it crosses from the Worker: structured cloning would lose its name. */
export interface ErrorRecord {
  name: string;
  message: string;
}

export function toRecord(error: unknown): ErrorRecord {
  return error instanceof Error || error instanceof DOMException
    ? { name: error.name, message: error.message }
    : { name: "OperationError", message: String(error) };
}

/** The error that callers see for one that the engine threw. */
export function fromRecord({ name, message }: ErrorRecord): Error {
  if (name === "RangeError") return new RangeError(message);
  if (name === "TypeError") return new TypeError(message);
  return new DOMException(message, name);
}
