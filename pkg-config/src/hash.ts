/** SHA-256, as manifests write it and as the engine takes it. */

/** Undefined where the platform has none: browsers have it in secure contexts only. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
  const hash = await globalThis.crypto?.subtle?.digest("SHA-256", bytes);
  return hash && new Uint8Array(hash);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
