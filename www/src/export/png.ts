/** An SVG file as PNG, two pixels to each of its own, with texts about it inside. */
export async function rasterise(
  svg: string,
  width: number,
  height: number,
  texts: Readonly<Record<string, string>>,
): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("The figure is too large for a PNG; take the SVG.");
    return withTexts(new Uint8Array(await blob.arrayBuffer()), texts);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** The signature and the header chunk come first in every PNG; text may follow right after. */
const AFTER_HEADER = 8 + 25;

function withTexts(png: Uint8Array<ArrayBuffer>, texts: Readonly<Record<string, string>>): Blob {
  const chunks = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
  return new Blob([png.slice(0, AFTER_HEADER), ...chunks, png.slice(AFTER_HEADER)], {
    type: "image/png",
  });
}

/** An iTXt chunk: text in UTF-8, neither compressed nor marked with a language. */
function textChunk(keyword: string, text: string): Uint8Array<ArrayBuffer> {
  const data = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(data.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4);
  chunk.set(data, 4);
  view.setUint32(4 + data.length, checksum(data));
  return chunk;
}

/** CRC-32 as PNG has it, bit by bit: the texts are short. */
function checksum(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
