import { createHash } from 'node:crypto';
import { Controller, Get, HttpStatus, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tokens } from '../../../application/ports/tokens.js';
import { TOKENS } from '../../../application/ports/tokens.js';
import { as } from '../../../domain/kernel/ids.js';
import type { RelyingParty } from '../../../domain/policy/relying-party.js';
import { RelyingParties } from '../../config/relying-parties.js';
import type { WellKnownFile } from '../../web/well-known.js';
import { productsAt, WELL_KNOWN_FILES, wellKnownFile } from '../../web/well-known.js';
import { Refused } from '../problem.js';

/** Who fetches them keeps them for a while: an app that is newly listed works within the hour. */
const CACHING = 'public, max-age=3600';

/** The files that a product's site has to serve, by the host that is asked for or by the product's name in the path. */
@ApiExcludeController()
@Controller()
export class WellKnownController {
  constructor(
    private readonly relyingParties: RelyingParties,
    @Inject(TOKENS) private readonly tokens: Tokens,
  ) {}

  @Get('.well-known/:file')
  byHost(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('file') file: string): void {
    const name = nameOf(file);
    const products = productsAt(request.headers.host ?? '', this.relyingParties.all());
    if (products.length === 0) throw new Refused('relying-party-not-found');
    send(request, reply, wellKnownFile(name, products));
  }

  @Get('v1/:rp/.well-known/jwks.json')
  async keySet(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('rp') rp: string,
  ): Promise<void> {
    this.productNamed(rp);
    reply.header('cache-control', 'public, max-age=300');
    send(request, reply, await this.tokens.keySet());
  }

  @Get('v1/:rp/.well-known/:file')
  byPath(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('rp') rp: string,
    @Param('file') file: string,
  ): void {
    const name = nameOf(file);
    send(request, reply, wellKnownFile(name, [this.productNamed(rp)]));
  }

  private productNamed(rp: string): RelyingParty {
    const policy = this.relyingParties.find(as(rp));
    if (policy === undefined) throw new Refused('relying-party-not-found');
    return policy;
  }
}

function nameOf(file: string): WellKnownFile {
  const name = WELL_KNOWN_FILES.find((known) => known === file);
  if (name === undefined) throw new Refused('not-found');
  return name;
}

/** Always here and always JSON: Apple and Google follow no redirect. Unchanged, it is not sent again (RFC 9110 §13.1.2). */
function send({ headers }: FastifyRequest, reply: FastifyReply, content: object): void {
  const body = JSON.stringify(content);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', CACHING);
  reply.header('etag', etag).header('access-control-allow-origin', '*');
  const had = headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, '')) ?? [];
  if (had.includes(etag) || had.includes('*')) void reply.status(HttpStatus.NOT_MODIFIED).send();
  else void reply.type('application/json').send(body);
}
