/** The command line's options, as `options.json` describes them: what is parsed, checked and printed as help. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

interface Option {
  name: string;
  short?: string;
  /** What the value is called; absent for a flag. */
  value?: string;
  choices?: string[];
  /** The value is a whole number from … to …. */
  range?: [number, number];
  help: string;
}

interface Description {
  name: string;
  about: string;
  usage: string[];
  arguments: { name: string; help: string }[];
  options: Option[];
}

const description: Description = JSON.parse(
  readFileSync(new URL("./options.json", import.meta.url), "utf8"),
);

/** The command was called in a wrong way. */
export class UsageError extends Error {}

export interface Parsed {
  values: Readonly<Record<string, string | undefined>>;
  flags: ReadonlySet<string>;
  positionals: string[];
}

/** UsageError where an option is unknown, lacks its value or has a wrong one. */
export function parse(args: string[]): Parsed {
  const { values, positionals } = parsed(args);
  const texts: Record<string, string | undefined> = {};
  const flags = new Set<string>();
  for (const option of description.options) {
    const value = values[option.name];
    if (typeof value === "string") texts[option.name] = checked(option, value);
    else if (value) flags.add(option.name);
  }
  return { values: texts, flags, positionals };
}

function parsed(args: string[]): { values: Record<string, unknown>; positionals: string[] } {
  const options = description.options.map(({ name, short, value }) => [
    name,
    { type: value ? "string" : "boolean", ...(short ? { short } : {}) } as const,
  ]);
  try {
    return parseArgs({ args, options: Object.fromEntries(options), allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function checked({ name, choices, range }: Option, value: string): string {
  if (choices && !choices.includes(value))
    throw new UsageError(`--${name} is "${value}", expected ${choices.join(", ")}`);
  if (range) {
    const [low, high] = range;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(low <= number && number <= high))
      throw new UsageError(
        `--${name} is "${value}", expected a whole number from ${low} to ${high}`,
      );
  }
  return value;
}

export function help(): string {
  const { name, about, usage, arguments: positionals, options } = description;
  const rows = [
    ...positionals.map((one) => [one.name, one.help]),
    ...options.map(({ name, short, value, choices, range, help }) => {
      const allowed = choices?.join(", ") ?? range?.join(" to ");
      return [
        `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
        allowed ? `${help} (${allowed})` : help,
      ];
    }),
  ];
  const width = Math.max(...rows.map(([left]) => left?.length ?? 0));
  return [
    about,
    "",
    ...usage.map((line, i) => `${i === 0 ? "Usage:" : "      "} ${name} ${line}`),
    "",
    ...rows.map(([left, right]) => `  ${left?.padEnd(width)}  ${right}`),
    "",
  ].join("\n");
}
