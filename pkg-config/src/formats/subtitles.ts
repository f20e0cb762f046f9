/**
 * SubRip and WebVTT: the text of their cues. Numbers, times, settings, notes and styles aren't touched, which parsers of
 * subtitles don't promise: they write a file of their own.
 */

import { SegmentBuilder } from "./builder.js";
import { collapsed, escapeText, textOf } from "./characters.js";
import { atomNames, hasWords, type Place, type Segment } from "./segments.js";

const TIMES = /^\s*(?:\d+:)?\d+:\d+[.,]\d+\s*-->\s*(?:\d+:)?\d+:\d+[.,]\d+/;

interface Line {
  start: number;
  end: number;
  text: string;
}

export function subtitlePlaces(content: string): Place[] {
  const web = /^\uFEFF?WEBVTT/.test(content);
  const atom = atomNames(content);
  return cueBlocks(content, web).flatMap((lines) => {
    // Lines of a dialogue are sentences of several people.
    const dialogue =
      lines.length > 1 && lines.every(({ text }) => /^\s*[-–—]/.test(text.replace(TAG, "")));
    const parts = dialogue ? lines.map((line) => [line]) : [lines];
    return parts
      .map((part) => placeOf(content, part, web, atom))
      .filter((place) => hasWords(place.segment.text));
  });
}

/** The lines of each cue's text; blank ones divide a cue of SubRip and end one of WebVTT. */
function cueBlocks(content: string, web: boolean): Line[][] {
  const lines = [...content.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)].map(({ 0: line, index }) => {
    const text = line.replace(/[\r\n]+$/, "");
    return { start: index, end: index + text.length, text };
  });
  const blocks: Line[][] = [];
  let block: Line[] | undefined;
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1]?.text ?? "";
    if (
      TIMES.test(line.text) ||
      (block?.length === 0 && !web && isNumber(line.text) && TIMES.test(next))
    ) {
      block = TIMES.test(line.text) ? [] : undefined;
      if (block) blocks.push(block);
    } else if (line.text.trim() === "") {
      block = web || !block ? undefined : [];
      if (block) blocks.push(block);
    } else {
      block?.push(line);
    }
  }
  return blocks.filter(({ length }) => length > 0);
}

const isNumber = (text: string) => /^\s*\d+\s*$/.test(text);

function placeOf(content: string, lines: readonly Line[], web: boolean, atom: () => string): Place {
  const [start, end] = [lines[0]?.start ?? 0, lines.at(-1)?.end ?? 0];
  const lineBreak = /\r\n|\r|\n/.exec(content.slice(start, end))?.[0] ?? "\n";
  return {
    start,
    end,
    segment: segmentOf(lines.map(({ text }) => text).join(" "), web, atom),
    encode: web ? escapeText : (text) => text,
    finish: (written) => balanced(written, lines.length).join(lineBreak),
  };
}

/** Tags of both formats, and the braces of SubRip's forerunners. */
const TAG = /<(\/?)([\w.]*)[^<>]*>|\{\\[^{}]*\}/g;

function segmentOf(cue: string, web: boolean, atom: () => string): Segment {
  const builder = new SegmentBuilder();
  let at = 0;
  const add = (text: string) => builder.text(collapsed(web ? textOf(text) : text));
  for (const { 0: tag, 1: slash, 2: name, index } of cue.matchAll(TAG)) {
    add(cue.slice(at, index));
    at = index + tag.length;
    // Of "c.yellow", the name is "c".
    const plain = name?.split(".")[0] ?? "";
    if (/^\d/.test(plain)) builder.atom(tag, atom());
    else if (plain === "") builder.point(tag);
    else if (slash) builder.close(tag, plain);
    else builder.open(tag, plain);
  }
  add(cue.slice(at));
  return builder.build();
}

/** A text in so many lines of much the same length, as far as its words allow. */
function balanced(written: string, count: number): string[] {
  const words = written.split(/ (?![^<>]*>)/);
  const length = (word: string) => word.replace(TAG, "").length + 1;
  const total = words.reduce((sum, word) => sum + length(word), 0);
  const lines: string[][] = [[]];
  let sum = 0;
  for (const word of words) {
    const middle = sum + length(word) / 2;
    if (lines.length < count && middle > (total * lines.length) / count) lines.push([]);
    lines.at(-1)?.push(word);
    sum += length(word);
  }
  return lines.filter((line) => line.length > 0).map((line) => line.join(" "));
}
