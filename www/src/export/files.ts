/** Hands the visitor a file. */
export function download(
  name: string,
  type: string,
  content: string | Blob | Uint8Array<ArrayBuffer>,
): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
