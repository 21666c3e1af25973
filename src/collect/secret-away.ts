import { SpoorError } from "../errors.ts";

/** Where a secret is kept does not answer now. It refused nothing: who knows the secret from before may go on with that. */
export class SecretAway extends SpoorError {
  constructor(message: string, hint: string) {
    super("configuration", message, { hint });
  }
}
