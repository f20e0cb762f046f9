// `import { Translator } from "lite-transformer"` works as well: then the output has the files of all models, 40 MB,
// of which a visitor fetches one.
import { Translator } from "lite-transformer/core";
import model from "lite-transformer/models/de-en";

const translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en", model });
document.querySelector("output").value = await translator.translate("Guten Morgen!");
