/** The first words of a text, as a file's name may have them. */
export function slug(text: string): string {
  const plain = text
    .replace(/[äöü]/gi, (letter) => `${letter}e`)
    .normalize("NFD")
    .replaceAll("ß", "ss")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
  return (plain.match(/[a-z0-9]+/g) ?? []).slice(0, 4).join("-").slice(0, 40);
}

/** `branches_encoder-L6_head-2_weight_obwohl-es-gestern-den.svg`: parts that are empty are left out. */
export const fileName = (parts: readonly string[], kind: string): string =>
  `${parts.filter(Boolean).join("_")}.${kind.toLowerCase()}`;
