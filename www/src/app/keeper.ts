import type { Bundle } from "../bundles/bundle";
import { canKeep, isWritten, keepModel, keptModels, removeModel } from "../offline/kept";
import { bundleFor, turned } from "./bundles";
import type { Keeping } from "./desk-state";
import { explain } from "./model";
import type { State } from "./state";
import { local, read, write } from "./storage";
import type { Store } from "./store";

/** The models that the visitor has removed: they come back only when asked for. */
const REMOVED = "removed-models";

/** Which models are on this device, for visits without a network. */
export class Keeper {
  constructor(readonly store: Store<State>) {
    const online = () => store.set({ online: navigator.onLine });
    addEventListener("online", online);
    addEventListener("offline", online);
    if (!canKeep()) return;
    store.subscribe((state, before) => {
      if (state.bundles !== before.bundles) void this.refresh();
    });
  }

  /** `done` is the name of a model that is no longer being fetched. */
  async refresh(done?: string): Promise<void> {
    const { bundles } = this.store.state;
    if (!canKeep() || !bundles) return;
    try {
      const names = await keptModels();
      const { kept } = this.store.state;
      const found = bundles.map(({ name }): [string, Keeping] => {
        const own = kept?.[name];
        if (own?.phase === "fetching" && name !== done) return [name, own];
        return [name, { phase: names.includes(name) ? "kept" : "absent" }];
      });
      this.store.set({ kept: Object.fromEntries(found) });
    } catch (error) {
      console.info("The browser keeps nothing for this page:", error);
    }
  }

  async keep(name: string, asked = true): Promise<void> {
    const bundle = this.store.state.bundles?.find((one) => one.name === name);
    if (!bundle) return;
    if (asked) {
      forgetRemoved(name);
      void navigator.storage?.persist?.();
    }
    try {
      this.#set(name, { phase: "fetching", loaded: 0 });
      await keepModel(bundle, (loaded) => this.#set(name, { phase: "fetching", loaded }));
      await this.refresh(name);
    } catch (error) {
      this.#set(name, asked ? { phase: "failed", message: explain(error) } : { phase: "absent" });
    }
  }

  async remove(name: string): Promise<void> {
    write(local, REMOVED, [...new Set([...removed(), name])]);
    await removeModel(name);
    this.#set(name, { phase: "absent" });
  }

  /** A model runs and is kept: so is the same size of the other direction, once there is nothing better to do. */
  async inUse(bundle: Bundle): Promise<void> {
    if (!canKeep()) return;
    await isWritten(bundle.name);
    await this.refresh();
    const { kept, bundles, pair, variant } = this.store.state;
    if (!kept || saving()) return;
    const own = bundles?.filter(({ size }) => size === bundle.size) ?? [];
    const other = bundleFor(own, turned(pair), variant);
    if (!other || removed().includes(other.name) || kept[other.name]?.phase !== "absent") return;
    whenIdle(() => {
      if (this.store.state.kept?.[other.name]?.phase === "absent")
        void this.keep(other.name, false);
    });
  }

  #set(name: string, keeping: Keeping): void {
    this.store.set({ kept: { ...this.store.state.kept, [name]: keeping } });
  }
}

function removed(): string[] {
  const names = read(local, REMOVED);
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

function forgetRemoved(name: string): void {
  const rest = removed().filter((one) => one !== name);
  write(local, REMOVED, rest.length ? rest : null);
}

/** The visitor has asked the browser to spare data. */
function saving(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}

function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 10_000 });
  else setTimeout(work, 2000);
}
