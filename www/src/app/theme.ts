import type { Theme } from "./state";

const KEY = "theme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

export function savedTheme(): Theme {
  try {
    const saved = localStorage.getItem(KEY);
    return saved === "light" || saved === "dark" ? saved : "auto";
  } catch {
    return "auto"; // storage is closed to the page
  }
}

/** Puts a theme in force; returns whether the page is dark now. */
export function applyTheme(theme: Theme): boolean {
  try {
    if (theme === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
  const dark = theme === "auto" ? systemDark.matches : theme === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  return dark;
}

export function onSystemTheme(listener: () => void): void {
  systemDark.addEventListener("change", listener);
}
