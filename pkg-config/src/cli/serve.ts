/** A local HTTP endpoint with the requests and answers of LibreTranslate, which many clients speak. */

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { LanguageDetector, Translator } from "../index.js";
import type { DetailedTranslation, Size } from "../types.js";

/** Of a request's body, in bytes. */
const LIMIT = 1 << 20;
const MOST_ALTERNATIVES = 15;
const NAMES: Readonly<Record<string, string>> = { de: "German", en: "English" };

/** What a request has wrong. */
class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Values = Readonly<Record<string, string | undefined>>;
type Body = Readonly<Record<string, unknown>>;

/** Listens on this machine alone; gives the address. */
export async function serve(port: number, values: Values): Promise<string> {
  const service = new Service(values);
  const server = createServer(async (request, response) => {
    let [status, answer]: [number, unknown] = [200, undefined];
    try {
      answer = await service.answer(request);
    } catch (error) {
      status = statusOf(error);
      answer = { error: (error as Error).message };
    }
    // What is left of a body that is too long isn't read.
    if (status === 413) response.setHeader("connection", "close");
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
    response.end(`${JSON.stringify(answer)}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  const { name } = error as Error;
  if (name === "QuotaExceededError") return 413;
  return name === "TypeError" || name === "RangeError" || name === "NotSupportedError" ? 400 : 500;
}

class Service {
  readonly #size: Size | undefined;
  readonly #workers: number | "auto";
  readonly #beamSize: number | undefined;
  readonly #translators = new Map<string, Promise<Translator>>();
  #detector: Promise<LanguageDetector> | undefined;

  constructor({ size, workers, beam }: Values) {
    this.#size = size as Size | undefined;
    this.#workers = workers ? Number(workers) : "auto";
    this.#beamSize = beam ? Number(beam) : undefined;
  }

  async answer(request: IncomingMessage): Promise<unknown> {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = { "/languages": "GET", "/translate": "POST", "/detect": "POST" }[pathname];
    if (!method) throw new RequestError(404, `there is no ${pathname}`);
    if (request.method !== method)
      throw new RequestError(405, `${pathname} takes ${method}, not ${request.method}`);
    if (pathname === "/languages") return languages();
    const body = await bodyOf(request);
    return pathname === "/detect" ? this.#detect(textsOf(body).join("\n")) : this.#translate(body);
  }

  async #translate(body: Body): Promise<unknown> {
    const texts = textsOf(body);
    const format = choice(body, "format", ["text", "html"], "text");
    const target = choice(body, "target", Object.keys(NAMES));
    const asked = choice(body, "source", [...Object.keys(NAMES), "auto"]);
    const alternatives = Number(body.alternatives ?? 0);
    if (!Number.isInteger(alternatives) || alternatives < 0 || alternatives > MOST_ALTERNATIVES)
      throw new RequestError(400, `alternatives: expected 0 to ${MOST_ALTERNATIVES}`);
    const found = asked === "auto" ? await this.#detect(texts.join("\n")) : undefined;
    // A text in neither language is taken for one in the other language.
    const guess = found?.find(({ language }) => language in NAMES);
    const source = guess ? guess.language : asked;
    const translator = await this.#translator(source, target);
    const beamSize = this.#beamSize;
    const results = await (format === "html" || alternatives === 0 || source === target
      ? translator
          .translateBatch(texts, { beamSize, ...(format === "html" ? { markup: "html" } : {}) })
          .then((all) => all.map((text) => ({ text, alternatives: [] as string[] })))
      : Promise.all(texts.map((text) => inDetail(translator, text, alternatives, beamSize))));
    const shaped = <T>(all: T[]) => (Array.isArray(body.q) ? all : all[0]);
    return {
      translatedText: shaped(results.map(({ text }) => text)),
      ...(guess ? { detectedLanguage: guess } : {}),
      ...(alternatives > 0 ? { alternatives: shaped(results.map((one) => one.alternatives)) } : {}),
    };
  }

  async #detect(text: string): Promise<{ confidence: number; language: string }[]> {
    this.#detector ??= LanguageDetector.create();
    const found = await (await this.#detector).detect(text);
    return found
      .map(({ detectedLanguage: language, confidence }) => ({
        language,
        confidence: Math.round(1000 * confidence) / 10,
      }))
      .sort((a, b) => b.confidence - a.confidence);
  }

  #translator(sourceLanguage: string, targetLanguage: string): Promise<Translator> {
    const key = `${sourceLanguage}-${targetLanguage}`;
    let made = this.#translators.get(key);
    if (!made) {
      const [size, workers] = [this.#size, this.#workers];
      made = Translator.create({ sourceLanguage, targetLanguage, size, workers });
      this.#translators.set(key, made);
      made.catch(() => this.#translators.delete(key));
    }
    return made;
  }
}

function languages() {
  const codes = Object.keys(NAMES);
  return codes.map((code) => ({
    code,
    name: NAMES[code],
    targets: codes,
  }));
}

/** Other translations of a text: each sentence's second best, third best and so on, where there is one. */
async function inDetail(
  translator: Translator,
  text: string,
  count: number,
  beamSize: number | undefined,
) {
  const details = await translator.translateDetailed(text, { nBest: count + 1, beamSize });
  const all = Array.from({ length: count }, (_, i) => assembled(details, i + 1));
  const alternatives = [...new Set(all)].filter((one) => one !== details.translation);
  return { text: details.translation, alternatives };
}

function assembled({ text, sentences }: DetailedTranslation, rank: number): string {
  let [whole, at] = ["", 0];
  for (const { start, end, translation, alternatives } of sentences) {
    whole += text.slice(at, start) + (alternatives[rank]?.text ?? translation);
    at = end;
  }
  return whole + text.slice(at);
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LIMIT) throw new RequestError(413, `the body has more than ${LIMIT} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded")
    return Object.fromEntries(new URLSearchParams(text));
  if (type !== "application/json")
    throw new RequestError(415, `content-type: expected application/json, got ${type ?? "none"}`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new RequestError(400, `the body isn't JSON: ${(error as Error).message}`);
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new RequestError(400, "the body isn't a JSON object");
  return body as Body;
}

function textsOf({ q }: Body): string[] {
  const texts = Array.isArray(q) ? q : [q];
  if (texts.length === 0 || texts.some((text) => typeof text !== "string"))
    throw new RequestError(400, "q: expected a text or an array of texts");
  return texts;
}

function choice(body: Body, name: string, choices: readonly string[], otherwise?: string): string {
  const value = body[name] ?? otherwise;
  const found = choices.find((one) => one === value);
  if (found === undefined) {
    const got = value === undefined ? "nothing" : JSON.stringify(value);
    throw new RequestError(400, `${name}: expected ${choices.join(", ")}, got ${got}`);
  }
  return found;
}
