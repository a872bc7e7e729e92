// Who may sign up, as the server says.

import { api } from "../api";

export type Policy = "open" | "invitation" | "closed";

export async function askPolicy(): Promise<Policy> {
  const { sign_up } = await api.signUpPolicy();
  return sign_up === "open" || sign_up === "invitation" ? sign_up : "closed";
}
