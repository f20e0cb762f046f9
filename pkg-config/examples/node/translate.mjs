// node translate.mjs "Guten Morgen! Wie geht es dir?"
import { Translator } from "lite-transformer";

const text = process.argv[2] ?? "Guten Morgen! Wie geht es dir?";
const translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });

for await (const chunk of translator.translateStreaming(text)) process.stdout.write(chunk);
process.stdout.write("\n");

// The words of the first sentence, each with the source word that its attention goes to most.
const { sentences } = await translator.visualize(text);
for (const { source, target, decoder } of sentences.slice(0, 1)) {
  const { cross } = decoder.at(-1);
  for (const [row, token] of target.entries()) {
    const weights = source.map((_, col) =>
      cross.reduce((sum, { data, cols }) => sum + data[row * cols + col], 0),
    );
    const best = source[weights.indexOf(Math.max(...weights))];
    console.log(`${token.piece.padEnd(12)} ${best.piece}`);
  }
}
translator.destroy();
