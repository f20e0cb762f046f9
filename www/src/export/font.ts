import url from "@fontsource-variable/instrument-sans/files/instrument-sans-latin-wght-normal.woff2?url";

let rule: Promise<string> | null = null;

/** The page's sans serif as a rule that needs no other file: an image or a paper has no access to the site's fonts. */
export function fontRule(): Promise<string> {
  rule ??= load();
  return rule;
}

async function load(): Promise<string> {
  const blob = await (await fetch(url)).blob();
  const data = await new Promise<string>((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^data:[^;,]*/, "data:font/woff2"));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
  return `@font-face{font-family:"Instrument Sans";font-weight:400 700;src:url(${data}) format("woff2")}`;
}
