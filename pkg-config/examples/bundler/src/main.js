import { Translator } from "lite-transformer";

const translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
document.querySelector("output").value = await translator.translate("Guten Morgen!");
