// Who may sign up, as the server says. Pure but for the request.

import { api, ApiError } from "../api";
import type { Refusal } from "../problem-words";

export type Policy = "open" | "invitation" | "closed";

/**
 * Asks with an empty account, which is refused in any case: what is missing says who may sign up. Nothing is counted or
 * created.
 */
export async function askPolicy(): Promise<Policy> {
  try {
    await api.signUp({ name: "", password: "" });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const policy = policyOf(error.status, error.refusal);
    if (policy === undefined) throw error;
    return policy;
  }
  return "open";
}

/** What a refusal of an empty account says; undefined if it is another failure. */
export function policyOf(status: number, { code, errors = [] }: Refusal): Policy | undefined {
  if (code === "sign_up_closed") return "closed";
  if (status !== 422) return undefined;
  return errors.some(({ pointer }) => pointer === "/invitation") ? "invitation" : "open";
}
