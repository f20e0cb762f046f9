/**
 * The behaviour of the web platform's Translator API, statement by statement. Plain JavaScript without
 * imports, so that it runs in Node and in a page alike; what differs between the two comes in `env`:
 *
 *   Translator, QuotaExceededError   of the package
 *   model(kind)                      address of a model nobody has fetched yet: "fresh", "slow",
 *                                    "missing" (404), "corrupt" (a file altered), "not-json"
 *   uncaught(run)                    awaits run() and gives the errors that went uncaught meanwhile
 *   listeners(signal)                how many listeners an AbortSignal has; undefined if that can't be known
 */

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };
const TEXT =
  "Guten Morgen! Wie geht es dir?\n\nIch habe 😀 heute Geburtstag. Das Wetter ist schön.";
const LONG = "Das ist ein Haus. ".repeat(60);
const INVALID_TAGS = ["e", "Latn", "11", "en_Latn", "en-Lat", "en-A999", ""];

class Failure extends Error {}

function check(condition, message) {
  if (!condition) throw new Failure(message);
}

function equal(actual, expected, what = "value") {
  check(Object.is(actual, expected), `${what} is ${show(actual)}, expected ${show(expected)}`);
}

function show(value) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function named(name) {
  return (error) => equal(error?.name, name, "the error's name");
}

const isTypeError = (error) =>
  check(error instanceof TypeError, `expected a TypeError, got ${show(error)}`);
const isRangeError = (error) =>
  check(error instanceof RangeError, `expected a RangeError, got ${show(error)}`);
const is = (reason) => (error) => equal(error, reason, "the reason");
const isAbortError = (error) => {
  check(error instanceof DOMException, `expected a DOMException, got ${show(error)}`);
  named("AbortError")(error);
};

/** The call must give a promise, and the promise must reject. */
async function rejects(call, expected) {
  let promise;
  try {
    promise = call();
  } catch (error) {
    throw new Failure(`threw ${show(error)} instead of rejecting`);
  }
  check(promise instanceof Promise, "expected a promise");
  let value;
  try {
    value = await promise;
  } catch (error) {
    expected(error);
    return error;
  }
  throw new Failure(`fulfilled with ${show(value)} instead of rejecting`);
}

function throws(call, expected) {
  let value;
  try {
    value = call();
  } catch (error) {
    expected(error);
    return error;
  }
  throw new Failure(`returned ${show(value)} instead of throwing`);
}

