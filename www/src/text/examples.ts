/** What the page begins with. */
export const FIRST = "Guten Morgen! Wie geht es dir?";

/** Sentences that each show something. */
export const EXAMPLES: readonly { name: string; text: string }[] = [
  { name: "A greeting", text: FIRST },
  {
    name: "A verb at the end",
    text: "Ich habe gestern mit meiner Schwester im Garten ein Buch gelesen.",
  },
  { name: "A split verb", text: "Der Zug nach Berlin fährt heute um acht Uhr ab." },
  { name: "A clause inside", text: "Der Mann, der dort am Fenster sitzt, ist mein Lehrer." },
  { name: "Who is “sie”?", text: "Die Frau sucht ihre Katze, weil sie noch nicht zurück ist." },
];
