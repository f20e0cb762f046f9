/** What an empty text box asks for, by the language that is written in it. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  de: "Schreiben Sie etwas auf Deutsch …",
  en: "Write something in English …",
};

/** Sentences that each show something, by their language. */
export const EXAMPLES: Readonly<Record<string, readonly { name: string; text: string }[]>> = {
  de: [
    {
      name: "An invitation",
      text: "Wir treffen uns am Freitag um acht Uhr vor dem Kino. Bringst du bitte deine Schwester mit?",
    },
    {
      name: "A storm",
      text: "Als das Gewitter kam, saßen wir mit nassen Schuhen in der alten Mühle und erzählten uns Geschichten.",
    },
    {
      name: "A verb at the end",
      text: "Ich habe gestern mit meiner Schwester im Garten ein Buch gelesen.",
    },
    {
      name: "A split verb",
      text: "Der Zug nach Berlin fährt heute nicht um acht Uhr, sondern erst um neun Uhr ab.",
    },
    { name: "A clause inside", text: "Der Mann, der dort am Fenster sitzt, ist mein Lehrer." },
    {
      name: "Who is “sie”?",
      text: "Die Frau sucht ihre Katze, weil sie noch nicht zurück ist.",
    },
  ],
  en: [
    {
      name: "An invitation",
      text: "We are meeting in front of the cinema at eight o’clock on Friday. Will you bring your sister?",
    },
    {
      name: "Which gender?",
      text: "The woman is looking for her cat because it has not come home since last night.",
    },
    {
      name: "A verb that moves",
      text: "I read a book in the garden with my sister yesterday.",
    },
    {
      name: "A verb that splits",
      text: "The train to Berlin does not leave at eight o’clock today, but at nine.",
    },
    { name: "A clause inside", text: "The man who is sitting by the window is my teacher." },
  ],
};

/** What the page begins with: long enough that near and far can differ, its verb far from what belongs to it. */
const FIRST: Readonly<Record<string, string>> = {
  de: "Obwohl es gestern den ganzen Tag geregnet hat, ist der alte Mann mit seinem Hund durch den Wald gegangen.",
  en: "Although it rained all day yesterday, the old man who lives next door went for a walk in the forest with his dog.",
};

export const greeting = (language: string): string =>
  FIRST[language] ?? EXAMPLES[language]?.[0]?.text ?? "";