async function collect(stream) {
  const chunks = [];
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    chunks.push(next.value);
  return chunks;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A monitor that keeps the events. */
function watcher() {
  const events = [];
  const monitor = (target) => {
    target.addEventListener("downloadprogress", ({ loaded, total, lengthComputable, type }) => {
      events.push({ loaded, total, lengthComputable, type });
    });
  };
  return { events, monitor };
}

async function withTranslator({ Translator }, use, options = {}) {
  const translator = await Translator.create({ ...PAIR, ...options });
  try {
    return await use(translator);
  } finally {
    translator.destroy();
  }
}

/** Options that lack a language. */
const INCOMPLETE = [
  undefined,
  null,
  {},
  1,
  "de",
  { sourceLanguage: "de" },
  { targetLanguage: "en" },
];

const statements = {
  "1. create() without options, source or target rejects with TypeError": async ({
    Translator,
  }) => {
    await rejects(() => Translator.create(), isTypeError);
    for (const options of INCOMPLETE) {
      await rejects(() => Translator.create(options), isTypeError);
    }
  },

  "2. availability() without options, source or target rejects with TypeError": async ({
    Translator,
  }) => {
    await rejects(() => Translator.availability(), isTypeError);
    for (const options of INCOMPLETE) {
      await rejects(() => Translator.availability(options), isTypeError);
    }
  },

  "3. an invalid tag at either end rejects with RangeError, no string with TypeError, from detached statics too":
    async ({ Translator }) => {
      const { create, availability } = Translator;
      for (const tag of INVALID_TAGS) {
        for (const options of [
          { sourceLanguage: tag, targetLanguage: "en" },
          { sourceLanguage: "de", targetLanguage: tag },
        ]) {
          await rejects(() => create(options), isRangeError);
          await rejects(() => availability(options), isRangeError);
        }
      }
      for (const tag of [null, 11, ["de"], { toString: () => "de" }, Symbol("de")]) {
        await rejects(() => create({ sourceLanguage: tag, targetLanguage: "en" }), isTypeError);
        await rejects(
          () => availability({ sourceLanguage: "de", targetLanguage: tag }),
          isTypeError,
        );
      }
    },

  "4. a signal or monitor of the wrong kind rejects with TypeError, before a bad tag does": async ({
    Translator,
  }) => {
    for (const wrong of [{ signal: null }, { signal: {} }, { monitor: null }, { monitor: 1 }]) {
      await rejects(() => Translator.create({ ...PAIR, ...wrong }), isTypeError);
      await rejects(
        () => Translator.create({ sourceLanguage: "e", targetLanguage: "en", ...wrong }),
        isTypeError,
      );
    }
  },

  "5. a bad tag wins over an aborted signal, which wins over a monitor that throws": async ({
    Translator,
  }) => {
    let called = 0;
    const monitor = () => {
      called += 1;
      throw new Error("monitor");
    };
    const signal = AbortSignal.abort("reason");
    await rejects(
      () => Translator.create({ sourceLanguage: "e", targetLanguage: "en", signal, monitor }),
      isRangeError,
    );
    await rejects(() => Translator.create({ ...PAIR, signal, monitor }), is("reason"));
    equal(called, 0, "calls of the monitor");
  },

  "6. options are read in order, once each, and availability() reads only the languages": async ({
    Translator,
  }) => {
    const read = [];
    const members = { ...PAIR, monitor: undefined, signal: AbortSignal.abort() };
    const options = new Proxy(members, {
      get(target, name) {
        if (name in target) read.push(name);
        return target[name];
      },
    });
    await rejects(() => Translator.create(options), isAbortError);
    equal(read.join(), "sourceLanguage,targetLanguage,monitor,signal", "order");
    read.length = 0;
    await Translator.availability(options);
    equal(read.join(), "sourceLanguage,targetLanguage", "order");
  },

  "7. create() with an aborted signal rejects with its reason": async ({ Translator }) => {
    for (const reason of [null, "text", 0, new Error("own")]) {
      await rejects(
        () => Translator.create({ ...PAIR, signal: AbortSignal.abort(reason) }),
        is(reason),
      );
    }
    await rejects(() => Translator.create({ ...PAIR, signal: AbortSignal.abort() }), isAbortError);
  },

  "8. aborting a pending create() rejects with the reason, and no event follows": async ({
    Translator,
    model,
  }) => {
    const { events, monitor } = watcher();
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const { signal } = controller;
    const pending = rejects(
      () => Translator.create({ ...PAIR, model: model("slow"), monitor, signal }),
      is(reason),
    );
    await pause(60);
    controller.abort(reason);
    const before = events.length;
    await pending;
    await pause(150);
    equal(events.length, before, "events");
  },

  "9. aborting from the monitor or a progress handler does the same": async ({
    Translator,
    model,
  }) => {
    const inMonitor = new AbortController();
    await rejects(
      () =>
        Translator.create({
          ...PAIR,
          model: model("fresh"),
          signal: inMonitor.signal,
          monitor: () => inMonitor.abort("in the monitor"),
        }),
      is("in the monitor"),
    );
    for (const when of [0, 1]) {
      const inHandler = new AbortController();
      let later = 0;
      const monitor = (target) => {
        target.addEventListener("downloadprogress", ({ loaded }) => {
          if (inHandler.signal.aborted) later += 1;
          if (loaded === when) inHandler.abort(when);
        });
      };
      const { signal } = inHandler;
      await rejects(
        () => Translator.create({ ...PAIR, model: model("fresh"), signal, monitor }),
        is(when),
      );
      await pause(20);
      equal(later, 0, "events after the abort");
    }
  },

  "10. the monitor is called once, before create() returns, with an EventTarget": async ({
    Translator,
  }) => {
    const calls = [];
    const pending = Translator.create({
      ...PAIR,
      monitor(...args) {
        calls.push([this, args]);
      },
    });
    equal(calls.length, 1, "calls");
    (await pending).destroy();
    equal(calls.length, 1, "calls");
    const [self, args] = calls[0];
    equal(self, undefined, "this");
    equal(args.length, 1, "arguments");
    check(args[0] instanceof EventTarget, "expected an EventTarget");
    equal(Object.prototype.toString.call(args[0]), "[object CreateMonitor]");
    throws(() => new args[0].constructor(), isTypeError);
  },

  "11. what the monitor throws is the rejection, for an unsupported pair too": async ({
    Translator,
  }) => {
    for (const pair of [
      PAIR,
      { sourceLanguage: "und", targetLanguage: "und" },
      { sourceLanguage: "xx", targetLanguage: "yy" },
    ]) {
      const error = new Error("from the monitor");
      const { events, monitor } = watcher();
      const throwing = (target) => {
        monitor(target);
        throw error;
      };
      await rejects(() => Translator.create({ ...pair, monitor: throwing }), is(error));
      await pause(10);
      equal(events.length, 0, "events");
    }
  },

  "12. an unsupported pair is NotSupportedError for create() and 'unavailable' for availability()":
    async ({ Translator, model }) => {
      for (const pair of [
        { sourceLanguage: "fr", targetLanguage: "en" },
        { sourceLanguage: "de", targetLanguage: "ja" },
      ]) {
        await rejects(() => Translator.create(pair), named("NotSupportedError"));
        await rejects(
          () => Translator.create({ ...pair, model: model("fresh") }),
          named("NotSupportedError"),
        );
        equal(await Translator.availability(pair), "unavailable");
      }
    },

  "13. progress starts at 0, ends at 1 and rises in steps of 1/65536": async ({
    Translator,
    model,
  }) => {
    const { events, monitor } = watcher();
    (await Translator.create({ ...PAIR, model: model("slow"), monitor })).destroy();
    check(events.length > 2, `expected events on the way, got ${events.length}`);
    equal(events[0].loaded, 0, "the first");
    equal(events.at(-1).loaded, 1, "the last");
    for (const [i, event] of events.entries()) {
      equal(event.total, 1, "total");
      equal(event.lengthComputable, true, "lengthComputable");
      check(Number.isInteger(event.loaded * 65536), `${event.loaded} isn't a multiple of 1/65536`);
      if (i > 0) check(event.loaded > events[i - 1].loaded, "expected a strict rise");
    }
  },

  "14. all events precede fulfilment; with the files at hand they are 0 and 1": async ({
    Translator,
    model,
  }) => {
    const address = model("fresh");
    for (const round of [1, 2]) {
      const { events, monitor } = watcher();
      const translator = await Translator.create({ ...PAIR, model: address, monitor });
      const count = events.length;
      await pause(80);
      translator.destroy();
      equal(events.length, count, "events");
      equal(events.at(-1).loaded, 1, "the last");
      if (round === 2) equal(events.map(({ loaded }) => loaded).join(), "0,1", "the events");
    }
  },

  "15. a failed fetch is NetworkError without a 1; a damaged bundle is OperationError": async ({
    Translator,
    model,
  }) => {
    const { events, monitor } = watcher();
    const missing = await rejects(
      () => Translator.create({ ...PAIR, model: model("missing"), monitor }),
      named("NetworkError"),
    );
    check(missing instanceof DOMException, "expected a DOMException");
    const count = events.length;
    await pause(100);
    equal(events.length, count, "events");
    check(
      events.every(({ loaded }) => loaded < 1),
      "an event has loaded 1",
    );
    for (const kind of ["corrupt", "not-json"]) {
      const error = await rejects(
        () => Translator.create({ ...PAIR, model: model(kind) }),
        named("OperationError"),
      );
      check(error instanceof DOMException, "expected a DOMException");
    }
    await withTranslator({ Translator }, (translator) => translator.translate("Hallo"));
  },

  "16. a listener that throws changes nothing; ondownloadprogress works like a listener": async ({
    Translator,
    model,
    uncaught,
  }) => {
    const order = [];
    const error = new Error("from the listener");
    const errors = await uncaught(async () => {
      const monitor = (target) => {
        equal(target.ondownloadprogress, null, "ondownloadprogress");
        target.ondownloadprogress = 5;
        equal(target.ondownloadprogress, null, "ondownloadprogress");
        target.ondownloadprogress = function () {
          order.push(this === target ? "on" : "on with a wrong this");
          throw error;
        };
        target.addEventListener("downloadprogress", () => order.push("listener"));
      };
      (await Translator.create({ ...PAIR, model: model("fresh"), monitor })).destroy();
      await pause(20);
    });
    check(order.length >= 4, "expected at least two events");
    check(
      order.every((who, i) => who === (i % 2 ? "listener" : "on")),
      `the order is ${order}`,
    );
    check(
      errors.length >= 2 && errors.every((found) => found === error),
      "expected the listener's errors to be reported",
    );
  },

  "17. availability() makes no request and is 'available' after create()": async ({
    Translator,
  }) => {
    const { fetch } = globalThis;
    let requests = 0;
    globalThis.fetch = (...args) => {
      requests += 1;
      return fetch(...args);
    };
    try {
      const answer = await Translator.availability(PAIR);
      check(
        ["downloadable", "downloading", "available"].includes(answer),
        `the answer is ${answer}`,
      );
      equal(requests, 0, "requests");
    } finally {
      globalThis.fetch = fetch;
    }
    await withTranslator({ Translator }, async () =>
      equal(await Translator.availability(PAIR), "available"),
    );
  },

  "18. variations of the languages work, and the instance reports what it matched": async ({
    Translator,
  }) => {
    for (const [sourceLanguage, targetLanguage] of [
      ["de-AT", "en-US"],
      ["DE", "EN"],
      ["deu", "en-Latn-GB"],
      ["de-CH-1901", "en-GB"],
      ["de-u-co-phonebk", "en"],
    ]) {
      equal(await Translator.availability({ sourceLanguage, targetLanguage }), "available");
      const translator = await Translator.create({ sourceLanguage, targetLanguage });
      equal(translator.sourceLanguage, "de", "sourceLanguage");
      equal(translator.targetLanguage, "en", "targetLanguage");
      translator.destroy();
    }
  },

  "19. one language on both ends is available and echoes its input": async ({ Translator }) => {
    for (const [sourceLanguage, targetLanguage] of [
      ["en", "en"],
      ["en-US", "en-GB"],
      ["en-Latn", "en-GB"],
      ["fr", "fr-CA"],
    ]) {
      const pair = { sourceLanguage, targetLanguage };
      equal(await Translator.availability(pair), "available");
      const { events, monitor } = watcher();
      const translator = await Translator.create({ ...pair, monitor });
      equal(events.map(({ loaded }) => loaded).join(), "0,1", "the events");
      equal(translator.sourceLanguage, sourceLanguage);
      equal(translator.targetLanguage, targetLanguage);
      equal(await translator.translate(TEXT), TEXT);
      equal((await collect(translator.translateStreaming(TEXT))).join(""), TEXT);
      translator.destroy();
      await rejects(() => translator.translate(TEXT), isAbortError);
    }
  },

  "20. no constructor, read-only getters, a tag of its own": async (env) => {
    const { Translator } = env;
    throws(() => new Translator(), isTypeError);
    equal(Translator.length, 0, "Translator.length");
    equal(Translator.name, "Translator");
    for (const [owner, name, length] of [
      [Translator, "create", 1],
      [Translator, "availability", 1],
      [Translator.prototype, "translate", 1],
      [Translator.prototype, "translateStreaming", 1],
      [Translator.prototype, "measureInputUsage", 1],
      [Translator.prototype, "destroy", 0],
    ]) {
      const found = Object.getOwnPropertyDescriptor(owner, name);
      equal(found.value.length, length, `${name}.length`);
      check(
        found.enumerable && found.configurable && found.writable,
        `${name} isn't an ordinary member`,
      );
    }
    await withTranslator(env, (translator) => {
      equal(Object.prototype.toString.call(translator), "[object Translator]");
      for (const name of ["sourceLanguage", "targetLanguage", "inputQuota"]) {
        throws(() => {
          translator[name] = "x";
        }, isTypeError);
        check(
          Object.getOwnPropertyDescriptor(Translator.prototype, name).enumerable,
          `${name} isn't enumerable`,
        );
      }
      check(!(translator instanceof EventTarget), "it is no EventTarget");
    });
  },

  "21. a wrong this throws or rejects with TypeError": async ({ Translator }) => {
    const { prototype } = Translator;
    for (const self of [{}, undefined, prototype]) {
      for (const name of ["sourceLanguage", "targetLanguage", "inputQuota"]) {
        throws(() => Object.getOwnPropertyDescriptor(prototype, name).get.call(self), isTypeError);
      }
      throws(() => prototype.destroy.call(self), isTypeError);
      throws(() => prototype.translateStreaming.call(self, "x"), isTypeError);
      for (const name of ["translate", "measureInputUsage", "visualize"]) {
        await rejects(() => prototype[name].call(self, "x"), isTypeError);
      }
      await rejects(() => prototype.cost.call(self, 30), isTypeError);
    }
  },

  "22. input is a string; where the platform would make one of something else, it is a TypeError that says so":
    (env) =>
      withTranslator(env, async (translator) => {
        await rejects(() => translator.translate(), isTypeError);
        await rejects(() => translator.measureInputUsage(), isTypeError);
        throws(() => translator.translateStreaming(), isTypeError);
        const said = (what) => (error) => {
          isTypeError(error);
          equal(error.message, `input is ${what}, expected a string`, "the message");
        };
        for (const [value, what] of [
          [undefined, "undefined"],
          [null, "null"],
          [5, "the number 5"],
          [true, "the boolean true"],
          [["Hallo"], "an array"],
          [{ toString: () => "Guten Morgen!" }, "an object"],
          [() => "Hallo", "a function"],
          [Symbol("x"), "a symbol"],
        ]) {
          for (const method of ["translate", "measureInputUsage", "sentences", "visualize"])
            await rejects(() => translator[method](value), said(what));
          throws(() => translator.translateStreaming(value), said(what));
        }
        await rejects(() => translator.translate("x", { signal: null }), isTypeError);
        await rejects(() => translator.translate("x", 1), isTypeError);
        await rejects(() => translator.translate("x", ["signal"]), isTypeError);
        equal(await translator.translate("", null), "");
      }),

  "23. text with nothing to translate comes back unchanged": (env) =>
    withTranslator(env, async (translator) => {
      const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code));
      for (const text of ["", " ", " \r\n\t\f", ...controls])
        equal(await translator.translate(text), text);
      const plain = await translator.translate("Haus");
      check(plain && plain !== "Haus", `Haus is translated as ${show(plain)}`);
      for (const control of controls) {
        const translation = await translator.translate(`Unser Haus${control}steht am Fluss.`);
        check(
          /house/i.test(translation),
          `${show(control)} between words gives ${show(translation)}`,
        );
      }
    }),

  "24. translate() rejects with its signal's reason, and the next call succeeds": (env) =>
    withTranslator(env, async (translator) => {
      for (const method of ["translate", "measureInputUsage", "visualize"]) {
        const reason = new Error("own");
        await rejects(
          () => translator[method]("Hallo", { signal: AbortSignal.abort(reason) }),
          is(reason),
        );
        const controller = new AbortController();
        const pending = rejects(
          () => translator[method](LONG, { signal: controller.signal }),
          is("later"),
        );
        controller.abort("later");
        await pending;
      }
      const inTheMiddle = new AbortController();
      const pending = rejects(
        () => translator.translate(LONG, { signal: inTheMiddle.signal }),
        isAbortError,
      );
      await pause(30);
      inTheMiddle.abort();
      await pending;
      check((await translator.translate("Guten Morgen!")) !== "", "the next call gives nothing");
    }),

  "25. translateStreaming() throws the reason at once, or errors with it later": (env) =>
    withTranslator(env, async (translator) => {
      throws(
        () => translator.translateStreaming("Hallo", { signal: AbortSignal.abort("at once") }),
        is("at once"),
      );
      const controller = new AbortController();
      const reader = translator.translateStreaming(LONG, { signal: controller.signal }).getReader();
      check(!(await reader.read()).done, "expected a chunk");
      controller.abort("later");
      await rejects(() => reader.read(), is("later"));
      await rejects(() => reader.closed, is("later"));
      check((await translator.translate("Guten Morgen!")) !== "", "the next call gives nothing");
    }),

  "26. joined chunks are what translate() gives": (env) =>
    withTranslator(env, async (translator) => {
      for (const text of [
        TEXT,
        "Hallo",
        "  Hallo \n\n",
        "😀",
        "Eins.\r\nZwei.\r\n",
        "👩‍👩‍👧 Familie! 🇩🇪 Flagge.",
      ]) {
        const chunks = await collect(translator.translateStreaming(text));
        for (const chunk of chunks) {
          equal(typeof chunk, "string", "the chunk's type");
          check(!/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(chunk), "a surrogate pair is split");
        }
        equal(chunks.join(""), await translator.translate(text));
      }
      check(
        (await collect(translator.translateStreaming(TEXT))).length >= 4,
        "expected a chunk per sentence",
      );
    }),

  "27. streams of nothing close": (env) =>
    withTranslator(env, async (translator) => {
      equal((await collect(translator.translateStreaming(""))).join(""), "");
      equal((await collect(translator.translateStreaming("  "))).join(""), "  ");
    }),

  "28. cancel() resolves and stops the work": (env) =>
    withTranslator(env, async (translator) => {
      const errors = await env.uncaught(async () => {
        equal(await translator.translateStreaming(LONG).cancel("enough"), undefined);
        const reader = translator.translateStreaming(LONG).getReader();
        await reader.read();
        equal(await reader.cancel(), undefined);
        equal((await reader.read()).done, true, "done");
        await pause(30);
      });
      equal(errors.length, 0, "uncaught errors");
      check((await translator.translate("Guten Morgen!")) !== "", "the next call gives nothing");
    }),

  "29. a slow reader gets every chunk, and one that never reads blocks nobody": (env) =>
    withTranslator(env, async (translator) => {
      const idle = translator.translateStreaming(LONG);
      const expected = await translator.translate(TEXT);
      const reader = translator.translateStreaming(TEXT).getReader();
      let joined = "";
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        joined += next.value;
        await pause(15);
      }
      equal(joined, expected);
      await idle.cancel();
    }),

  "30. calls at the same time give the same as one after the other": (env) =>
    withTranslator(env, async (translator) => {
      const texts = [TEXT, "Guten Morgen!", TEXT, "Wo ist der Bahnhof?"];
      const expected = [];
      for (const text of texts) expected.push(await translator.translate(text));
      const together = await Promise.all(texts.map((text) => translator.translate(text)));
      const streams = await Promise.all(
        texts.map((text) => collect(translator.translateStreaming(text))),
      );
      for (const i of texts.keys()) {
        equal(together[i], expected[i]);
        equal(streams[i].join(""), expected[i]);
      }
    }),

  "31. destroy() is harmless twice and ends what is under way": async ({ Translator }) => {
    const translator = await Translator.create(PAIR);
    const pending = [
      rejects(() => translator.translate(LONG), isAbortError),
      rejects(() => translator.measureInputUsage(LONG), isAbortError),
      rejects(() => translator.visualize(LONG), isAbortError),
    ];
    const reader = translator.translateStreaming(LONG).getReader();
    equal(translator.destroy(), undefined);
    equal(translator.destroy(), undefined);
    const errors = await Promise.all(pending);
    errors.push(await rejects(() => reader.read(), isAbortError));
    equal(new Set(errors).size, 1, "different errors");
  },

  "32. after destroy() everything ends with the same AbortError, and the getters answer": async ({
    Translator,
  }) => {
    const translator = await Translator.create(PAIR);
    translator.destroy();
    const error = await rejects(() => translator.translate("Hallo"), isAbortError);
    await rejects(() => translator.measureInputUsage("Hallo"), is(error));
    await rejects(() => translator.visualize("Hallo"), is(error));
    await rejects(() => translator.cost(30), is(error));
    throws(() => translator.translateStreaming("Hallo"), is(error));
    equal(translator.sourceLanguage, "de");
    equal(translator.targetLanguage, "en");
    check(translator.inputQuota >= 0, "inputQuota");
  },

  "33. create()'s signal later acts as destroy() with its own reason": async ({ Translator }) => {
    const controller = new AbortController();
    const translator = await Translator.create({ ...PAIR, signal: controller.signal });
    const reason = { any: "object" };
    const pending = rejects(() => translator.translate(LONG), is(reason));
    controller.abort(reason);
    await pending;
    await rejects(() => translator.translate("Hallo"), is(reason));
    throws(() => translator.translateStreaming("Hallo"), is(reason));
    translator.destroy();
    await rejects(() => translator.translate("Hallo"), is(reason));
  },

  "34. the destruction's reason wins over the call's own": async ({ Translator }) => {
    const translator = await Translator.create(PAIR);
    translator.destroy();
    const signal = AbortSignal.abort("own");
    await rejects(() => translator.translate("Hallo", { signal }), isAbortError);
    throws(() => translator.translateStreaming("Hallo", { signal }), isAbortError);
  },

  "35. measureInputUsage() is finite, positive, and grows with the text": (env) =>
    withTranslator(env, async (translator) => {
      check(translator.inputQuota >= 0, "inputQuota");
      const short = await translator.measureInputUsage("Guten Morgen!");
      const long = await translator.measureInputUsage(LONG);
      if (translator.inputQuota === Number.POSITIVE_INFINITY) {
        equal(short, 0);
        equal(long, 0);
      } else {
        check(short > 0 && long > short && Number.isFinite(long), `${short} and ${long}`);
      }
    }),

  "36. too much input is QuotaExceededError": (env) =>
    withTranslator(env, async (translator) => {
      const { inputQuota } = translator;
      check(Number.isFinite(inputQuota), "nothing is too much for an infinite quota");
      const text = "Haus. ".repeat(inputQuota / 2);
      const isQuotaError = (error) => {
        named("QuotaExceededError")(error);
        check(error instanceof DOMException, "expected a DOMException");
        equal(error.constructor, env.QuotaExceededError, "the class");
        equal(error.quota, inputQuota, "quota");
        check(error.requested > inputQuota, `requested is ${error.requested}`);
      };
      await rejects(() => translator.translate(text), isQuotaError);
      const stream = translator.translateStreaming(text);
      await rejects(() => stream.getReader().read(), isQuotaError);
      check((await translator.measureInputUsage(text)) > inputQuota, "the usage");
    }),

  "37. nothing is left listening on the caller's signals": async ({
    Translator,
    listeners,
    uncaught,
  }) => {
    const create = new AbortController();
    const call = new AbortController();
    const translator = await Translator.create({ ...PAIR, signal: create.signal });
    await translator.translate(TEXT, { signal: call.signal });
    await collect(translator.translateStreaming(TEXT, { signal: call.signal }));
    await translator.visualize("Hallo", { signal: call.signal });
    equal(listeners(call.signal) ?? 0, 0, "listeners on the call's signal");
    translator.destroy();
    const errors = await uncaught(async () => {
      create.abort();
      call.abort();
      await pause(10);
    });
    equal(errors.length, 0, "uncaught errors");
  },

  "38. a script for the built-in Translator runs as it is": async ({ Translator }) => {
    check(!("translate" in Translator), "translate is a member of instances");
    const seen = [];
    if (
      (await Translator.availability({ sourceLanguage: "de", targetLanguage: "en" })) ===
      "unavailable"
    ) {
      throw new Failure("unavailable");
    }
    const translator = await Translator.create({
      sourceLanguage: "de",
      targetLanguage: "en",
      monitor(m) {
        m.addEventListener("downloadprogress", (e) => seen.push(`Downloaded ${e.loaded * 100}%`));
      },
    });
    equal(seen.at(-1), "Downloaded 100%");
    const translation = await translator.translate("Wo ist die nächste Bushaltestelle, bitte?");
    check(/bus/i.test(translation), `the translation is ${show(translation)}`);
    let streamed = "";
    for (const chunk of await collect(translator.translateStreaming("Guten Morgen! Danke.")))
      streamed += chunk;
    check(streamed.length > 5, `the stream gives ${show(streamed)}`);
    translator.destroy();
  },
};

/** All statements in order: `{ title, run(env) }`. */
export const checklist = Object.entries(statements).map(([title, run]) => ({ title, run }));
