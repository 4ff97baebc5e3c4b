import { failingRequests } from './failing-requests.ts';
import type { SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: at least 3. A callback that fails is a login that fails. */
export const loginFailing: SymptomFinder = ({ reader }) =>
  failingRequests(reader, {
    kind: 'login_failing',
    failed: "(path LIKE '%/auth/login%' OR path LIKE '%/auth/callback%') AND status IN (400, 401, 403)",
    worked: "path LIKE '%/auth/callback%'",
    least: 3,
    text: (count) => `${count} logins failed`,
    entities: () => ['oidc:provider'],
  });
