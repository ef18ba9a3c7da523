import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SumsubCredentials } from '../../src/infrastructure/config/sumsub-settings.js';
import type { Answer, RunningServer } from './running-server.js';

/** What Sumsub says of an action, member for member. */
export interface SumsubAction {
  readonly id: string;
  readonly applicantId: string;
  readonly externalActionId: string;
  readonly createdAt: string;
  readonly type: 'selfieAuth';
  readonly sandboxMode?: boolean;
  readonly review: {
    readonly attemptId?: string;
    readonly attemptCnt?: number;
    readonly levelName?: string;
    readonly reviewStatus: string;
    readonly reviewResult?: { readonly reviewAnswer: string; readonly reviewRejectType?: string };
  };
  readonly checks: readonly { readonly checkType: string; readonly answer: string }[];
}

export const CREDENTIALS: SumsubCredentials = {
  appToken: 'prd:double',
  secretKey: 'secret-key-of-the-double',
  webhookSecret: 'webhook-secret-of-the-double',
};

export interface OpenedSession {
  readonly userId: string;
  readonly levelName: string;
  readonly ttlInSecs: number;
  readonly externalActionId: string;
}

/**
 * A double of Sumsub for what can't run here: it speaks the protocol over HTTP, refuses what is not signed as Sumsub asks for,
 * and signs its webhooks as Sumsub does. It says of actions whatever a spec puts into it.
 */
export class SumsubDouble {
  /** Approved applicants and the ids under which the product knows them. */
  readonly applicants = new Map<string, { readonly externalUserId: string; readonly answer?: string }>();
  readonly sessions: OpenedSession[] = [];
  /** How often it was asked about actions. */
  asked = 0;
  /** What it answers to everything instead; undefined where it works. */
  fault: 'down' | 'silent' | 'nonsense' | 'no-list' | 'redirects' | 'refuses' | undefined;
  /** The actions of every answer, whoever was asked about. */
  actions: readonly SumsubAction[] = [];
  #deliveries = 0;

  private constructor(
    private readonly http: Server,
    private readonly now: () => number,
  ) {}

