/** The browser's storage, where it lets the page have one: what can't be kept is not missed. */

export function read(storage: () => Storage, key: string): unknown {
  try {
    return JSON.parse(storage().getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Returns whether it is kept now. */
export function write(storage: () => Storage, key: string, value: unknown): boolean {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export const session = (): Storage => sessionStorage;
export const local = (): Storage => localStorage;
