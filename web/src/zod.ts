// The chat library checks its stream with zod, which tries at once to compile checks with `new Function`. The content
// security policy forbids that, and each try would be reported. So this module is imported before all others.

import { config } from "zod/v4/core";

config({ jitless: true });
