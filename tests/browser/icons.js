// Draws the site's icons and the picture that links to it are shown with, out of www/public/icon.svg:
//   npm run icons -w tests/browser
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "./support/chromium.js";

const folder = fileURLToPath(new URL("../../www/public/", import.meta.url));
const mark = readFileSync(`${folder}icon.svg`, "utf8");
const fonts = fileURLToPath(
  new URL("../../www/node_modules/@fontsource-variable/newsreader/files/", import.meta.url),
);
const type = readFileSync(`${fonts}newsreader-latin-wght-normal.woff2`).toString("base64");

const browser = await launch();
try {
  await icon("icon-192.png", 192, 0, "transparent");
  await icon("icon-512.png", 512, 0, "transparent");
  // Launchers cut a circle out of it: what matters lies within 80 per cent.
  await icon("icon-maskable.png", 512, 96, "#f3f4f6");
  await picture(
    "og.png",
    { width: 1200, height: 630 },
    `<body style="background: #f3f4f6; display: grid; align-content: center; padding: 0 96px; gap: 36px">
      <div style="width: 120px">${mark}</div>
      <div style="font: 400 104px/1.04 Serif; letter-spacing: -0.02em">
        <div style="color: #2c53bd">One half looks far,</div><div style="color: #a85400">one half looks near.</div>
      </div>
      <div style="font: 400 38px/1.3 Serif; color: #59606c">A translator you can look inside. German and English, in your browser.</div>
    </body>`,
  );
} finally {
  await browser.close();
}

function icon(name, side, margin, ground) {
  const body = `<body style="background: ${ground}; padding: ${margin}px">${mark}</body>`;
  return picture(name, { width: side, height: side }, body);
}

async function picture(name, viewport, body) {
  const page = await browser.newPage({ viewport });
  await page.setContent(`<!doctype html><style>
    @font-face { font-family: Serif; src: url(data:font/woff2;base64,${type}); font-weight: 200 800 }
    * { margin: 0; box-sizing: border-box } body { height: 100vh } svg { display: block; width: 100% }
  </style>${body}`);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}${name}`, omitBackground: true });
  await page.close();
}
