/** Scripts' addresses under a policy of Trusted Types, where the page asks for that. */

interface Policy {
  createScriptURL(address: string): { toString(): string };
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): Policy;
}

export const DEFAULT_POLICY = "lite-transformer";

const policies = new Map<string, Policy>();

/** The address that `new Worker()` takes. Where the page doesn't allow the policy, it will refuse the plain one. */
export function scriptUrl(address: string, policy: string): string {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  if (!factory) return address;
  try {
    let found = policies.get(policy);
    if (!found) {
      // The package asks for its own Worker alone.
      found = factory.createPolicy(policy, { createScriptURL: (own) => own });
      policies.set(policy, found);
    }
    return found.createScriptURL(address) as unknown as string;
  } catch {
    return address;
  }
}