  static async start(now: () => number): Promise<SumsubDouble> {
    const http = createServer();
    const double = new SumsubDouble(http, now);
    http.on('request', (request, response) => void double.#take(request, response));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }

  /** The action of the session that was opened last, reviewed and green but for what a spec says. */
  action(said: Partial<SumsubAction> = {}, review: Partial<SumsubAction['review']> = {}): SumsubAction {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error('no session was opened');
    const [applicantId = ''] =
      [...this.applicants].find(([, { externalUserId }]) => externalUserId === session.userId) ?? [];
    return {
      id: `action-of-${session.externalActionId.slice(-8)}`,
      applicantId,
      externalActionId: session.externalActionId,
      createdAt: '2026-03-02 09:00:00',
      type: 'selfieAuth',
      review: {
        attemptId: 'wLjuf',
        attemptCnt: 1,
        levelName: session.levelName,
        reviewStatus: 'completed',
        reviewResult: { reviewAnswer: 'GREEN' },
        ...review,
      },
      checks: [
        { checkType: 'FACE_LIVELINESS', answer: 'GREEN' },
        { checkType: 'FACE_MATCH', answer: 'GREEN' },
      ],
      ...said,
    };
  }

  /** Sends what Sumsub sends of an action, signed; what a spec says of it goes over it. */
  deliver(server: RunningServer, rp: string, told: Delivery = {}): Promise<Answer> {
    this.#deliveries += 1;
    const session = this.sessions.at(-1);
    const payload = {
      applicantId: 'whoever',
      applicantActionId: `action-of-${session?.externalActionId.slice(-8) ?? ''}`,
      externalApplicantActionId: session?.externalActionId ?? '',
      inspectionId: 'inspection',
      applicantType: 'individual',
      correlationId: `req-${this.#deliveries}`,
      levelName: session?.levelName ?? '',
      externalUserId: session?.userId ?? '',
      type: 'applicantActionReviewed',
      reviewResult: { reviewAnswer: 'GREEN' },
      reviewStatus: 'completed',
      createdAtMs: `2026-03-02 09:00:00.${String(this.#deliveries).padStart(3, '0')}`,
      sandboxMode: false,
      ...told.payload,
    };
    const body = told.body ?? JSON.stringify(payload);
    const algorithm = told.algorithm ?? 'HMAC_SHA256_HEX';
    const hash = { HMAC_SHA1_HEX: 'sha1', HMAC_SHA512_HEX: 'sha512' }[algorithm] ?? 'sha256';
    const digest = createHmac(hash, told.secret ?? CREDENTIALS.webhookSecret)
      .update(body)
      .digest('hex');
    return server.call('POST', `/v1/webhooks/sumsub/${rp}`, {
      key: null,
      body: told.sent ?? body,
      headers: {
        'content-type': 'application/json',
        'x-payload-digest': told.digest ?? digest,
        'x-payload-digest-alg': algorithm,
      },
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const json = (status: number, answer: unknown): undefined => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return undefined;
    };
    if (this.fault === 'silent') return;
    if (this.fault === 'down') {
      json(503, {});
      return;
    }
    if (this.fault === 'refuses') {
      json(401, {});
      return;
    }
    if (this.fault === 'no-list') {
      this.asked += 1;
      json(200, { items: 'none' });
      return;
    }
    if (this.fault === 'nonsense') return void response.writeHead(200).end('<html>');
    if (this.fault === 'redirects') return void response.writeHead(302, { location: this.url }).end();
    if (!this.#isSigned(request, body)) {
      json(401, { description: 'Request signature mismatch' });
      return;
    }
    this.#answer(request, body, json);
  }

  #answer(
    request: IncomingMessage,
    body: string,
    json: (status: number, answer: unknown) => undefined,
  ): undefined {
    const path = request.url ?? '';
    const applicant = /^\/resources\/applicants\/([^/]+)\/one$/u.exec(path)?.[1];
    if (request.method === 'GET' && applicant !== undefined) {
      const found = this.applicants.get(decodeURIComponent(applicant));
      if (found === undefined) {
        json(404, { description: 'Applicant not found' });
        return;
      }
      const reviewResult = { reviewAnswer: found.answer ?? 'GREEN' };
      json(200, {
        id: applicant,
        externalUserId: found.externalUserId,
        review: { reviewStatus: 'completed', reviewResult },
      });
      return;
    }
    if (request.method === 'GET' && path.startsWith('/resources/applicantActions/-;applicantId=')) {
      this.asked += 1;
      const query = new URL(path, this.url).searchParams;
      const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
      json(200, { items: this.actions.slice(offset, offset + limit), totalItems: this.actions.length });
      return;
    }
    if (request.method === 'POST' && path === '/resources/accessTokens/sdk') {
      const session = JSON.parse(body) as OpenedSession;
      this.sessions.push(session);
      json(200, { token: `_act-${this.sessions.length}`, userId: session.userId });
      return;
    }
    json(404, {});
  }

  /** As Sumsub checks it: within a minute, and over method, path with query and the very bytes of the body. */
  #isSigned({ headers, method, url }: IncomingMessage, body: string): boolean {
    const seconds = headers['x-app-access-ts'];
    const signature = headers['x-app-access-sig'];
    if (headers['x-app-token'] !== CREDENTIALS.appToken) return false;
    if (typeof seconds !== 'string' || typeof signature !== 'string') return false;
    if (Math.abs(Number(seconds) - this.now() / 1000) > 60) return false;
    const expected = createHmac('sha256', CREDENTIALS.secretKey)
      .update(`${seconds}${method ?? ''}${url ?? ''}${body}`)
      .digest('hex');
    return (
      signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
    );
  }
}

interface Delivery {
  readonly payload?: object;
  /** What the digest is made over; by default the payload. */
  readonly body?: string;
  /** What is sent; by default what the digest is made over. */
  readonly sent?: string;
  readonly secret?: string;
  readonly algorithm?: string;
  readonly digest?: string;
}
