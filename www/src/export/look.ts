/** How a picture is drawn, as its saver chose. */
export interface Look {
  dark: boolean;
  /** With the token or cell that is in focus on the page. */
  marked: boolean;
}

/** Runs `read` with the colours of a theme in force. Nothing is painted in between: it must not wait. */
export function inTheme<T>(dark: boolean, read: () => T): T {
  const { dataset } = document.documentElement;
  const before = dataset.theme;
  dataset.theme = dark ? "dark" : "light";
  try {
    return read();
  } finally {
    if (before === undefined) delete dataset.theme;
    else dataset.theme = before;
  }
}
