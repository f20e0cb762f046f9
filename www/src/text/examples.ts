/** What an empty text box asks for, by the language that is written in it. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  de: "Schreiben Sie etwas auf Deutsch …",
  en: "Write something in English …",
};

/** Sentences that each show something, by their language. */
export const EXAMPLES: Readonly<Record<string, readonly { name: string; text: string }[]>> = {
  de: [
    { name: "A greeting", text: "Guten Morgen! Wie geht es dir?" },
    {
      name: "A verb at the end",
      text: "Ich habe gestern mit meiner Schwester im Garten ein Buch gelesen.",
    },
    { name: "A split verb", text: "Der Zug nach Berlin fährt heute um acht Uhr ab." },
    { name: "A clause inside", text: "Der Mann, der dort am Fenster sitzt, ist mein Lehrer." },
    {
      name: "Who is “sie”?",
      text: "Die Frau sucht ihre Katze, weil sie noch nicht zurück ist.",
    },
  ],
  en: [
    { name: "A greeting", text: "Good morning! How are you?" },
    {
      name: "A verb that moves",
      text: "I read a book in the garden with my sister yesterday.",
    },
    { name: "A verb that splits", text: "The train to Berlin leaves at eight o'clock today." },
    { name: "A clause inside", text: "The man who is sitting by the window is my teacher." },
    { name: "Which gender?", text: "The woman is looking for her cat because it is not back yet." },
  ],
};

/** What the page begins with: long enough that near and far can differ, its verb far from what belongs to it. */
const FIRST: Readonly<Record<string, string>> = {
  de: "Obwohl es gestern den ganzen Tag geregnet hat, ist der alte Mann mit seinem Hund durch den Wald gegangen.",
  en: "Although it rained all day yesterday, the old man who lives next door went for a walk in the forest with his dog.",
};

export const greeting = (language: string): string =>
  FIRST[language] ?? EXAMPLES[language]?.[0]?.text ?? "";
